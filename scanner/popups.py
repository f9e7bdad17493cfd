"""Windows that pages open: the first few are looked at as part of the page that opened them, the rest are closed at once.

What a pop-up asks for, stores and runs is told among the doings of its opener's page, as a frame's is; each request names
the window (`Hop.popup`). It lives as long as its opener is visited: its traffic keeps the page from being judged quiet, up
to the page's own cap, and no longer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, cast

from playwright.async_api import Browser, CDPSession
from playwright.async_api import Error as PlaywrightError

from scanner.browser.raw_events import listen
from scanner.browser.targets import WINDOW_LOADED, WINDOW_OPENED, Command, PageTargets
from scanner.browser.windows import Window, second_line

_HOLD_S = 2.0
"""How long a script that opens a window may be held until the window is listened to."""
_REQUEST = "Network.requestWillBeSent"


class WindowTargets(PageTargets):
    """A pop-up's events, its frames' and workers' among them, told as events of the page that opened it."""

    def __init__(self, opener: PageTargets, window: Window) -> None:
        super().__init__(opener.page, cast("CDPSession", window))
        self.target = window.target
        self._opener = opener
        self._window = window
        self.opened_by = opener.page.url
        self.address = ""

    def forward(self) -> None:
        """Listen for all that the opener's page is listened to for, and for what tells that the window has loaded."""
        for event in self._opener.heard():
            listen(self.session, event, lambda params, event=event: self._dispatch(event, params))  # type: ignore[misc]  # the default binds the name
        listen(self.session, "Page.loadEventFired", lambda _: self._loaded())

    def _loaded(self) -> None:
        self._opener.tell(WINDOW_LOADED, {"window": self._window.target})

    def _dispatch(self, event: str, params: dict[str, Any]) -> None:
        if event == _REQUEST:
            own = params.get("type") == "Document" and params.get("frameId") == self._window.target
            if own and "redirectResponse" not in params:
                self.address = str(params["request"]["url"])
                self._loaded()  # what it loads keeps the page busy from here on
            # Not DevTools' own words: which window asked, and on which page it was opened.
            params = params | {"popup": self.address or "about:blank", "openedBy": self.opened_by}
        self._opener.tell(event, params)


class Opener(Protocol):
    """A tab whose windows are looked at."""

    targets: PageTargets

    def may_open(self) -> bool:
        """Count one more window; whether it may be looked at."""

    async def prepare(self, window: Window, targets: PageTargets) -> Sequence[Command]:
        """Return what a window is sent besides what its opener's page was."""


class PopUps:
    """Knows which tab opened which window. One for a browser; tabs say who they are by `know`."""

    def __init__(self) -> None:
        self._openers: dict[str, Opener] = {}
        self._windows: dict[Opener, dict[str, Window]] = {}
        self._changed: dict[Opener, asyncio.Event] = {}

    def know(self, target: str, opener: Opener) -> None:
        """Take the windows that the tab with this target id opens for this opener's."""
        self._openers[target] = opener
        self._changed[opener] = asyncio.Event()

    def forget(self, opener: Opener) -> None:
        """Hear no more of a tab that is closed."""
        for target in [target for target, known in self._openers.items() if known is opener]:
            del self._openers[target]
        self._changed.pop(opener, None)

    @property
    def are_open(self) -> bool:
        """Whether any window is looked at just now."""
        return any(self._windows.values())

    async def on_window(self, window: Window) -> None:
        """Listen to a pop-up and let it run, or close it; any other window is let be."""
        opener = self._openers.get(window.opener)
        if opener is None:
            await window.let_be()
            return
        self._openers[window.target] = opener  # what a pop-up opens is of the same page
        try:
            if not opener.may_open():
                await window.dismiss()
                return
            self._windows.setdefault(opener, {})[window.target] = window
            targets = WindowTargets(opener.targets, window)
            targets.forward()
            opener.targets.windows.append(targets)
            opener.targets.tell(WINDOW_OPENED, {"window": window.target})
            more = await opener.prepare(window, targets)
            await window.post([("Page.enable", {}), *targets.attend(opener.targets.setup()), *more])
            await window.release()
        finally:
            if window.in_hand and (changed := self._changed.get(opener)) is not None:
                changed.set()

    async def wait_for(self, opener: Opener) -> None:
        """Wait until a window of this tab that is being opened is listened to, or closed."""
        if (changed := self._changed.get(opener)) is None:
            return
        try:
            async with asyncio.timeout(_HOLD_S):
                await changed.wait()
        except TimeoutError:
            return
        finally:
            changed.clear()

    async def close_all(self, opener: Opener) -> None:
        """Close what a tab's page has opened."""
        windows = self._windows.pop(opener, {})
        opener.targets.windows.clear()
        for target in windows:
            self._openers.pop(target, None)
        await asyncio.gather(*(window.close() for window in windows.values()))


@asynccontextmanager
async def watched_popups(browser: Browser) -> AsyncIterator[PopUps | None]:
    """Watch the windows of a browser; None where it lets nobody: they are closed as soon as they are told of then."""
    popups = PopUps()
    line = second_line(browser, popups.on_window)
    try:
        await line.__aenter__()
    except PlaywrightError:
        yield None
        return
    try:
        yield popups
    finally:
        await line.__aexit__(None, None, None)
