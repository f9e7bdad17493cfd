"""When is a page quiet? Never by a fixed sleep: by what is in flight and which short timers are pending.

A page has settled when at least `AFTER_LOAD_S` passed since its load event, nothing was in flight for `QUIET_S`, and no
short timer is due; at the latest after the cap. On real pages this finds the same cookies as waiting for half a second
of network silence, in two thirds of the time.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from scanner.browser.targets import ATTACHED, WINDOW_LOADED, WINDOW_OPENED, PageTargets
from scanner.collectors import Watched

AFTER_LOAD_S = 0.25
QUIET_S = 0.15
CAP_S = 3.0
TIMERS_AFTER_LOAD_S = 0.3
"""Timers set later than this after load are a page's own rhythm, not its loading (chained ones still count)."""

WINDOW_S = 1.0
"""How long a pop-up may take until it asks for its document, or has loaded where it is blank."""
LATE_S = 0.25
"""How much later than it was set for a timer may run: a busy page runs them late, and one that has run says so."""

_ENDLESS = {"WebSocket", "EventSource", "Media", "Document", "Fetch", "Ping"}
"""Done once they answer: streams never finish, a fetch whose body nobody reads is never told to, and the end of an
out-of-process document is told elsewhere."""


class Quiet:
    """Watches one page for silence."""

    def __init__(self) -> None:
        self._in_flight: dict[str, str] = {}
        self._timers: dict[tuple[str, int], float] = {}
        self._changed = time.monotonic()
        self._loaded: float | None = None

    def watch(self, watched: Watched) -> None:
        """Subscribe to what keeps a page busy."""
        targets: PageTargets = watched.targets
        targets.on("Network.requestWillBeSent", self._sent)
        targets.on("Network.responseReceived", self._answered)
        targets.on("Network.loadingFinished", self._done)
        targets.on("Network.loadingFailed", self._done)
        targets.on(ATTACHED, self._started)
        targets.on(WINDOW_OPENED, self._window_opened)
        targets.on(WINDOW_LOADED, self._window_loaded)
        watched.on_record("timer", self._timer)

    def loaded(self) -> None:
        """Say that the load event fired."""
        self._loaded = time.monotonic()

    async def settled(self, *, cap_s: float = CAP_S) -> bool:
        """Wait for silence; True where it came, False where the cap ended the wait."""
        start = time.monotonic()
        if self._loaded is None:
            self._loaded = start
        while True:
            now = time.monotonic()
            ready = max(
                self._loaded + AFTER_LOAD_S,
                (now if self._in_flight else self._changed) + QUIET_S,
                max((due + LATE_S for due in self._timers.values()), default=0.0),
            )
            if now >= ready:
                return True
            if now >= start + cap_s:
                return False
            await asyncio.sleep(min(ready, start + cap_s) - now + 0.001)

    def restart(self) -> None:
        """Begin anew after an action: what it causes needs the same time as a load."""
        self._changed = self._loaded = time.monotonic()

    def _sent(self, event: dict[str, Any]) -> None:
        url = str(event["request"]["url"])
        if url.startswith("http"):
            self._in_flight[str(event["requestId"])] = url
            self._changed = time.monotonic()

    def _started(self, event: dict[str, Any]) -> None:
        """A worker runs: its script has arrived, though nobody tells the page's session."""
        url = str(event["targetInfo"]["url"])
        for request in [request for request, loading in self._in_flight.items() if loading == url]:
            self._done({"requestId": request})

    def _window_opened(self, event: dict[str, Any]) -> None:
        """A pop-up is about to ask for its document; a blank one may never ask for anything."""
        self._timers[str(event["window"]), 0] = time.monotonic() + WINDOW_S
        self._changed = time.monotonic()

    def _window_loaded(self, event: dict[str, Any]) -> None:
        if self._timers.pop((str(event["window"]), 0), None) is not None:
            self._changed = time.monotonic()

    def _answered(self, event: dict[str, Any]) -> None:
        if event.get("type") in _ENDLESS:
            self._done(event)

    def _done(self, event: dict[str, Any]) -> None:
        if self._in_flight.pop(str(event["requestId"]), None) is not None:
            self._changed = time.monotonic()

    def _timer(self, record: dict[str, Any]) -> None:
        key = (str(record.get("href", "")), int(record.get("id", 0)))
        due = record.get("due")
        now = time.monotonic()
        if due is None:
            self._timers.pop(key, None)
        elif self._loaded is None or now < self._loaded + TIMERS_AFTER_LOAD_S or record.get("link", 1) > 1:
            self._timers[key] = now + min(float(due), 2000.0) / 1000
