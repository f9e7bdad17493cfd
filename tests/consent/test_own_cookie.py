"""The widget's cookie stands in the first notice as in those of later scans, which find it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from consent.model import own_cookie
from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import InventoryItem
from consent.own_cookie import with_own_cookie
from consent.publication_plan import plan
from tests.consent.factories import PUBLIC_URL, inventory, published, site


def scanned(**fields: object) -> InventoryItem:
    """The cookie as a scan of the protected site tells it."""
    given: dict[str, object] = {
        "kind": "cookie",
        "name": own_cookie.NAME,
        "host": "larkspur.example",
        "party": Party.FIRST,
        "category": Category.NECESSARY,
        "service": own_cookie.SERVICE,
        "purpose": own_cookie.PURPOSE,
        "lifetime_s": 15_551_998.7,
        "states": (ConsentState.ACCEPT,),
    }
    return InventoryItem(**(given | fields))  # type: ignore[arg-type]  # as above


def own(items: tuple[InventoryItem, ...]) -> InventoryItem:
    (found,) = (item for item in items if item.name == own_cookie.NAME)
    return found


def test_what_no_scan_could_find_yet_is_told() -> None:
    found = own(with_own_cookie(site(), inventory()).items)
    assert (found.host, found.party, found.category) == ("larkspur.example", Party.FIRST, Category.NECESSARY)
    assert found.purpose == own_cookie.PURPOSE


def test_it_lives_as_long_as_a_decision_holds() -> None:
    short = msgspec.structs.replace(site().banner, consent_days=90)
    for items in ((), (scanned(),)):
        told = with_own_cookie(site(banner=short), inventory(items=items))
        assert own(told.items).lifetime_s == 90 * 86_400


def test_a_host_without_a_domain_of_its_own_stands_for_itself() -> None:
    told = with_own_cookie(site(url="http://localhost:8000/"), inventory())
    assert own(told.items).host == "localhost"


@pytest.mark.parametrize("host", ["larkspur.example", "www.larkspur.example"])
async def test_the_scan_that_finds_it_asks_nobody_again(host: str, tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        found = inventory(items=(*inventory().items, scanned(host=host)), scan_id="scan-2")
        made, _, _ = await plan(store, site(), found, public_url=PUBLIC_URL)
        assert made.notice_version == version
        assert not made.asks_again


async def test_another_site_of_that_name_is_no_business_of_ours() -> None:
    other = scanned(party=Party.THIRD, host="shop.example", lifetime_s=60.0)
    told = with_own_cookie(site(), inventory(items=(other,)))
    assert [item.lifetime_s for item in told.items if item.party is Party.THIRD] == [60.0]
    assert len(told.items) == 2
