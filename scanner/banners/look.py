"""Look at the banner of the first page in one viewport: both layers, the links beside it, and the way back to the choice.

Each look has a clean context of its own with no collectors, so that nothing done here counts as an observation.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import msgspec
from playwright.async_api import Error as PlaywrightError

from scanner.banners.links import links_of
from scanner.banners.measure import Measured, measure
from scanner.banners.model import Closing, Control, Layer, Look, Meaning, ViewportName, Withdrawal
from scanner.browser.devices import Device
from scanner.collectors import Scene
from scanner.consent_actions import act, way_types
from scanner.consent_actions.autoconsent import Autoconsent
from scanner.scrolling import scroll
from scanner.tabs import Gate, Tabs
from scanner.visit import OpenPage, open_page

STEP_S = 20.0
"""How long each step of a look may take once the page is there; a page may keep its scripts busy for ever."""
SECOND_LAYER_S = 2.5
"""How long a second layer may take to appear, as for the consent actions."""
PRESSED = 0.6
"""The share of a control that has to show for its middle to be pressed."""
_POLL_S = 0.1

Scenes = Callable[[Device], AbstractAsyncContextManager[tuple[Scene, Tabs]]]
"""Opens a clean context on a device, with its tabs."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to look at. ``appear_s`` is how long a banner may take; ``accepting`` allows to give consent (in this context)."""

    url: str
    viewport: ViewportName
    timeout_s: float
    appear_s: float
    accepting: bool
    screenshots: Path | None = None


async def look_at(task: Task, device: Device, scenes: Scenes, gate: Gate) -> Look:
    """Return what was seen; whatever goes wrong is told in the look's reason."""
    seeing = _Seeing(task, device)
    try:
        async with gate.open, scenes(device) as (scene, tabs):
            await seeing.run(scene, tabs, gate)
        await seeing.close(scenes, gate)
    except Exception as error:  # noqa: BLE001 - hostile input: a look costs only its own data
        first = (str(error).strip().splitlines() or ["the page did not answer in time"])[0][:200]
        if seeing.look.first is None:
            return msgspec.structs.replace(seeing.look, reason=f"the look failed: {first}")
    return seeing.look


