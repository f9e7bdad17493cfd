from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.decisions import record
from consent.model.categories import Category, Party
from consent.model.errors import ConfigError
from consent.model.inventory import BlockingRule, Inventory, InventoryItem, InventoryService
from consent.model.sites import Decision, Site
from consent.publication import publish
from consent.publication_plan import PublicationPlan, plan
from consent.store import Store
from tests.consent.factories import PUBLIC_URL, inventory, published, site

VISIT = InventoryItem(
    kind="cookie",
    name="lk_visit",
    host="www.larkspur.example",
    party=Party.FIRST,
    category=Category.UNCLASSIFIED,
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with published(tmp_path) as (store, _):
        yield store


async def planned(store: Store, found: Inventory, of: Site | None = None) -> PublicationPlan:
    made, _, _ = await plan(store, of or site(), found, public_url=PUBLIC_URL)
    return made


def told(made: PublicationPlan) -> list[tuple[str, ...]]:
    return [(one.what, one.subject, one.name, one.field, one.old, one.new) for one in made.differences]


def changed(item: InventoryItem, **fields: Any) -> InventoryItem:
    return msgspec.structs.replace(item, **fields)


async def test_what_is_published_already_differs_in_nothing(store: Store) -> None:
    made = await planned(store, inventory())
    assert (made.publishable, made.asks_again, made.differs, made.differences) == (True, False, 0, ())
    assert made.notice_version == made.published_version


async def test_the_version_told_is_the_one_that_publishing_gives(store: Store) -> None:
    found = inventory(items=(*inventory().items, VISIT))
    await record(
        store,
        "larkspur",
        [Decision(name="lk_visit", category=Category.PERFORMANCE, purpose="Counts visits.")],
    )
    made = await planned(store, found)
    publication, _ = await publish(store, site(), found, public_url=PUBLIC_URL)
    assert made.notice_version == publication.notice_version
    assert told(made) == [("new", "item", "lk_visit", "", "", "performance")]
    assert [(one.category, one.vendor, one.what) for one in made.asked_about] == [
        ("performance", "Larkspur & Co Ltd", "Counts visits.")
    ]


async def test_items_without_a_purpose_stand_against_it(store: Store) -> None:
    made = await planned(store, inventory(items=(*inventory().items, VISIT)))
    assert not made.publishable
    assert [(one.name, one.host, one.category) for one in made.without_purpose] == [
        ("lk_visit", "www.larkspur.example", "unclassified")
    ]


async def test_every_kind_of_difference_is_told(store: Store) -> None:
    basket, ide = inventory().items
    new = inventory(
        items=(changed(ide, category=Category.PERFORMANCE, lifetime_s=86_400.0, purpose="Counts clicks.", vendor="Alphabet"),),
        services=(InventoryService(service="Hotjar", vendor="Hotjar", category=Category.PERFORMANCE),),
        rules=(BlockingRule(host="doubleclick.net", category=Category.PERFORMANCE), BlockingRule(host="t.example", path="/p", category=Category.ADVERTISING)),
    )  # fmt: skip
    other = site(languages=("en", "de"), policy_url="https://www.larkspur.example/privacy")
    texts = msgspec.structs.replace(other.banner, texts={"en": {"title": "Biscuits"}})
    made = await planned(store, new, msgspec.structs.replace(other, banner=texts))
    found = told(made)
    assert ("gone", "item", basket.name, "", "necessary", "") in found
    assert ("changed", "item", "IDE", "category", "advertising", "performance") in found
    assert ("changed", "item", "IDE", "purpose", "Measures advertisements.", "Counts clicks.") in found
    assert ("changed", "item", "IDE", "vendor", "Google", "Alphabet") in found
    assert ("changed", "item", "IDE", "lifetime", str(390 * 86_400), "86400") in found
    assert ("gone", "service", "DoubleClick", "", "advertising", "") in found
    assert ("new", "service", "Hotjar", "", "", "performance") in found
    assert ("changed", "rule", "doubleclick.net", "category", "advertising", "performance") in found
    assert ("new", "rule", "t.example/p", "", "", "advertising") in found
    assert [one[:4] for one in found if one[1] == "text"] == [("changed", "text", "title", "text")]
    assert ("new", "setting", "language") in [one[:3] for one in found]
    assert ("changed", "setting", "links") in [one[:3] for one in found]
    assert made.differs == len(made.differences)


async def test_a_blocking_rule_alone_asks_nobody_again(store: Store) -> None:
    rules = (*inventory().rules, BlockingRule(host="t.example", category=Category.ADVERTISING))
    made = await planned(store, inventory(rules=rules))
    assert (made.asks_again, made.differs) == (False, 1)


async def test_a_site_without_a_banner_gets_its_first(store: Store) -> None:
    thyme = site(id="thyme", url="https://thyme.example/")
    made = await planned(store, inventory(site="thyme"), thyme)
    assert (made.published_version, made.asks_again, made.publishable) == ("", False, True)
    assert {one[0] for one in told(made)} == {"new"}
    assert made.differs == 5
    assert ("new", "item", "consentry") in [one[:3] for one in told(made)]


async def test_an_inventory_of_another_site_is_refused(store: Store) -> None:
    with pytest.raises(ConfigError, match="of the site 'thyme', not 'larkspur'"):
        await planned(store, inventory(site="thyme"))
