"""The open tabs of one state pass. A tab that behaved is used again: opening one costs a third of a page's time.

Between two pages a tab forgets what a new tab would not know (session storage) and passes through ``about:blank``, so
that nothing of a page reaches the next. A tab that has shown many pages is closed: a renderer keeps something of each.
One that hung or was stopped is ended with its renderer: a script that runs on there after the tab is closed holds up each
page that Chromium puts into the same renderer later, which it does once no DevTools listen there.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from playwright.async_api import BrowserContext, CDPSession, Dialog, Page
from playwright.async_api import Error as PlaywrightError

from scanner.browser.launch import Launched
from scanner.browser.targets import Command, PageTargets, TargetGone
from scanner.browser.windows import Window
from scanner.browser.worlds import ask_frames
from scanner.own_headers import OwnHeaders
from scanner.popups import PopUps
from scanner.seats import Seats, Sharing
from scanner.waking import Waking

STACK_DEPTH = 16
"""Asynchronous steps that a stack is followed back: enough for a tag manager's tag's timer's promise."""

PAGES_PER_TAB = 48
"""Pages that one tab shows before it is closed, and with it what its renderer had kept of them."""
PAGES_PER_CLEARING = 4
"""Pages after which a tab's renderer gives back what they left behind: 2 to 3 MiB each, which it would keep for long."""

SETTLING_PER_PROCESSOR = 1.5
"""Tabs that settle beside those that load: on two processors, three leave hardly more of them idle than six do."""

_OPEN_TIMEOUT_S = 20.0
_OPEN_TRIES = 3
_CLOSE_TIMEOUT_S = 5.0
_END_TIMEOUT_S = 2.0
_LEAVE_TIMEOUT_S = 3.0
_FORGET = "(() => { globalThis.name = ''; try { sessionStorage.clear(); } catch { /* opaque origin */ } })()"


