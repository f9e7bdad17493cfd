from __future__ import annotations

from typing import Any

from consent.model.categories import ConsentState
from scanner.observations import Observation
from scanner.private_addresses import MAX_REPORTED, private_addresses_of
from tests.scanner.factories import SHOP


def seen(name: str = "localhost:3000", **changes: Any) -> Observation:
    given: dict[str, Any] = {"state": ConsentState.BEFORE, "page": SHOP, "initiators": (f"{SHOP}app.js",)}
    details = {
        "address": "127.0.0.1",
        "kind": "this machine itself (loopback)",
        "url": "http://localhost:3000/x",
    }
    return Observation(
        kind="private_address", name=name, host="localhost", details=details, **(given | changes)
    )


def test_equal_refusals_of_states_and_pages_are_one_entry() -> None:
    (one,) = private_addresses_of(
        [seen(), seen(page=f"{SHOP}teas", state=ConsentState.ACCEPT), seen(state=ConsentState.ACCEPT)]
    )
    assert (one.host, one.address, one.url) == ("localhost:3000", "127.0.0.1", "http://localhost:3000/x")
    assert one.states == (ConsentState.BEFORE, ConsentState.ACCEPT)
    assert one.pages == (SHOP, f"{SHOP}teas")
    assert one.initiators == (f"{SHOP}app.js",)


def test_a_flood_is_bounded() -> None:
    assert len(private_addresses_of(seen(f"localhost:{number}") for number in range(999))) == MAX_REPORTED
