from __future__ import annotations

from pathlib import Path

import msgspec

from consent.declaration_changes import MOST_CHANGES, changes_over, history_of
from consent.model.categories import Category, Party
from consent.model.inventory import Inventory, InventoryItem
from consent.publication import publish
from tests.consent.factories import PUBLIC_URL, inventory, published, site

BASKET, IDE = inventory().items


def steps(*items: tuple[InventoryItem, ...]) -> list[tuple[int, Inventory]]:
    return [(number * 86_400_000, inventory(items=one)) for number, one in enumerate(items)]


def changed(item: InventoryItem, **fields: object) -> InventoryItem:
    return msgspec.structs.replace(item, **fields)


def test_each_step_tells_what_is_new_gone_and_changed_the_latest_first() -> None:
    short = changed(IDE, lifetime_s=86_400.0)
    found = changes_over(steps((BASKET,), (BASKET, IDE), (IDE,), (short,)))
    assert [one.date[:10] for one in found] == ["1970-01-04", "1970-01-03", "1970-01-02"]
    assert found[2].new == (IDE,)
    assert found[1].gone == (BASKET,)
    assert found[0].changed == ((IDE, short),)


def test_what_is_not_shown_changes_nothing() -> None:
    again = changed(IDE, lifetime_s=IDE.lifetime_s - 1.5, reason="another", category=Category.UNCLASSIFIED)  # type: ignore[operator]  # it has a lifetime
    assert changes_over(steps((IDE,), (again,))) == ()
    assert changes_over(steps((IDE,))) == ()
    assert changes_over([]) == ()


def test_purpose_and_vendor_are_shown_and_an_item_on_another_host_is_another() -> None:
    other = changed(IDE, purpose="Chooses advertisements.", vendor="Alphabet")
    moved = changed(IDE, host="www.larkspur.example", party=Party.FIRST)
    assert changes_over(steps((IDE,), (other,)))[0].changed == ((IDE, other),)
    [change] = changes_over(steps((IDE,), (moved,)))
    assert (change.new, change.gone) == ((moved,), (IDE,))


def test_only_so_many_changes_are_told() -> None:
    many = [(IDE,), (BASKET,)] * MOST_CHANGES
    assert len(changes_over(steps(*many))) == MOST_CHANGES


async def test_the_history_is_that_of_the_store_and_of_one_site(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, _):
        thyme = site(id="thyme", url="https://thyme.example/")
        await publish(store, thyme, inventory(site="thyme", items=()), public_url=PUBLIC_URL)
        await publish(store, site(), inventory(scan_id="scan-2"), public_url=PUBLIC_URL)
        await publish(store, site(), inventory(scan_id="scan-3", items=(BASKET,)), public_url=PUBLIC_URL)
        history = await history_of(store, "larkspur")
        [change] = history.changes
        assert [item.name for item in change.gone] == ["IDE"]
        assert history.first <= change.date
        assert (await history_of(store, "unknown")) == ("", ())