class Gate:
    """How many tabs work at once, over all states.

    ``loading`` lets that many load; ``open`` lets others settle meanwhile, as many again where there are pages enough.
    A page that settles only waits, so this keeps the machine busy without more load on the site. A tab takes 50 to 60
    MiB with its part of the GPU process, and a third of a page's time to open: a small plan of ``pages`` has fewer.
    ``sharing`` divides the open ones among the states that run side by side. With consent actions and contexts of their
    own they wait more, so that they may have a few more than one state has alone; on a machine of few ``processors``
    they have fewer, since the last ones would wait for a processor and not for their page. ``delay_s`` is for a site
    that bears little.
    """

    def __init__(
        self,
        concurrency: int,
        *,
        pages: int = 1000,
        delay_s: float = 0.0,
        processors: int | None = None,
    ) -> None:
        most = concurrency + int(SETTLING_PER_PROCESSOR * (processors or os.cpu_count() or 1))
        alone = min(2 * concurrency, concurrency + max(1, pages // 10))
        several = min(5 * concurrency // 2, concurrency + max(1, pages // 8), most)
        self.loading = asyncio.Semaphore(concurrency)
        self.open = asyncio.Semaphore(max(alone, several))
        self.sharing = Sharing(alone, several)
        self._delay_s = delay_s
        self._next_start = 0.0

    def slow_down(self, delay_s: float) -> None:
        """Let at least ``delay_s`` lie between two starts from now on."""
        self._delay_s = max(self._delay_s, delay_s)

    async def pause(self) -> None:
        """Wait until ``delay_s`` have passed since the last page was started, whatever its state."""
        now = asyncio.get_running_loop().time()
        start = max(now, self._next_start)
        self._next_start = start + self._delay_s
        if start > now:
            await asyncio.sleep(start - now)


class Turns:
    """Lets the pages of one pass start in the order of the plan.

    Where a server gives a cookie to whoever has none yet, the first page of the plan then gets it in every run: its
    request has left before any later page could be answered.
    """

    def __init__(self) -> None:
        self._last: asyncio.Event | None = None

    def next(self) -> tuple[asyncio.Event | None, asyncio.Event]:
        """Return what to wait for before one's own start, and what to set after it."""
        before, self._last = self._last, asyncio.Event()
        return before, self._last


class Guest(Protocol):
    """Who uses a tab at the moment, and is told what happens to it."""

    def on_crash(self) -> None:
        """Take note that the renderer died."""

    def on_load(self) -> None:
        """Take note that the load event fired."""

    def on_dialog(self) -> None:
        """Take note of a dialog; it is answered already."""

    def on_popup(self) -> bool:
        """Take note of a pop-up; whether it may be looked at. Otherwise it is closed at once."""

    def on_download(self) -> None:
        """Take note that the navigation became a download."""


class Tab:
    """One tab with its DevTools session; dialogs and pop-ups are dealt with for whoever uses it.

    ``setting`` says how pop-ups are looked at; without one they are closed at once.
    """

    def __init__(self, page: Page, session: CDPSession, setting: Setting | None = None) -> None:
        self.page = page
        self.leaving = False
        self._setting = setting
        self._waking = None if setting is None else Waking(session, f"{setting.binding}.")
        self.targets = PageTargets(page, session)
        self.guest: Guest | None = None
        self.served = 0
        self._crashed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        page.on("crash", self._crash)
        page.on("load", lambda _: self._tell(lambda guest: guest.on_load()))
        page.on("download", lambda _: self._tell(lambda guest: guest.on_download()))
        page.on("dialog", self._dialog)
        if setting is None or setting.popups is None:
            page.on("popup", self._popup)

    async def leave(self) -> bool:
        """Make the tab as good as new; False where it is not."""
        try:
            await ask_frames(self.targets, _FORGET)
            if self.targets.hung:
                return False
            await self.page.goto("about:blank", timeout=_LEAVE_TIMEOUT_S * 1000)
            # Leaving may change the renderer process, and a new one is told everything again but the stack depth.
            await self.targets.send("Runtime.setAsyncCallStackDepth", {"maxDepth": STACK_DEPTH})
            if self.served % PAGES_PER_CLEARING == PAGES_PER_CLEARING - 1:
                await self.targets.send("HeapProfiler.collectGarbage", timeout_s=_LEAVE_TIMEOUT_S)
        except (PlaywrightError, TargetGone):
            return False
        return True

    def may_open(self) -> bool:
        """Count one more pop-up; whether it may be looked at."""
        if self.leaving or self.guest is None:
            return False
        if self._waking is not None:
            self._waking.begin()
        return self.guest.on_popup()

    async def prepare(self, window: Window, targets: PageTargets) -> Sequence[Command]:
        """Return what a pop-up is sent besides what the page was: that it is a visitor's, and the collectors' hooks."""
        if self._setting is None:  # pragma: no cover - such a tab's windows are not looked at
            return ()
        if self._setting.headers is not None:
            await self._setting.headers.attach(cast("CDPSession", window), targets)
        hooks = {"expression": self._setting.script, "silent": True}  # a blank window is there before them
        return (self._setting.dressing, ("Runtime.evaluate", hooks))

    async def close_windows(self) -> None:
        """Close what the page has opened, and open nothing more."""
        self.leaving = True
        if self._waking is not None:
            self._waking.end()
        if self._setting is not None and self._setting.popups is not None:
            await self._setting.popups.close_all(self)

    async def close(self, *, end: bool = False) -> None:
        """Close the tab, whatever state it is in; ``end`` ends its renderer, and with it what its scripts still do."""
        if self._waking is not None:
            self._waking.end()
        if self._setting is not None and self._setting.popups is not None:
            self._setting.popups.forget(self)
        await self.targets.close()
        if end:
            await self._end()
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await self.page.close()

    async def _end(self) -> None:
        """Crash the renderer; it needs no turn of the scripts that keep it busy for that."""
        self.guest = None  # this crash is not the page's doing
        if not self._crashed.is_set():
            self._start(lambda: self.targets.session.send("Page.crash"))  # nobody is left to answer
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_END_TIMEOUT_S):
                    await self._crashed.wait()

    def _crash(self, page: Page) -> None:
        del page
        self._crashed.set()
        self._tell(lambda guest: guest.on_crash())

    def _tell(self, what: Callable[[Guest], None]) -> None:
        if self.guest is not None:
            what(self.guest)

    def _dialog(self, asked: Dialog) -> None:
        if self._setting is not None and asked.type == "prompt" and asked.message == self._setting.binding:
            self._start(lambda: self._hold(asked))
            return
        if self._waking is not None and asked.type == "prompt" and asked.message == self._waking.question:
            self._start(asked.dismiss)
            return
        self._tell(lambda guest: guest.on_dialog())
        # Leaving is what a visitor who closes the tab wants; every other dialog is dismissed.
        self._start(asked.accept if asked.type == "beforeunload" else asked.dismiss)

    async def _hold(self, asked: Dialog) -> None:
        """Answer our own hook, which holds a script until the window that it opens is listened to."""
        if self._setting is not None and self._setting.popups is not None:
            await self._setting.popups.wait_for(self)
        await asked.dismiss()

    def _popup(self, window: Page) -> None:
        self.may_open()
        self._start(window.close)

    def _start(self, work: Callable[[], object]) -> None:
        async def quietly() -> None:
            with contextlib.suppress(PlaywrightError):
                await work()  # type: ignore[misc]  # Playwright's coroutine functions

        task = asyncio.get_running_loop().create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@dataclass(frozen=True)
class Setting:
    """How the pop-ups of a pass are looked at: by whom, and what each is given before it runs.

    ``binding`` is the name by which hooks speak to us, ``script`` holds them.
    """

    popups: PopUps | None
    binding: str
    script: str
    dressing: Command
    headers: OwnHeaders | None = None


class Tabs:
    """The pool: `take` a tab, give it `back`. It holds as many as were in use at once."""

    def __init__(
        self,
        launched: Launched,
        context: BrowserContext,
        commands: tuple[Command, ...],
        headers: OwnHeaders | None = None,
        seats: Seats | None = None,
        *,
        setting: Setting | None = None,
    ) -> None:
        self._launched = launched
        self._context = context
        self._commands = commands
        self._headers = headers
        self._setting = setting
        self._free: list[Tab] = []
        self._own: set[Page] = set()
        self._opening = 0
        self.turns = Turns()
        self.seats = seats or Seats(Sharing(1, 1))

    async def take(self) -> Tab:
        """Return a tab that has everything attached; raises Playwright's error or TimeoutError where none opens."""
        for _ in range(_OPEN_TRIES - 1):
            if self._free:
                break
            with contextlib.suppress(TimeoutError):  # a page that takes the whole machine is stopped by then
                return await self._open()
        return self._free.pop() if self._free else await self._open()

    async def _open(self) -> Tab:
        self._opening += 1
        try:
            async with asyncio.timeout(_OPEN_TIMEOUT_S):
                page = await self._context.new_page()
                self._own.add(page)
                session = await self._context.new_cdp_session(page)
                tab = Tab(page, session, self._setting)
                await asyncio.gather(self._launched.dress(session), tab.targets.open(self._commands))
                if self._setting is not None and self._setting.popups is not None:
                    told = await session.send("Target.getTargetInfo")
                    self._setting.popups.know(str(told["targetInfo"]["targetId"]), tab)
                if self._headers is not None:
                    await self._headers.attach(session, tab.targets)
        finally:
            self._opening -= 1
        return tab

    async def back(self, tab: Tab, *, good: bool, closed: bool = False) -> None:
        """Take a tab back; ``good`` is False where its page crashed, hung or was stopped.

        ``closed`` closes it while its page is still listened to (`scanner.leaving`).
        """
        await tab.close_windows()
        if closed:
            await tab.close()
        left = good and not closed and await tab.leave()
        tab.guest = None
        tab.leaving = False
        tab.targets.forget_handlers()
        tab.served += 1
        if left and tab.served < PAGES_PER_TAB:
            self._free.append(tab)
        else:
            if not closed:
                await tab.close(end=not left)
            self._own.discard(tab.page)
        await self._sweep()

    async def close_idle(self, *, keep: int = 0) -> None:
        """Close the tabs that nobody uses, all but ``keep``: each would keep its renderer until the pass ends."""
        idle, self._free = self._free[keep:], self._free[:keep]
        await asyncio.gather(*(tab.close() for tab in idle))
        self._own.difference_update(tab.page for tab in idle)

    async def _sweep(self) -> None:
        """Close windows that outlived whoever opened them: those of pop-ups, and those of a tab that was closed."""
        popups = self._setting.popups if self._setting is not None else None
        if self._opening or (popups is not None and popups.are_open):
            return  # a tab of ours is in the list before it is known as ours; a pop-up has its opener to close it
        strays = [page for page in self._context.pages if page not in self._own]
        with contextlib.suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await asyncio.gather(*(page.close() for page in strays), return_exceptions=True)
