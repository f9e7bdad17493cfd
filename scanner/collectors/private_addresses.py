"""Connections that the guard refused: what the page asked of addresses that are not public (`scanner.guard`)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.collectors import BaseCollector, Scene, Watched
from scanner.guard import Refusal, place_of
from scanner.hops import Hop, WebSocketSeen
from scanner.observations import Observation

MAX_PAGES = 10
"""Pages that are named for one address."""


class PrivateAddressesCollector(BaseCollector):
    """One observation per refused host, port and page; what was refused comes from the guard's own ledger."""

    id = "private_addresses"
    entry = Refusal

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._told: set[tuple[str, int, str]] = set()

    def apply(self, page: int, entry: Refusal) -> None:
        """See to it that the ledger has a refusal, also one from before a break."""
        del page
        key = (entry.host, entry.port, entry.address)
        self._told.add(key)
        self.scene.ledger.refusals.setdefault(key, entry)

    async def settled(self, watched: Watched) -> None:
        """Learn what the guard has refused since the last page."""
        for key, refusal in tuple(self.scene.ledger.refusals.items()):
            if key not in self._told:
                self.learn(watched.number, refusal)

    async def finish(self) -> list[Observation]:
        """Return all of the pass; a connection that no request stands behind (a preconnect) has the first page."""
        asked: dict[tuple[str, int], dict[int, tuple[str, tuple[str, ...]]]] = {}
        requests: list[Hop | WebSocketSeen] = [*self.scene.requests.hops, *self.scene.requests.sockets]
        for seen in requests:
            asked.setdefault(place_of(seen.url), {}).setdefault(seen.page, (seen.url, seen.initiators))
        ledger = self.scene.ledger
        for place in sorted(ledger.overflows)[:20]:
            self.scene.note(f"{place} sent without end: its connection was cut")
        if ledger.dropped:
            self.scene.note(f"{ledger.dropped} further connections to private addresses were refused")
        return [
            observation
            for refusal in sorted(ledger.refusals.values(), key=lambda one: (one.host, one.port, one.address))
            for observation in self._observed(refusal, asked.get((refusal.host, refusal.port), {}))
        ]

    def _observed(
        self, refusal: Refusal, pages: dict[int, tuple[str, tuple[str, ...]]]
    ) -> Iterator[Observation]:
        for page, (url, initiators) in sorted(pages.items())[:MAX_PAGES] or [(0, ("", ()))]:
            yield Observation(
                kind="private_address",
                name=f"{refusal.host}:{refusal.port}",
                host=refusal.host,
                state=self.scene.state,
                page=self.scene.page_url(page),
                initiators=self.scene.requests.chain(page, initiators),
                details={"address": refusal.address, "kind": refusal.kind, "url": url},
            )
