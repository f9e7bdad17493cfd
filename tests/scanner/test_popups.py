"""Which tab a window belongs to. With real windows: tests/scanner/collectors/test_popups.py."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from playwright.async_api import Browser, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from scanner.browser.targets import Command, PageTargets
from scanner.browser.windows import Window
from scanner.popups import PopUps, watched_popups


class Silent:
    """Stands for a page and its session."""

    url = "https://www.shop.example/"

    def on(self, event: str, listener: object) -> None: ...


class Tab:
    """A tab that allows as many windows as it is told to."""

    def __init__(self, allowed: int) -> None:
        self.targets = PageTargets(cast("Page", Silent()), cast("CDPSession", Silent()))
        self.allowed = allowed

    def may_open(self) -> bool:
        self.allowed -= 1
        return self.allowed >= 0

    async def prepare(self, window: Window, targets: PageTargets) -> Sequence[Command]:
        del window
        return ()


class Opened(Silent):
    """A window; remembers what became of it."""

    def __init__(self, target: str, opener: str, *, in_hand: bool = True) -> None:
        self.target = target
        self.opener = opener
        self.in_hand = in_hand
        self.did: list[str] = []

    async def post(self, commands: Iterable[tuple[str, dict[str, Any]]]) -> None:
        self.did += [method for method, _ in commands]

    async def release(self) -> None:
        self.did.append("release")

    async def let_be(self) -> None:
        self.did.append("let be")

    async def dismiss(self) -> None:
        self.did.append("dismiss")

    async def close(self) -> None:
        self.did.append("close")


async def meet(popups: PopUps, window: Opened) -> list[str]:
    await popups.on_window(cast("Window", window))
    return window.did


async def test_a_window_is_its_openers_and_so_is_what_it_opens() -> None:
    popups, tab = PopUps(), Tab(allowed=2)
    popups.know("tab", tab)
    first = Opened("first", "tab")
    assert (await meet(popups, first))[-1] == "release"
    assert (await meet(popups, Opened("nested", "first")))[-1] == "release"
    assert await meet(popups, Opened("third", "first")) == ["dismiss"]
    assert await meet(popups, Opened("other", "")) == ["let be"]
    assert popups.are_open
    assert len(tab.targets.windows) == 2
    await popups.close_all(tab)
    assert first.did[-1] == "close"
    assert not popups.are_open
    assert tab.targets.windows == []


async def test_a_tab_that_is_forgotten_has_no_windows() -> None:
    popups, tab = PopUps(), Tab(allowed=2)
    popups.know("tab", tab)
    popups.forget(tab)
    assert await meet(popups, Opened("first", "tab")) == ["let be"]
    await popups.wait_for(tab)  # holds nobody


async def test_a_script_is_held_until_its_window_is_listened_to() -> None:
    popups, tab = PopUps(), Tab(allowed=1)
    popups.know("tab", tab)
    await meet(popups, Opened("first", "tab"))
    await popups.wait_for(tab)
    await meet(popups, Opened("refused", "tab"))
    await popups.wait_for(tab)


async def test_a_browser_that_lets_nobody_watch_is_scanned_all_the_same() -> None:
    class Refusing:
        async def new_browser_cdp_session(self) -> object:
            raise PlaywrightError("not here")

    async with watched_popups(cast("Browser", Refusing())) as popups:
        assert popups is None
