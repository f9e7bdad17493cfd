"""What is new between two notices as they are really built and stored."""

from __future__ import annotations

from pathlib import Path

from consent.banner import build
from consent.changes import changes_between, changes_since, with_changes
from consent.model.categories import Category, Party
from consent.model.inventory import Inventory, InventoryItem, InventoryService
from consent.publication import publish
from tests.consent.factories import PUBLIC_URL, inventory, published, site
from widget.config import Change

META = InventoryService(service="Meta Pixel", vendor="Meta", category=Category.ADVERTISING)


def notice(found: Inventory) -> bytes:
    return build(site(), found, public_url=PUBLIC_URL).notice


def more(**fields: object) -> Inventory:
    old = inventory()
    purpose = InventoryItem(
        kind="cookie",
        name="NID",
        host="doubleclick.net",
        party=Party.THIRD,
        category=Category.ADVERTISING,
        vendor="Google",
        purpose="Remembers preferences.",
    )
    return inventory(services=(*old.services, META), items=(*old.items, purpose), **fields)


def test_new_services_come_first_then_new_purposes_and_what_was_dropped_is_not_told() -> None:
    found = changes_between(notice(inventory()), notice(more()))
    assert found == (Change("a", "Meta", "Meta Pixel"), Change("a", "Google", "Remembers preferences."))
    assert changes_between(notice(more()), notice(inventory())) == ()
    assert changes_between(notice(inventory()), notice(inventory())) == ()


def test_a_service_that_moved_to_another_category_is_new_there() -> None:
    moved = InventoryService(
        service="DoubleClick", vendor="Google", category=Category.PERFORMANCE, country="US"
    )
    assert changes_between(notice(inventory()), notice(inventory(services=(moved,)))) == (
        Change("p", "Google", "DoubleClick"),
    )


async def test_the_last_five_notices_of_the_site_are_compared_and_those_of_others_are_not(
    tmp_path: Path,
) -> None:
    async with published(tmp_path) as (store, _):
        versions = []
        for number in range(7):
            service = InventoryService(service=f"Tag {number}", vendor="Meta", category=Category.ADVERTISING)
            found = inventory(services=(service,))
            _, banner = await publish(store, site(), found, public_url=PUBLIC_URL)
            versions.append(banner.notice_version)
            other = site(id="thyme", url="https://www.thyme.example/")
            await publish(store, other, inventory(site="thyme", services=(service,)), public_url=PUBLIC_URL)
        changes = await changes_since(store, "larkspur", banner.notice_version, banner.notice)
        assert sorted(changes) == sorted(version[:16] for version in versions[1:6])
        assert changes[versions[5][:16]] == (Change("a", "Meta", "Tag 6"),)
        assert (await with_changes(store, banner)).config.changes == changes
