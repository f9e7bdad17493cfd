from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import uuid_utils

from consent import review
from consent.decisions import decisions_of, record, take_back
from consent.model.categories import Category, Party
from consent.model.errors import ConfigError
from consent.model.scans import ItemKey, ScanChange, ScanItem, ScanRun
from consent.model.sites import Decision, Site
from consent.review import Choice, ReviewItem
from consent.store import Store, open_store
from consent.times import DAY_MS, now_ms
from tests.consent.factories import site

THYME = site(id="thyme", url="https://thyme.example/", name="Thyme")
YEAR_S = 365.0 * 86_400
COUNTS = Choice(category=Category.PERFORMANCE, purpose="Counts visits.")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


def item(name: str, **fields: Any) -> ScanItem:
    given: dict[str, Any] = {
        "kind": "cookie",
        "host": "www.larkspur.example",
        "party": Party.FIRST,
        "category": Category.UNCLASSIFIED,
        "lifetime_s": YEAR_S,
        "set_by": ("https://cdn.tea.example/a.js",),
    }
    return ScanItem(name=name, **(given | fields))


async def scanned(store: Store, *items: ScanItem, of: str = "larkspur", at_ms: int | None = None) -> ScanRun:
    began = now_ms() - DAY_MS if at_ms is None else at_ms
    run = ScanRun(
        scan_id=str(uuid_utils.uuid7()),
        site=of,
        status="finished",
        started_ms=began,
        finished_ms=began + 1_000,
    )
    await store.record_scan(run, items, ScanChange(), {})
    return run


async def waiting(store: Store, *sites: Site) -> list[ReviewItem]:
    return await review.queue(store, sites or (site(), THYME))


async def names(store: Store, *sites: Site) -> list[tuple[str, str, str]]:
    return [(one.site, one.item.name, one.why) for one in await waiting(store, *sites)]


async def test_what_is_unclassified_or_reopened_waits_until_it_is_decided(store: Store) -> None:
    changed = item("_ga", category=Category.PERFORMANCE, reopened=True, reopened_reason="it stays longer")
    await scanned(store, item("zz"), item("known", category=Category.ADVERTISING), changed)
    await scanned(store, item("zz", host="thyme.example"), of="thyme")
    assert await names(store) == [
        ("larkspur", "_ga", "reopened"), ("larkspur", "zz", "unclassified"), ("thyme", "zz", "unclassified"),
    ]  # fmt: skip
    assert await names(store, THYME, site()) == [
        ("thyme", "zz", "unclassified"), ("larkspur", "_ga", "reopened"), ("larkspur", "zz", "unclassified"),
    ]  # fmt: skip
    for one in await waiting(store, site()):
        await review.decide(store, one, COUNTS, reviewer="ada")
    assert await names(store) == [("thyme", "zz", "unclassified")]
    await take_back(
        store, "larkspur", name="zz", kind="cookie", host="www.larkspur.example", reviewer="ada", reason=""
    )
    assert ("larkspur", "zz", "unclassified") in await names(store)


async def test_a_decision_holds_what_it_was_made_on(store: Store) -> None:
    await scanned(store, item("zz"))
    [one] = await waiting(store)
    made = await review.decide(store, one, COUNTS, reviewer="ada")
    assert (made.lifetime, made.set_by, made.reviewer) == ("up to 13 months", "tea.example", "ada")
    [stored] = await decisions_of(store, "larkspur")
    assert msgspec.structs.replace(stored, decided=None) == made


async def test_a_decision_of_before_the_scan_does_not_settle_what_the_scan_reopened(store: Store) -> None:
    one = item("_ga", category=Category.PERFORMANCE, reopened=True)
    await scanned(store, one, at_ms=now_ms() - DAY_MS)
    await record(store, "larkspur", [Decision(name="_ga", category=Category.PERFORMANCE)])
    assert await names(store) == []
    await scanned(store, one, at_ms=now_ms() + DAY_MS)
    assert await names(store) == [("larkspur", "_ga", "reopened")]


