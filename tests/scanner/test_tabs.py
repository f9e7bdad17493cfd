"""Tabs are used again, but know nothing of what they showed before."""

from __future__ import annotations

import asyncio

import pytest

from scanner.browser.launch import Launched, launched
from scanner.browser.targets import Command
from scanner.tabs import STACK_DEPTH, Gate, Tab, Tabs, Turns
from tests.scanner.conftest import START, Site


class _Guest:
    """Counts what it is told of."""

    def __init__(self) -> None:
        self.crashed = False

    def on_crash(self) -> None:
        self.crashed = True

    def on_load(self) -> None: ...
    def on_dialog(self) -> None: ...
    def on_download(self) -> None: ...
    def on_popup(self) -> bool:
        return True


async def _renderers(running: Launched) -> set[int]:
    """Return the process ids of the browser's renderers."""
    session = await running.browser.new_browser_cdp_session()
    told = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return {one["id"] for one in told["processInfo"] if one["type"] == "renderer"}


async def _gone(running: Launched, processes: set[int]) -> None:
    """Return once none of these renderers is left."""
    while processes & await _renderers(running):  # noqa: ASYNC110 - the browser tells no event
        await asyncio.sleep(0.1)


async def test_a_tab_that_behaved_comes_back_as_good_as_new(site: Site) -> None:
    site.page("/", "<script>sessionStorage.setItem('a', '1'); window.name = 'x'</script>")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        tabs = Tabs(running, await running.new_context(), (("Runtime.enable", {}),))
        tab = await tabs.take()
        await tab.page.goto(START)
        assert await tab.page.evaluate("sessionStorage.length") == 1
        await tabs.back(tab, good=True)
        again = await tabs.take()
        assert again is tab
        assert again.page.url == "about:blank"
        site.page("/", "clean")
        await again.page.goto(START)
        assert await again.page.evaluate("[sessionStorage.length, window.name]") == [0, ""]


async def test_a_tab_that_misbehaved_is_closed(site: Site) -> None:
    async with launched() as running:
        tabs = Tabs(running, await running.new_context(), ())
        tab = await tabs.take()
        await tabs.back(tab, good=False)
        assert tab.page.is_closed()
        assert await tabs.take() is not tab


_BUSY = {
    "runs on": "setTimeout(() => { for (;;) {} })",
    "asks on": "setTimeout(() => { for (;;) alert('again') })",
    "opens windows": "setInterval(() => open('/'), 1)",
}


@pytest.mark.parametrize("script", _BUSY.values(), ids=_BUSY)
async def test_nothing_of_a_page_that_was_stopped_runs_on(script: str, site: Site) -> None:
    site.page("/", "fine")
    site.page("/busy", f"<script>{script}</script>")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        tabs = Tabs(running, await running.new_context(), (("Runtime.enable", {}),))
        tab = await tabs.take()
        guest = _Guest()
        tab.guest = guest
        await tab.page.goto(f"{START}busy", wait_until="commit")
        busy = await _renderers(running)
        await asyncio.sleep(1)  # it gets going
        await tabs.back(tab, good=False)
        await _gone(running, busy)
        assert not guest.crashed  # we ended it, not the page itself


async def test_a_tab_that_cannot_be_left_is_ended(site: Site) -> None:
    site.page("/", "<script>onpagehide = () => { for (;;) {} }</script>")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        tabs = Tabs(running, await running.new_context(), (("Runtime.enable", {}),))
        tab = await tabs.take()
        await tab.page.goto(START)
        busy = await _renderers(running)
        await tabs.back(tab, good=True)
        assert tab.page.is_closed()
        await _gone(running, busy)


async def test_idle_tabs_are_closed_but_for_those_that_are_kept() -> None:
    async with launched() as running:
        tabs = Tabs(running, await running.new_context(), (("Runtime.enable", {}),))
        used, *idle = [await tabs.take() for _ in range(4)]
        for tab in idle:
            await tabs.back(tab, good=True)
        await tabs.close_idle(keep=1)
        assert [tab.page.is_closed() for tab in (used, *idle)] == [False, False, True, True]
        assert await tabs.take() is idle[0]


async def test_a_tab_that_has_shown_many_pages_is_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.tabs.PAGES_PER_TAB", 2)
    site.page("/", "page")
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        tabs = Tabs(running, await running.new_context(), (("Runtime.enable", {}),))
        shown: list[Tab] = []
        for _ in range(3):
            tab = await tabs.take()
            await tab.page.goto(START)
            await tabs.back(tab, good=True)
            shown.append(tab)
    assert shown[0] is shown[1]
    assert shown[1] is not shown[2]


@pytest.mark.parametrize(
    ("pages", "processors", "alone", "several"),
    [(10, 8, 5, 5), (20, 8, 6, 6), (50, 8, 8, 10), (5000, 8, 8, 10), (5000, 2, 8, 7), (10, 1, 5, 5)],
)
async def test_more_tabs_settle_than_load_and_a_small_plan_or_machine_has_fewer(
    pages: int, processors: int, alone: int, several: int
) -> None:
    gate = Gate(4, pages=pages, processors=processors)
    for _ in range(4):
        await gate.loading.acquire()
    for _ in range(max(alone, several)):
        await gate.open.acquire()
    assert gate.loading.locked()
    assert gate.open.locked()
    async with gate.sharing.seats() as one:
        assert gate.sharing.room(one) == alone
        async with gate.sharing.seats() as other:
            assert gate.sharing.room(one) + gate.sharing.room(other) == several


async def test_pages_start_in_the_order_of_the_plan() -> None:
    turns = Turns()
    first, first_started = turns.next()
    second, _ = turns.next()
    assert first is None
    assert second is first_started


async def test_a_tab_that_is_used_again_still_follows_asynchronous_stacks(site: Site) -> None:
    site.page("/", '<script src="https://t.track.example/t.js"></script>')
    site.add(
        "t.track.example",
        "/t.js",
        "setTimeout(() => Promise.resolve().then(() => { new Image().src = '/late.gif' }), 20)",
    )
    commands: tuple[Command, ...] = (
        ("Network.enable", {}),
        ("Runtime.enable", {}),
        ("Runtime.setAsyncCallStackDepth", {"maxDepth": STACK_DEPTH}),
    )
    async with launched(resolve=site.resolve, ignore_certificate_errors=True) as running:
        tabs = Tabs(running, await running.new_context(), commands)
        for _ in range(4):
            tab = await tabs.take()
            kinds: list[str] = []
            tab.targets.on(
                "Network.requestWillBeSent",
                lambda event, kinds=kinds: (
                    kinds.append(event["initiator"]["type"])
                    if event["request"]["url"].endswith("late.gif")
                    else None
                ),
            )
            await tab.page.goto(START, wait_until="networkidle")
            assert kinds == ["script"]
            await tabs.back(tab, good=True)


async def test_pages_start_no_closer_than_the_delay() -> None:
    loop = asyncio.get_running_loop()
    gate = Gate(4, delay_s=0.05)
    starts: list[float] = []

    async def one() -> None:
        await gate.pause()
        starts.append(loop.time())

    begun = loop.time()
    await asyncio.gather(*(one() for _ in range(4)))
    assert max(starts) - begun >= 0.149
