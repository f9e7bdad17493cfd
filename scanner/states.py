"""One state pass: a clean context, the consent action of its state on the first page, then every planned page."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
from playwright.async_api import Error as PlaywrightError

from consent.model.categories import ConsentState
from consent.model.errors import ScanError
from scanner.browser.launch import Launched
from scanner.collectors import BaseCollector, Scene, finish_all
from scanner.consent_actions import Choice, Outcome, act
from scanner.frontier import Frontier
from scanner.guard import Guard
from scanner.har.write import HarFile, har_file
from scanner.observations import Observation, PageVisit, StatePass
from scanner.partial import Partial, Visited
from scanner.plan import CrawlPlan, OnProgress, Progress
from scanner.popups import PopUps
from scanner.recipes import RECIPES
from scanner.request_log import RequestLog
from scanner.resume import Keeper, SiteGone
from scanner.revisit import joined, revisit
from scanner.routes import Walker, follow, has_router
from scanner.scenes import Scenes
from scanner.start_page import check_start
from scanner.tabs import Gate, Tabs
from scanner.touch import touch
from scanner.visit import OpenPage, is_off_site, open_page

_ACTION_S = 60.0
"""How long one choice may take; a page may keep its scripts busy for ever."""


@dataclass
class PassResult:
    """What one pass saw; ``gone`` says why a pass that was continued could not be brought to its end."""

    state_pass: StatePass
    visits: list[PageVisit]
    observations: list[Observation]
    notes: list[str] = field(default_factory=list)
    gone: str = ""


class StateRun:
    """Runs the passes of one crawl; ``gate`` limits the tabs that are open over all of them."""

    def __init__(
        self,
        launched: Launched,
        plan: CrawlPlan,
        guard: Guard,
        gate: Gate,
        *,
        on_progress: OnProgress | None = None,
        partial: Partial | None = None,
        popups: PopUps | None = None,
    ) -> None:
        self._launched = launched
        self._plan = plan
        self._partial = partial
        self._gate = gate
        self._on_progress = on_progress
        self._apps: list[str] = []
        self._scenes = Scenes(launched, plan, guard, gate, popups)

    async def discover(
        self, frontier: Frontier, *, gone: str = "", planned: Callable[[str], None] = lambda _: None
    ) -> PassResult:
        """Run the pass ``before``, whose links decide which pages are visited in every state.

        ``planned`` is called, with ``gone`` as it is by then, once the pages are known and the other states may begin:
        what is left here is to come back to the start page (`scanner.revisit`), which mostly waits.
        ``gone`` says why nothing can be visited any more: what was seen before a break is then all there is. Raises
        `ScanError` where the start page cannot be loaded at all.
        """
        state = ConsentState.BEFORE
        keeper = Keeper(self._partial, state)
        async with self._scenes.open(state) as (scene, collectors, tabs):
            scene.recorder = self._recorder(state)
            keeper.restore(scene, collectors)
            visits: list[PageVisit] = []
            walker = Walker(scene, collectors, tabs, keeper, self._gate, self._plan.timeout_s)
            level_done: dict[str, Visited] = {}

            async def one(url: str) -> None:
                is_start = not visits
                seen, page = await self._visit(scene, collectors, tabs, url, visits)
                if is_start:
                    check_start(seen, page)
                level_done[url] = await keeper.visit(scene, seen, page)

            try:
                while level := await frontier.next_level() or await self._routes(
                    walker, frontier, tabs, gone
                ):
                    scene.pages = frontier.planned
                    level_done.clear()
                    level_done.update(keeper.take(scene.pages, level))
                    visits += [done.visit for done in level_done.values()]
                    waiting = [url for url in level if url not in level_done]
                    if waiting:
                        await self._continue(keeper, scene, tabs, gone)
                    if waiting and not visits:  # alone: what it sets, it sets in every run
                        await one(waiting.pop(0))
                    async with asyncio.TaskGroup() as group:
                        for url in waiting:
                            group.create_task(one(url))
                    in_order = {url: level_done[url] for url in level}
                    walker.note(in_order)
                    follow(frontier, in_order)
            except SiteGone as error:
                gone = str(error)
            gone = await self._prepare_revisit(keeper, scene, tabs, gone)
            await keeper.put_back(scene)
            observations = await finish_all(scene, collectors)
            await tabs.close_idle(keep=1)  # the others open their own now; one is enough to come back
            planned(gone)
            if keeper.revisited is None and not gone:
                await keeper.revisit(
                    scene, await revisit(scene, tabs, self._gate, timeout_s=self._plan.timeout_s)
                )
            observations = joined(observations, keeper.revisited or ())
        state_pass = StatePass(state=state, applied=True, banner_found=False)
        return PassResult(state_pass, _in_order(visits, frontier.planned), observations, scene.notes, gone)

    async def repeat(self, state: ConsentState, pages: Sequence[str], *, gone: str = "") -> PassResult:
        """Run another state's pass over the planned pages; ``gone`` as for `discover`."""
        recipe = RECIPES[state]
        keeper = Keeper(self._partial, state)
        async with self._scenes.open(state) as (scene, collectors, tabs):
            keeper.restore(scene, collectors)
            scene.pages = list(pages)
            scene.recorder = self._recorder(state)
            state_pass = StatePass(
                state=state,
                applied=True,
                banner_found=False,
                method="signal",
                evidence=tuple(f"{name}: {value}" for name, value in recipe.headers.items()),
            )
            known = keeper.take(pages, pages)
            visits = [one.visit for one in known.values()]
            waiting = [url for url in pages if url not in known]
            try:
                if keeper.state_pass is not None:
                    state_pass = keeper.state_pass
                elif gone:
                    told = "the scan broke off before this state was reached"
                    state_pass = msgspec.structs.replace(
                        state_pass, applied=False, method="none", reason=told
                    )
                elif recipe.choices:
                    scene.acted = False
                    state_pass = await self._act(scene, collectors, tabs, recipe.choices)
                    scene.acted = True
                    await keeper.acted(scene, state_pass)
                if waiting:
                    await self._continue(keeper, scene, tabs, gone)

                async def one(url: str) -> None:
                    seen, page = await self._visit(scene, collectors, tabs, url, visits)
                    await keeper.visit(scene, seen, page)

                if waiting and not visits:
                    await one(waiting.pop(0))
                async with asyncio.TaskGroup() as group:
                    for url in waiting:
                        group.create_task(one(url))
                walker = Walker(scene, collectors, tabs, keeper, self._gate, self._plan.timeout_s)
                for url in self._apps:
                    await self._continue(keeper, scene, tabs, gone)
                    await walker(url)
            except SiteGone as error:
                gone = str(error)
            await keeper.put_back(scene)
            observations = await finish_all(scene, collectors)
        return PassResult(state_pass, _in_order(visits, pages), observations, scene.notes, gone)

    async def _prepare_revisit(self, keeper: Keeper, scene: Scene, tabs: Tabs, gone: str) -> str:
        """Bring back the context of a pass that broke off before its revisit alone; return why that cannot be."""
        if keeper.revisited is None and not gone:
            try:
                await self._continue(keeper, scene, tabs, gone)
            except SiteGone as error:
                return str(error)
        return gone

    async def _routes(self, walker: Walker, frontier: Frontier, tabs: Tabs, gone: str) -> list[str]:
        """Walk through what turned out to be an application; returns the pages to visit that only this found."""
        for url in walker.chosen():
            await self._continue(walker.keeper, walker.scene, tabs, gone)
            found = await walker(url)
            if found.routes:
                self._apps.append(url)
            frontier.found(found.routes, url)
        return await frontier.next_level()

    async def _continue(self, keeper: Keeper, scene: Scene, tabs: Tabs, gone: str) -> None:
        """Bring the context of a broken-off pass to where it was, once; raises `SiteGone` where that cannot be."""
        if gone:
            raise SiteGone(gone)
        if not keeper.needs_context:
            return
        keeper.needs_context = False
        unseen = replace(scene, requests=RequestLog(), notes=[], beacons={}, kept=None, pages=scene.pages[:1])
        choices = RECIPES[scene.state].choices
        if choices and keeper.state_pass is not None and keeper.state_pass.applied:
            again = await self._act(unseen, (), tabs, choices)
            if not again.applied:
                raise SiteGone(f"the consent action of {scene.state} could not be done again: {again.reason}")
        else:
            async with self._gate.open, self._open(unseen, (), tabs, scene.pages[0]) as page:
                async with self._gate.loading:
                    await self._gate.pause()
                    await page.load()
                if not page.alive or page.status == "timeout":
                    raise SiteGone(f"{page.url} cannot be loaded any more: {page.error}")
                await page.settle(0)
        await keeper.put_back(scene)

    async def _act(
        self, scene: Scene, collectors: Sequence[BaseCollector], tabs: Tabs, choices: Sequence[Choice]
    ) -> StatePass:
        """Do the state's choices on the first page; a choice that cannot be confirmed ends the action."""
        outcome = Outcome(applied=False, banner_found=False, reason="the first page could not be opened")
        before = after = ""
        try:
            async with self._gate.open, self._open(scene, collectors, tabs, scene.pages[0]) as page:
                async with self._gate.loading:
                    await self._gate.pause()
                    await page.load()
                if is_off_site(page, self._plan.own_hosts) or not page.alive:
                    reason = page.error or "the first page leads to another site"
                    outcome = Outcome(applied=False, banner_found=False, reason=reason)
                else:
                    scene.acting = (page.watched.begun_s, math.inf)
                    await page.settle(0)
                    await page.look()
                    before = await self._shoot(page, f"{scene.state}-before-action.png")
                    for number, choice in enumerate(choices):
                        async with asyncio.timeout(_ACTION_S):
                            outcome = await act(page, scene, choice, last=number == len(choices) - 1)
                        if not outcome.applied:
                            break
                    scene.acted = True
                    await page.quiet.settled()
                    await page.collect()
                    after = await self._shoot(page, f"{scene.state}-after-action.png")
        except (PlaywrightError, TimeoutError) as error:
            outcome = Outcome(
                applied=False,
                banner_found=outcome.banner_found,
                reason=f"the action failed: {str(error) or 'the page did not answer in time'}"[:300],
            )
        if scene.acting is not None:
            scene.acting = (scene.acting[0], time.time())
        return StatePass(
            state=scene.state,
            applied=outcome.applied,
            banner_found=outcome.banner_found,
            method=outcome.method,
            reason=outcome.reason,
            evidence=outcome.evidence,
            screenshot_before=before,
            screenshot_after=after,
            page=scene.pages[0],
            action_ms=_action_ms(scene),
        )

    async def _visit(
        self,
        scene: Scene,
        collectors: Sequence[BaseCollector],
        tabs: Tabs,
        url: str,
        visits: list[PageVisit],
    ) -> tuple[PageVisit, OpenPage]:
        """Visit one page and add how it went to ``visits``; whatever it does becomes its status."""
        turn, started = tabs.turns.next()
        async with tabs.seats, self._gate.open:
            page: OpenPage | None = None
            try:
                async with self._open(scene, collectors, tabs, url) as page:
                    if turn is not None:
                        await turn.wait()
                    async with self._gate.loading:
                        await self._gate.pause()
                        await page.load(started=started.set)
                    if page.alive and is_off_site(page, self._plan.own_hosts):
                        page.status = "redirected"
                        page.error = f"leads to another site: {page.final_url}"
                    else:
                        await page.settle(self._plan.dwell_s)
                        await page.look()
                        if page.status == "ok" and is_off_site(page, self._plan.own_hosts):
                            page.status, page.error = "redirected", f"leads to another site: {page.final_url}"
                            page.links = ()
                        if url == scene.pages[0]:
                            await self._shoot(page, f"{scene.state}-start.png")
                        if scene.state is ConsentState.BEFORE and page.status == "ok":
                            page.routed = await has_router(page.watched.targets)
                        await touch(page)
                seen = page.result()
            except (PlaywrightError, TimeoutError) as error:
                first = (str(error).strip().splitlines() or ["the browser did not answer in time"])[0]
                seen = PageVisit(url=url, state=scene.state, status="failed", error=first[:300])
                if page is None:
                    raise ScanError(
                        f"The browser opens no more tabs: {first[:200]}",
                        hint="Lower --concurrency, or give the machine more memory.",
                    ) from error
            finally:
                started.set()
        if seen.status in ("failed", "crashed", "timeout") and not await self._launched.is_alive():
            raise ScanError("The browser ended in the middle of the scan.", hint="Was its memory too little?")
        visits.append(seen)
        if self._on_progress is not None:
            self._on_progress(
                Progress(
                    state=scene.state, done=len(visits), total=len(scene.pages), url=url, status=seen.status
                )
            )
        return seen, page

    def _open(
        self, scene: Scene, collectors: Sequence[BaseCollector], tabs: Tabs, url: str
    ) -> contextlib.AbstractAsyncContextManager[OpenPage]:
        return open_page(
            tabs,
            scene,
            collectors,
            number=scene.pages.index(url),
            url=url,
            timeout_s=self._plan.timeout_s,
        )

    def _recorder(self, state: ConsentState) -> HarFile | None:
        plan = self._plan
        return har_file(plan.recordings, state, plan.headers, logged_in=plan.storage_state is not None)

    async def _shoot(self, page: OpenPage, name: str) -> str:
        if self._plan.screenshots is None:
            return ""
        await page.shoot(Path(self._plan.screenshots) / name)
        return page.screenshot


def _action_ms(scene: Scene) -> float | None:
    if scene.acting is None or scene.clicked_s is None:
        return None
    return round((scene.clicked_s - scene.acting[0]) * 1000, 1)


def _in_order(visits: list[PageVisit], pages: Sequence[str]) -> list[PageVisit]:
    order = {url: number for number, url in enumerate(pages)}
    return sorted(visits, key=lambda visit: order[visit.url])
