from __future__ import annotations

from pathlib import Path

import pytest

from consent.decisions import record
from consent.model import own_cookie
from consent.model.categories import Category, Party
from consent.model.inventory import InventoryItem
from consent.model.sites import Decision
from consent.publication import current_inventory, publish
from consent.purposes import (
    MOST_NAMED,
    BlankPurposeError,
    blank_purposes,
    require_purposes,
)
from tests.consent.factories import PUBLIC_URL, inventory, published, site


def blank(name: str = "lk_ab", **fields: object) -> InventoryItem:
    given: dict[str, object] = {
        "kind": "cookie",
        "name": name,
        "host": "www.larkspur.example",
        "party": Party.FIRST,
        "category": Category.UNCLASSIFIED,
    }
    return InventoryItem(**(given | fields))  # type: ignore[arg-type]  # a test varies single fields


def decided(**fields: object) -> Decision:
    given: dict[str, object] = {
        "name": "lk_*",
        "category": Category.PERFORMANCE,
        "purpose": "Compares two versions of a page.",
    }
    return Decision(**(given | fields))  # type: ignore[arg-type]  # a test varies single fields


def test_an_error_names_each_item_and_the_command_that_mends_it() -> None:
    found = inventory(items=(blank(), blank("x", kind="local_storage", host="x.example"), *inventory().items))
    with pytest.raises(BlankPurposeError) as refused:
        require_purposes(found)
    assert [item.name for item in refused.value.items] == ["lk_ab", "x"]
    assert "2 items have no purpose" in refused.value.message
    assert "cookie 'lk_ab' on www.larkspur.example" in refused.value.message
    assert "local_storage 'x' on x.example" in refused.value.message
    assert "consentry knowledge decide larkspur 'lk_ab'" in refused.value.hint
    assert "--category advertising" in refused.value.hint  # unclassified is no decision
    assert "[[sites.larkspur.decisions]]" in refused.value.hint


def test_many_blank_items_are_counted_and_not_all_named() -> None:
    found = inventory(items=tuple(blank(f"x{number}") for number in range(MOST_NAMED + 5)))
    with pytest.raises(BlankPurposeError, match="25 items have no purpose") as refused:
        require_purposes(found)
    assert refused.value.message.endswith("and 5 more")


def test_spaces_are_no_purpose() -> None:
    assert blank_purposes(inventory(items=(blank(purpose=" "),)))
    require_purposes(inventory())


async def test_nothing_is_published_while_a_purpose_is_blank_until_a_decision_states_it(
    tmp_path: Path,
) -> None:
    found = inventory(items=(blank(), blank("other")), scan_id="scan-2")
    settings = site(decisions=(decided(),))
    async with published(tmp_path) as (store, version):
        with pytest.raises(BlankPurposeError, match="1 item has"):
            await publish(store, settings, found, public_url=PUBLIC_URL)
        assert [one.notice_version for one in await store.publications()] == [version]
        await record(store, "larkspur", [decided(name="other", purpose="Remembers the last tea.")])
        publication, _ = await publish(store, settings, found, public_url=PUBLIC_URL)
        kept = await current_inventory(store, publication)
        assert [item.purpose for item in kept.items if item.name != own_cookie.NAME] == [
            "Compares two versions of a page.",
            "Remembers the last tea.",
        ]


async def test_what_is_published_already_is_published_again_as_it_is(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        publication, _ = await publish(
            store, site(), inventory(items=(blank(),)), public_url=PUBLIC_URL, again=True
        )
        assert (await store.publications())[0] == publication