async def test_what_sites_toml_decides_waits_only_where_it_no_longer_fits(store: Store) -> None:
    def told(**fields: str) -> Site:
        given = {"name": "_g*", "category": "advertising", **fields}
        return site(decisions=(msgspec.convert(given, Decision),))

    await scanned(store, item("_gx"), item("_ga", category=Category.ADVERTISING, reopened=True))
    assert await names(store, told()) == []
    assert await names(store, told(lifetime="session")) == [("larkspur", "_ga", "reopened")]
    [one] = await waiting(store, told(lifetime="session"))
    assert one.in_file
    assert "sites.toml" in review.problems(one, COUNTS)[0]


@pytest.mark.parametrize(
    ("choice", "problem"),
    [
        (Choice(category=Category.PERFORMANCE, purpose="  "), "purpose: expected what it is for"),
        (Choice(category=Category.UNCLASSIFIED, purpose="x"), "category: expected one of the four"),
        (Choice(category=Category.NECESSARY, purpose="x", reason="It holds the basket."), "criterion: "),
        (Choice(category=Category.NECESSARY, purpose="x", criterion="B"), "reason: "),
    ],
)
async def test_a_choice_that_cannot_stand_says_why(store: Store, choice: Choice, problem: str) -> None:
    await scanned(store, item("zz"))
    [one] = await waiting(store)
    assert [told for told in review.problems(one, choice) if told.startswith(problem)]
    if not problem.startswith("purpose"):
        with pytest.raises(ConfigError):
            await review.decide(store, one, choice, reviewer="ada")
    assert review.problems(one, COUNTS) == []


async def test_a_criterion_is_of_necessary_items_alone(store: Store) -> None:
    await scanned(store, item("zz"))
    [one] = await waiting(store)
    made = await review.decide(store, one, msgspec.structs.replace(COUNTS, criterion="A"), reviewer="ada")
    assert made.criterion is None


async def test_the_next_item_comes_and_after_the_last_the_first(store: Store) -> None:
    await scanned(store, item("a"), item("b"), item("c"))
    items = await waiting(store)
    sites = (site(), THYME)
    assert [review.after(items, one, sites) for one in items] == [items[1], items[2], items[0]]
    assert review.after(items[:1], items[0], sites) is None
    assert review.after([items[0], items[2]], items[1], sites) == items[2]


async def test_the_same_item_is_found_at_other_sites_and_what_was_decided_there(store: Store) -> None:
    third = {"party": Party.THIRD, "host": "ads.example"}
    await scanned(store, item("zz"), item("ad", **third))
    await scanned(store, item("zz", host="thyme.example"), item("ad", **third), item("xx"), of="thyme")
    items = {(one.site, one.item.name): one for one in await waiting(store)}
    own, ad = items["larkspur", "zz"], items["larkspur", "ad"]
    known = (site(), THYME)
    assert await review.elsewhere(store, own, known) == [items["thyme", "zz"]]
    assert await review.elsewhere(store, ad, known) == [items["thyme", "ad"]]
    assert await review.elsewhere(store, ad, known[:1]) == []
    sites = {"larkspur": site(), "thyme": THYME}
    assert await review.precedent(store, own, sites) is None
    await review.decide(store, items["thyme", "zz"], COUNTS, reviewer="bo")
    found = await review.precedent(store, own, sites)
    assert found is not None
    assert (found[0].id, found[1].purpose, found[1].reviewer) == ("thyme", "Counts visits.", "bo")
    assert await review.precedent(store, own, {"larkspur": site()}) is None, "of a site that is not known"
    assert await review.precedent(store, ad, sites) is None


async def test_an_item_is_found_by_its_key_and_without_a_scan_by_its_decision(store: Store) -> None:
    await scanned(store, item("zz"), item("_ga", category=Category.PERFORMANCE))
    key = ItemKey(host="www.larkspur.example", name="_ga", kind="cookie")
    found = await review.find(store, site(), key)
    assert found is not None
    assert (found.why, found.held) == ("", None)
    assert await review.find(store, site(), ItemKey(host="x", name="_ga", kind="cookie")) is None
    old = Decision(name="old_*", category=Category.ADVERTISING, lifetime="session", set_by="tea.example")
    await record(store, "larkspur", [old])
    found = await review.find(store, site(), ItemKey(host="", name="old_*", kind="cookie"))
    assert found is not None
    assert (found.scan_id, found.item.category) == ("", Category.ADVERTISING)
    again = await review.decide(store, found, COUNTS, reviewer="ada")
    assert (again.lifetime, again.set_by, again.category) == ("session", "tea.example", Category.PERFORMANCE)