class _Seeing:
    """One look in the making."""

    def __init__(self, task: Task, device: Device) -> None:
        self._task = task
        self._device = device
        self._size = device.viewport
        self._closer: Control | None = None
        self.look = Look(
            viewport=task.viewport,
            width=self._size[0],
            height=self._size[1],
            found=False,
            reason="not looked at",
        )

    async def run(self, scene: Scene, tabs: Tabs, gate: Gate) -> None:
        """See both layers, then give consent and look for the way back."""
        async with self._opened(scene, tabs, gate) as page:
            if page is None:
                return
            async with asyncio.timeout(STEP_S):
                await self._first_layer(page)
            if self.look.first is None:
                return
            async with asyncio.timeout(STEP_S):
                await self._second_layer(page)
        if self._task.accepting:
            async with self._opened(scene, tabs, gate) as page:
                if page is not None:
                    async with asyncio.timeout(STEP_S):
                        await self._way_back(page, scene)

    async def close(self, scenes: Scenes, gate: Gate) -> None:
        """Close the banner without a choice, in a context of its own, and see whether that stored anything."""
        if self._closer is None:
            return
        async with (
            gate.open,
            scenes(self._device) as (scene, tabs),
            self._opened(scene, tabs, gate) as page,
            asyncio.timeout(STEP_S),
        ):
            if page is None:
                return
            measured = await self._appeared(page)
            closer = measured.layer.control("close") if measured.layer else None
            if closer is None:
                return
            before = await _stored(scene)
            page.quiet.restart()
            await self._press(page, closer)
            await page.quiet.settled(cap_s=2.0)
            gone = (await measure(page.watched.targets, self._size)).gone
            new = sorted(await _stored(scene) - before)
            self._know(closing=Closing(text=closer.text, closed=gone, stored=tuple(new[:40])))

    @asynccontextmanager
    async def _opened(self, scene: Scene, tabs: Tabs, gate: Gate) -> AsyncIterator[OpenPage | None]:
        scene.pages = [self._task.url]
        async with open_page(
            tabs, scene, (), number=0, url=self._task.url, timeout_s=self._task.timeout_s
        ) as page:
            async with gate.loading:
                await gate.pause()
                await page.load()
            if not page.alive or page.status in ("timeout", "http_error"):
                self._know(reason=page.error or "the first page could not be opened")
                yield None
                return
            await page.quiet.settled()
            yield page

    async def _first_layer(self, page: OpenPage) -> None:
        measured = await self._appeared(page)
        if measured.layer is None:
            busy = not measured.answered
            self._know(
                language=measured.language,
                reason="the page's scripts keep it busy" if busy else "no consent banner was found",
            )
            known, frame = await _known_make(page) if not busy else ("", "")
            if known:
                measured = await measure(page.watched.targets, self._size, known_frame=frame)
            if known and measured.layer is None:
                self._know(found=True, method=known, reason="its buttons could not be told apart")
                await self._shoot(page, 1)
            if measured.layer is None:
                return
        # What an animation still moves is measured where it comes to rest.
        measured = await self._rested(page, measured)
        assert measured.layer is not None  # noqa: S101 - `_rested` keeps a layer
        shot = await self._shoot(page, 1)
        first = msgspec.structs.replace(measured.layer, screenshot=shot)
        self._closer = first.control("close")
        self._know(
            found=True, reason="", method="own widget" if measured.own else "wording", frame=measured.where,
            language=measured.language, first=first, scroll_locked=measured.scroll_locked, blurred=measured.blurred,
            text_before=measured.text_length, links=await links_of(page.watched.targets, measured),
        )  # fmt: skip
        await asyncio.sleep(0.15)  # a page that takes scrolling for consent answers to the event at once
        after = await measure(page.watched.targets, self._size)
        self._know(gone_after_scroll=after.gone)
        with contextlib.suppress(PlaywrightError):
            await page.page.evaluate("scrollTo({ left: 0, top: 0, behavior: 'instant' })")

    async def _second_layer(self, page: OpenPage) -> None:
        if self.look.gone_after_scroll or self.look.first is None:
            self._know(second_reason="the banner went away when the page was scrolled")
            return
        settings = self.look.first.control("settings")
        if settings is None:
            self._know(second_reason="the first layer has no control that leads to settings")
            return
        if settings.seen < PRESSED or settings.covered:
            self._know(second_reason=f"{settings.text!r} cannot be reached in this viewport")
            return
        url = page.page.url
        page.quiet.restart()
        await self._press(page, settings)
        deadline = asyncio.get_running_loop().time() + SECOND_LAYER_S
        while True:
            await asyncio.sleep(_POLL_S)
            if page.page.url.partition("#")[0] != url.partition("#")[0]:
                self._know(second_reason=f"{settings.text!r} leads to another page")
                return
            measured = await measure(page.watched.targets, self._size)
            if measured.layer is not None and _differs(self.look.first, measured.layer):
                break
            if asyncio.get_running_loop().time() > deadline:
                self._know(second_reason=f"{settings.text!r} opened nothing that could be recognised")
                return
        measured = await self._rested(page, measured)
        assert measured.layer is not None  # noqa: S101 - `_rested` keeps a layer
        shot = await self._shoot(page, 2)
        upper = [one for one in measured.layer.controls if not one.covered]
        self._know(second=msgspec.structs.replace(measured.layer, controls=tuple(upper), screenshot=shot))

    async def _way_back(self, page: OpenPage, scene: Scene) -> None:
        refused = await self._accept(page, scene)
        if refused:
            self._know(withdrawal=Withdrawal(accepted=False, reason=refused))
            return
        now = await measure(page.watched.targets, self._size)
        self._know(text_after=now.text_length)
        for reloaded in (False, True):
            if reloaded:
                await page.page.reload(wait_until="load", timeout=self._task.timeout_s * 1000)
                page.quiet.restart()
                await page.quiet.settled()
            for place in ("in view", "end of page"):
                if place != "in view":
                    await scroll(page.page, page.watched.targets)
                if (text := await _leads_back(page)) is not None:
                    self._know(withdrawal=Withdrawal(accepted=True, found=True, text=text, place=place))
                    return
        self._know(
            withdrawal=Withdrawal(accepted=True, reason="nothing on the page leads back to the choice")
        )

    async def _accept(self, page: OpenPage, scene: Scene) -> str:
        """Give consent; returns why that could not be done, empty where the banner is gone."""
        measured = await self._appeared(page)
        accept = measured.layer.control("accept") if measured.layer else None
        if accept is None or accept.covered or accept.seen < PRESSED:
            outcome = await act(page, scene, "accept")
            return "" if outcome.applied else outcome.reason or "the banner could not be accepted"
        page.quiet.restart()
        await self._press(page, accept)
        await page.quiet.settled(cap_s=2.0)
        for _ in range(8):  # some fade away
            if (await measure(page.watched.targets, self._size)).gone:
                return ""
            await asyncio.sleep(0.2)
        return f"pressed {accept.text!r}, but the banner is still there"

    async def _appeared(self, page: OpenPage) -> Measured:
        deadline = asyncio.get_running_loop().time() + self._task.appear_s
        while True:
            measured = await measure(page.watched.targets, self._size)
            if measured.layer is not None or page.watched.targets.hung:
                return measured
            if asyncio.get_running_loop().time() > deadline:
                return measured
            await asyncio.sleep(0.2)

    async def _rested(self, page: OpenPage, measured: Measured) -> Measured:
        """Measure until two looks agree, at most a second."""
        for _ in range(8):
            await asyncio.sleep(0.12)
            again = await measure(page.watched.targets, self._size)
            if again.layer is None or again.layer == measured.layer:
                return measured if again.layer is None else again
            measured = again
        return measured

    async def _press(self, page: OpenPage, control: Control) -> None:
        """Press the middle of a control, by finger where the device has a touch screen."""
        x, y = control.x + control.width / 2, control.y + control.height / 2
        if self._task.viewport == "phone":
            await page.page.touchscreen.tap(x, y)
        else:
            await page.page.mouse.click(x, y)

    async def _shoot(self, page: OpenPage, number: int) -> str:
        if self._task.screenshots is None:
            return ""
        name = f"banner-{self._task.viewport}{'' if number == 1 else '-settings'}.png"
        page.screenshot = ""
        await page.shoot(self._task.screenshots / name)
        return page.screenshot

    def _know(self, **fields: object) -> None:
        self.look = msgspec.structs.replace(self.look, **fields)


async def _leads_back(page: OpenPage) -> str | None:
    """Return what the control that leads back to the choice is found by, None where there is none in view."""
    for kind in way_types():
        way = kind()
        with contextlib.suppress(PlaywrightError):
            if await way.find(page.page, "withdraw"):
                return way.id.replace("_", " ")
    return None


async def _known_make(page: OpenPage) -> tuple[str, str]:
    """Return how autoconsent's rules call a banner that words did not tell, and its frame's address; else nothing."""
    way = Autoconsent()
    with contextlib.suppress(PlaywrightError):
        if await way.find(page.page, "reject"):
            return f"autoconsent: {way.rule}", way.frame_url
    return "", ""


async def _stored(scene: Scene) -> set[str]:
    return {str(cookie.get("name", ""))[:200] for cookie in await scene.context.cookies()}


def _differs(first: Layer, now: Layer) -> bool:
    """Whether another layer is shown: other choices, more boxes, or the same over the first."""

    def choices(layer: Layer) -> list[tuple[Meaning, str, bool]]:
        return [(one.meaning, one.text, one.covered) for one in layer.controls if one.meaning]

    return choices(first) != choices(now) or len(now.ticks) > len(first.ticks)
