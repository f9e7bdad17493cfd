"""When enough is enough: what a page may do before it is stopped, and why it was, in plain words.

The bounds are far above what an ordinary page does. A page that passes one is stopped where it stands: what it did until
then is evidence, its status says that it did not come to rest, and the scan of the other pages goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from scanner.browser.targets import PageTargets
from scanner.observations import STOPPED
from scanner.staying import Staying

MAX_BYTES = 48 * 1024 * 1024
"""Decoded bytes of all that one page loads; more would cost the scan its memory and its time."""
MAX_DIALOGS = 20
"""alert, confirm, prompt, beforeunload: each is answered at once, as by a visitor who wants to go on."""
MAX_POPUPS = 5
"""Windows that one page opens."""
SEEN_POPUPS = 3
"""Of them, those that are looked at; the others are closed at once."""
MAX_DOWNLOADS = 20
"""Downloads that one page starts; each is refused at once."""
MAX_DOCUMENTS = 20
"""Documents that one page navigates itself to by script or refresh; Chromium allows as many redirects by HTTP."""
MAX_MESSAGES = 1_000
"""Lines that one page writes to the console."""
MAX_WRITTEN = 4 * 1024 * 1024
"""Characters of text in them."""


class Stops:
    """Counts for one page; ``event`` is set and ``reason`` told once a bound is passed.

    ``document`` is the address that the page's own frame asked for last. ``flooded`` says that the page sends messages
    faster than anybody reads them: no answer of it would get through.
    """

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.reason = ""
        self.document = ""
        self.flooded = False
        self._written = 0
        self._dialogs = 0
        self._popups = 0
        self._downloads = 0
        self._messages = 0
        self._frame = ""
        self._documents: set[str] = set()
        self.staying = Staying()

    def watch(self, targets: PageTargets, loaded_bytes: Callable[[], int]) -> None:
        """Count the page's events; ``loaded_bytes`` tells what it has loaded so far."""

        def data(event: dict[str, Any]) -> None:
            del event
            if loaded_bytes() > MAX_BYTES:
                self._stop(f"{STOPPED} {MAX_BYTES // 1024**2} MiB: the page sends more than that")

        targets.on("Network.dataReceived", data)
        targets.on("Network.requestWillBeSent", self._sent)
        targets.on("Runtime.consoleAPICalled", self._said)

    def dialog(self) -> None:
        """Count a dialog."""
        self._dialogs += 1
        if self._dialogs > MAX_DIALOGS:
            self._stop(f"{STOPPED} {MAX_DIALOGS} dialogs: the page asks for ever")

    def popup(self) -> bool:
        """Count a pop-up; whether it may be looked at."""
        self._popups += 1
        if self._popups > MAX_POPUPS:
            self._stop(f"{STOPPED} {MAX_POPUPS} pop-ups: the page opens windows without end")
        return self._popups <= SEEN_POPUPS and not self.reason

    def download(self) -> None:
        """Count a download."""
        self._downloads += 1
        if self._downloads > MAX_DOWNLOADS:
            self._stop(f"{STOPPED} {MAX_DOWNLOADS} downloads: the page sends files without end")

    def leads_on(self) -> None:
        """Say that the page does not stay anywhere."""
        count = min(len(self._documents), MAX_DOCUMENTS)
        self._stop(f"{STOPPED} {count} navigations: the page leads on without end")

    def notes(self) -> list[str]:
        """Return what was counted and stopped nothing."""
        notes = []
        if self._popups:
            rest = self._popups - SEEN_POPUPS
            closed = f", {rest} of them closed at once" if rest > 0 else ""
            notes.append(f"{self._popups} pop-up(s) opened{closed}")
        if self._dialogs:
            notes.append(f"{self._dialogs} dialog(s) dismissed")
        if self._downloads:
            notes.append(f"{self._downloads} download(s) refused")
        if len(self._documents) > 1:
            notes.append(f"navigated by itself {len(self._documents) - 1} time(s)")
        return notes

    def _sent(self, event: dict[str, Any]) -> None:
        if event.get("type") != "Document":
            return
        frame = str(event.get("frameId", ""))
        self._frame = self._frame or frame  # the first document of a visit is the page's own
        if frame != self._frame:
            return
        self.document = str(event["request"]["url"])
        known = len(self._documents)
        self._documents.add(str(event["requestId"]))  # a redirect by HTTP keeps the id; Chromium counts those
        if known and len(self._documents) > known:
            self.staying.document()
        if len(self._documents) > MAX_DOCUMENTS:
            self.leads_on()

    def _said(self, event: dict[str, Any]) -> None:
        self._messages += 1
        self._written += sum(len(str(one.get("value", ""))) for one in event.get("args", ()))
        if self._messages > MAX_MESSAGES or self._written > MAX_WRITTEN:
            self.flooded = True
            count = min(self._messages - 1, MAX_MESSAGES)
            self._stop(f"{STOPPED} {count:,} console messages: the page writes without end")

    def _stop(self, reason: str) -> None:
        self.reason = self.reason or reason
        self.event.set()
