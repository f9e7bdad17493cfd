"""From refused connections to the report's: each host and address once, with the pages and states that asked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model.categories import ConsentState
from scanner.observations import Observation

MAX_REPORTED = 200
_PAGES = 5
_MAX_URL = 2_000
_STATES = list(ConsentState)


class PrivateAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A connection that the scan refused, since its address is not public; ``host`` has its port, ``kind`` is in words."""

    host: str
    address: str
    kind: str
    url: str = ""
    states: tuple[ConsentState, ...] = ()
    pages: tuple[str, ...] = ()
    initiators: tuple[str, ...] = ()


def private_addresses_of(seen: Iterable[Observation]) -> tuple[PrivateAddress, ...]:
    """Return one entry for each host, port and address over all pages and states."""
    found: dict[tuple[str, str], PrivateAddress] = {}
    for one in seen:
        if one.kind != "private_address":
            continue
        address = str(one.details.get("address", ""))
        known = found.get((one.name, address)) or PrivateAddress(
            host=one.name,
            address=address,
            kind=str(one.details.get("kind", "")),
            url=str(one.details.get("url", ""))[:_MAX_URL],
            initiators=one.initiators,
        )
        found[one.name, address] = msgspec.structs.replace(
            known,
            states=tuple(sorted({*known.states, one.state}, key=_STATES.index)),
            pages=tuple(dict.fromkeys((*known.pages, one.page)))[:_PAGES],
        )
    return tuple(list(found.values())[:MAX_REPORTED])
