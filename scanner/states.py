"""One state pass: a clean context, the consent action of its state on the first page, then every planned page."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ScanError
from scanner.browser.launch import Launched
from scanner.browser.socks import way_out
from scanner.browser.targets import Command
from scanner.collectors import BaseCollector, Scene, collector_types, page_script
from scanner.collectors.cookies import stored_names
from scanner.consent_actions import Choice, Outcome, act
from scanner.frontier import MAX_ROBOTS, Frontier, Robots, RobotsAnswer, canonical
from scanner.guard import Guard, Ledger, named_literally
from scanner.observations import Observation, PageVisit, StatePass
from scanner.own_headers import OwnHeaders
from scanner.plan import CrawlPlan, OnProgress, Progress
from scanner.small_files import Answer, Fetch, read
from scanner.tabs import STACK_DEPTH, Gate, Tabs
from scanner.touch import touch
from scanner.visit import OpenPage, is_off_site, open_page

_GPC_SCRIPT = """(() => {
  const getter = { get globalPrivacyControl() { return true; } };
  const descriptor = Object.getOwnPropertyDescriptor(getter, "globalPrivacyControl");
  Object.defineProperty(Navigator.prototype, "globalPrivacyControl", { ...descriptor, enumerable: true });
})();"""
"""Global Privacy Control, section 3.2: ``navigator.globalPrivacyControl`` is true where the signal is sent."""

_ACTION_S = 60.0
"""How long one choice may take; a page may keep its scripts busy for ever."""


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """How a state is reached: the choices made on the first page, in order, and what is sent with each request."""

    choices: tuple[Choice, ...] = ()
    headers: dict[str, str] = {}
    script: str = ""


RECIPES: dict[ConsentState, Recipe] = {
    ConsentState.BEFORE: Recipe(),
    ConsentState.REJECT: Recipe(choices=("reject",)),
    ConsentState.ACCEPT: Recipe(choices=("accept",)),
    ConsentState.WITHDRAW: Recipe(choices=("accept", "withdraw")),
    ConsentState.GPC: Recipe(headers={"Sec-GPC": "1"}, script=_GPC_SCRIPT),
}


@dataclass
class PassResult:
    """What one pass saw."""

    state_pass: StatePass
    visits: list[PageVisit]
    observations: list[Observation]
    notes: list[str] = field(default_factory=list)


class StateRun:
    """Runs the passes of one crawl; ``gate`` limits the tabs that are open over all of them."""

    def __init__(
        self, launched: Launched, plan: CrawlPlan, guard: Guard, gate: Gate, on_progress: OnProgress | None
    ) -> None:
        self._launched = launched
        self._plan = plan
        self._guard = guard
        self._gate = gate
        self._on_progress = on_progress

    async def discover(self, frontier: Frontier) -> PassResult:
        """Run the pass ``before``, whose links decide which pages are visited in every state.

        Raises `ScanError` where the start page cannot be loaded at all.
        """
        state = ConsentState.BEFORE
        async with self.scene(state) as (scene, collectors, tabs):
            visits: list[PageVisit] = []

            async def visit(url: str) -> tuple[PageVisit, OpenPage]:
                return await self._visit(scene, collectors, tabs, url, done=lambda: len(visits) + 1)

            while level := await frontier.next_level():
                scene.pages = frontier.planned
                waiting = list(level)
                opened: list[OpenPage] = []
                if not visits:  # alone: what it sets, it sets in every run
                    seen, page = await visit(waiting.pop(0))
                    self._check_start(seen, page)
                    visits.append(seen)
                    opened.append(page)

                async def one(url: str) -> OpenPage:
                    seen, page = await visit(url)
                    visits.append(seen)
                    return page

                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(one(url)) for url in waiting]
                for page in [*opened, *(task.result() for task in tasks)]:
                    if page.status in ("ok", "http_error", "timeout"):
                        frontier.found(page.links, page.base or page.final_url)
            observations = await self._finish(scene, collectors)
        state_pass = StatePass(state=state, applied=True, banner_found=False)
        return PassResult(state_pass, _in_order(visits, frontier.planned), observations, scene.notes)

    async def repeat(self, state: ConsentState, pages: Sequence[str]) -> PassResult:
        """Run another state's pass over the planned pages."""
        recipe = RECIPES[state]
        async with self.scene(state) as (scene, collectors, tabs):
            scene.pages = list(pages)
            state_pass = StatePass(
                state=state,
                applied=True,
                banner_found=False,
                method="signal",
                evidence=tuple(f"{name}: {value}" for name, value in recipe.headers.items()),
            )
            if recipe.choices:
                scene.acted = False
                state_pass = await self._act(scene, collectors, tabs, recipe.choices)
                scene.acted = True
            visits: list[PageVisit] = []

            async def one(url: str) -> None:
                seen, _ = await self._visit(scene, collectors, tabs, url, done=lambda: len(visits) + 1)
                visits.append(seen)

            await one(pages[0])
            async with asyncio.TaskGroup() as group:
                for url in pages[1:]:
                    group.create_task(one(url))
            observations = await self._finish(scene, collectors)
        return PassResult(state_pass, _in_order(visits, pages), observations, scene.notes)

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
        *,
        done: Callable[[], int],
    ) -> tuple[PageVisit, OpenPage]:
        """Visit one page; whatever it does becomes its status."""
        turn, started = tabs.turns.next()
        async with self._gate.open:
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
        if self._on_progress is not None:
            self._on_progress(
                Progress(state=scene.state, done=done(), total=len(scene.pages), url=url, status=seen.status)
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

    async def _shoot(self, page: OpenPage, name: str) -> str:
        if self._plan.screenshots is None:
            return ""
        await page.shoot(Path(self._plan.screenshots) / name)
        return page.screenshot

    def _check_start(self, seen: PageVisit, page: OpenPage) -> None:
        """Raise `ScanError` where there is nothing to scan."""
        if seen.status in ("failed", "download") or (seen.status == "timeout" and seen.http_status is None):
            hint = "Check the URL, and whether this machine reaches the host."
            if page.cause.startswith(("ERR_CERT", "ERR_SSL")):
                hint = "Use --ignore-certificate-errors if you trust this host."
            elif page.cause.startswith("ERR_NAME"):
                hint = (
                    "Check the spelling; --resolve HOST:PORT=ADDR:PORT names the address of a staging host."
                )
            elif seen.status == "download":
                hint = "Give the address of a page."
            raise ScanError(f"{seen.url} cannot be scanned: {seen.error}.", hint=hint)
        if seen.status == "redirected":
            raise ScanError(
                f"{seen.url} {seen.error}.",
                hint="Scan that address, or list its host among the site's hosts.",
            elif page.cause == "refused":
                hint = "Where this is meant, name the host: --allow-private HOST, or allow_private in sites.toml."
            )

    @asynccontextmanager
    async def scene(self, state: ConsentState) -> AsyncIterator[tuple[Scene, list[BaseCollector], Tabs]]:
        """Open the state's own context with everything that has to be there before its first page."""
        recipe = RECIPES[state]
        async with self._context(state) as (context, ledger):
            scene = Scene(state=state, context=context, ledger=ledger)
            scene.preset_cookies = stored_names(await context.cookies())
            await context.add_init_script(page_script(scene.binding))
            if recipe.script:
                await context.add_init_script(recipe.script)
            commands: tuple[Command, ...] = (
                (
                    "Network.enable",
                    {"maxTotalBufferSize": 1, "maxResourceBufferSize": 1, "maxPostDataSize": 65_536},
                ),
                ("Runtime.enable", {}),
                ("Runtime.addBinding", {"name": scene.binding}),
                ("Runtime.setAsyncCallStackDepth", {"maxDepth": STACK_DEPTH}),
            )
            tabs = Tabs(self._launched, context, commands, headers_of(self._plan))
            yield scene, [kind(scene) for kind in collector_types()], tabs

    @asynccontextmanager
    async def _context(self, state: ConsentState) -> AsyncIterator[tuple[BrowserContext, Ledger]]:
        """Open a clean context whose only way out is the guard's."""
        options: dict[str, object] = {}
        if RECIPES[state].headers:
            options["extra_http_headers"] = RECIPES[state].headers
        if self._plan.storage_state is not None:
            options["storage_state"] = str(self._plan.storage_state)
        ledger = Ledger()
        async with way_out(self._guard, ledger) as proxy:
            try:
                context = await self._launched.new_context(proxy=proxy, **options)
            except (OSError, ValueError, PlaywrightError) as error:
                if self._plan.storage_state is None:
                    raise
                raise ConfigError(
                    f"{self._plan.storage_state}: cannot be used as a storage state: {error}",
                    hint="Give a file that Playwright's context.storage_state(path=…) wrote.",
                ) from error
            try:
                yield context, ledger
            finally:
                with contextlib.suppress(PlaywrightError, TimeoutError):
                    async with asyncio.timeout(20):
                        await context.close()

    async def _finish(self, scene: Scene, collectors: Sequence[BaseCollector]) -> list[Observation]:
        observations: list[Observation] = []
        for collector in collectors:
            try:
                async with asyncio.timeout(60):
                    observations += await collector.finish()
            except Exception as error:  # noqa: BLE001 - a collector costs only its own data
                scene.note(f"{collector.id}: its data is lost: {type(error).__name__}: {error}"[:300])
        return observations


@asynccontextmanager
async def small_files(launched: Launched, plan: CrawlPlan, guard: Guard) -> AsyncIterator[Fetch]:
    """Open what reads robots.txt and sitemaps: a context of their own, in which nothing is ever shown."""
    headers = headers_of(plan)
    async with way_out(guard, Ledger()) as proxy:
        context = await launched.new_context(java_script_enabled=False, proxy=proxy)
        try:

            async def fetch(url: str, limit: int) -> Answer:
                return await read(context, url, limit, timeout_s=min(plan.timeout_s, 15.0), headers=headers)

            yield fetch
        finally:
            with contextlib.suppress(PlaywrightError):
                await context.close()


def headers_of(plan: CrawlPlan) -> OwnHeaders:
    """Return what adds the plan's headers to requests to the site itself."""
    return OwnHeaders(plan.headers, canonical(plan.start_url) or plan.start_url, plan.own_hosts)


def robots_of(fetch: Fetch, plan: CrawlPlan) -> Robots | None:
    """Return the reader of robots.txt."""
    if not plan.respect_robots:
        return None

    async def ask(url: str) -> RobotsAnswer:
        answer = await fetch(url, MAX_ROBOTS)
        return RobotsAnswer(status=answer.status, text=answer.body.decode("utf-8", errors="replace"))

    return Robots(ask)


def _action_ms(scene: Scene) -> float | None:
    if scene.acting is None or scene.clicked_s is None:
        return None
    return round((scene.clicked_s - scene.acting[0]) * 1000, 1)


def _in_order(visits: list[PageVisit], pages: Sequence[str]) -> list[PageVisit]:
    order = {url: number for number, url in enumerate(pages)}
    return sorted(visits, key=lambda visit: order[visit.url])
