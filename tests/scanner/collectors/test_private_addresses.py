"""With real pages: tests/scanner/hostile. Here: what a ledger becomes where no request stands behind it."""

from __future__ import annotations

from typing import Any, cast

from consent.model.categories import ConsentState
from scanner.collectors import Scene
from scanner.collectors.private_addresses import PrivateAddressesCollector
from scanner.guard import Ledger


async def test_a_connection_without_a_request_has_the_first_page_and_a_flood_is_noted() -> None:
    ledger = Ledger(dropped=7)
    ledger.refuse("localhost", 3000, "127.0.0.1", "this machine itself (loopback)")
    scene = Scene(
        state=ConsentState.BEFORE,
        context=cast("Any", None),
        ledger=ledger,
        pages=["https://www.shop.example/"],
    )
    (seen,) = await PrivateAddressesCollector(scene).finish()
    assert (seen.kind, seen.name, seen.host) == ("private_address", "localhost:3000", "localhost")
    assert seen.page == "https://www.shop.example/"
    assert seen.details == {
        "address": "127.0.0.1",
        "kind": "this machine itself (loopback)",
        "url": "",
    }
    assert scene.notes == ["7 further connections to private addresses were refused"]
