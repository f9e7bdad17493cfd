"""Requests and WebSockets, each with the chain of who led to it."""

from __future__ import annotations

from scanner.collectors import BaseCollector
from scanner.hops import Hop, PageTraffic
from scanner.observations import Observation
from scanner.parties import host_of


class NetworkCollector(BaseCollector):
    """One observation per request hop; the events themselves are put together in `scanner.request_log`."""

    id = "network"
    entry = PageTraffic

    def apply(self, page: int, entry: PageTraffic) -> None:
        """Give back to the log what a page asked for before a break."""
        del page
        self.scene.requests.add(entry)

    async def finish(self) -> list[Observation]:
        """Return all requests and WebSockets of the pass."""
        log = self.scene.requests
        seen = [
            Observation(
                kind="request",
                name=hop.url,
                host=host_of(hop.url),
                state=self.scene.state,
                page=self.scene.page_url(hop.page),
                initiators=self._chain(hop),
                time_ms=hop.time_ms,
                after_action=hop.after_action,
                details={
                    "type": hop.type,
                    "method": hop.method,
                    "status": hop.status,
                    "frame": hop.frame,
                    "redirected_from": hop.redirected_from,
                    "failed": self.scene.ledger.told(hop.url, hop.failed),
                    "stack": list(hop.stack),
                    "body_size": hop.body_size,
                    "beacon": self.scene.beacon_of(hop),
                    "popup": hop.popup,
                    "on_action_page": self.scene.on_action_page(hop.page, hop.wall_s),
                },
            )
            for hop in log.hops
        ]
        seen += [
            Observation(
                kind="websocket",
                name=socket.url,
                host=host_of(socket.url),
                state=self.scene.state,
                page=self.scene.page_url(socket.page),
                initiators=log.chain(socket.page, socket.initiators),
                time_ms=socket.time_ms,
                after_action=socket.after_action,
                details={"type": "websocket", "method": "GET", "status": None, "stack": list(socket.stack)},
            )
            for socket in log.sockets
        ]
        return seen

    def _chain(self, hop: Hop) -> tuple[str, ...]:
        """Return who led to a request; of a worker whose script's own request nobody told, it ends with the page."""
        found = self.scene.requests.chain(hop.page, hop.initiators)
        page = self.scene.page_url(hop.page)
        return (*found, page) if found == (hop.frame,) and not hop.frame_id and page not in found else found
