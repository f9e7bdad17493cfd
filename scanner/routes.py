"""Walk through an application that is one document: click its own links, and see what each change of route causes.

A page of such an application is measured by loading its URL, as every page is. But a visitor comes to it by a click, no
document is loaded, and tags that count such "virtual page views" fire then only. So one document of each kind of page
is walked: up to `MAX_ROUTES` links are clicked in it, and what a click causes is attributed to the route's own URL.

No click can leave the document: what the application does not take up itself is prevented. Only links to pages of the
plan are clicked, so that neither robots.txt nor globs are passed by, and elements that call themselves links.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from playwright.async_api import Error as PlaywrightError

from scanner.browser.targets import PageTargets, TargetGone
from scanner.browser.worlds import ask_frames
from scanner.collectors import BaseCollector, Scene
from scanner.frontier import Frontier, canonical
from scanner.partial import Visited, Walk
from scanner.resume import Keeper
from scanner.tabs import Gate, Tab, Tabs
from scanner.templates import shapes
from scanner.visit import OpenPage, listening

MAX_ROUTES = 5
"""Routes of one document that are walked: enough to see what every change of route does."""
MAX_WALKS = 8
"""Documents of one crawl that are walked, one of each kind of page."""
_MAX_MISSES = 3
"""Clicks that change nothing before a document is taken for an ordinary one."""
_SETTLE_S = 2.0
_WALK_S = 30.0

_ROUTER_EVENTS = frozenset({"popstate", "hashchange"})
"""Whoever changes the history must listen to one of these, or the back button would do nothing."""

_CANDIDATES = """(() => {
  const found = [];
  const seen = new Set([location.href]);
  for (const element of document.querySelectorAll("a[href], [role=link], [data-href], [routerlink]")) {
    if (found.length >= 60) break;
    if (element.closest("form") || !element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.target && element.target !== "_self" || element.hasAttribute("download")) continue;
    const href = element.tagName === "A" ? element.href : "";
    if (typeof href !== "string" || (element.tagName === "A" && !href.startsWith(location.origin + "/"))) continue;
    const name = href || `${found.length} ${element.textContent.trim().slice(0, 40)}`;
    if (seen.has(name)) continue;
    seen.add(name);
    found.push(href);
  }
  return found;
})()"""
"""The addresses of what may be clicked, in the order of the document; empty for an element that has none."""

_CLICK = """(() => {
  const wanted = WANTED, number = NUMBER;
  let count = -1;
  for (const element of document.querySelectorAll("a[href], [role=link], [data-href], [routerlink]")) {
    if (element.closest("form")) continue;
    if (wanted ? element.href !== wanted : element.tagName === "A" || (count += 1) !== number) continue;
    // Last of all listeners: a click that nobody took up would load another document.
    const stop = (event) => event.preventDefault();
    addEventListener("click", stop, { once: true });
    HTMLElement.prototype.click.call(element);
    removeEventListener("click", stop);
    return true;
  }
  return false;
})()"""


async def has_router(targets: PageTargets) -> bool:
    """Whether scripts of the page's own document wait for the history to change."""
    try:
        window = await targets.send("Runtime.evaluate", {"expression": "window", "objectGroup": "consentry"})
        told = await targets.send(
            "DOMDebugger.getEventListeners", {"objectId": window["result"]["objectId"], "depth": 0}
        )
        await targets.send("Runtime.releaseObjectGroup", {"objectGroup": "consentry"})
    except (TargetGone, KeyError):
        return False
    return any(listener.get("type") in _ROUTER_EVENTS for listener in told.get("listeners", ()))


@dataclass
class Walker:
    """Walks documents of one pass; what was walked before a break is not walked again."""

    scene: Scene
    collectors: Sequence[BaseCollector]
    tabs: Tabs
    keeper: Keeper
    gate: Gate
    timeout_s: float

    kinds: set[str] = field(default_factory=set)
    reached: set[str] = field(default_factory=set)
    _apps: list[str] = field(default_factory=list)

    async def __call__(self, url: str) -> Walk:
        """Return how the walk through the document of ``url`` went; routes that an earlier walk reached are left out."""
        if url not in self.keeper.walks:
            self.keeper.walks[url] = await walk(
                url,
                self.scene,
                self.collectors,
                self.tabs,
                self.gate,
                timeout_s=self.timeout_s,
                known=frozenset({*self.reached, url}),
            )
            await self.keeper.walked(self.scene, self.keeper.walks[url])
        self.reached.update(self.keeper.walks[url].routes)
        return self.keeper.walks[url]

    def note(self, done: Mapping[str, Visited]) -> None:
        """Take note of which pages of a level have a router."""
        self._apps += [url for url, one in done.items() if one.routed and one.visit.status == "ok"]

    def chosen(self) -> Iterator[str]:
        """Yield which of the noted pages are to be walked: the first of each kind, and no kind twice.

        A page that a walk has reached is of the same document, whatever its URL looks like.
        """
        apps, self._apps = self._apps, []
        kinds = shapes(apps)
        for url in apps:
            if url not in self.reached and kinds[url] not in self.kinds and len(self.kinds) < MAX_WALKS:
                self.kinds.add(kinds[url])
                yield url


async def walk(
    url: str,
    scene: Scene,
    collectors: Sequence[BaseCollector],
    tabs: Tabs,
    gate: Gate,
    *,
    timeout_s: float,
    known: frozenset[str] = frozenset(),
) -> Walk:
    """Load ``url`` unheard, click through it, and let the collectors see each route as a page of its own.

    ``known`` are routes that need not be seen again.

    Whatever the document does, this ends in bounded time and costs only itself.
    """
    routes: list[str] = []
    async with gate.open:
        tab = await tabs.take()
        good = False
        try:
            async with asyncio.timeout(timeout_s + _WALK_S):
                async with gate.loading:
                    await gate.pause()
                    await tab.page.goto(url, wait_until="load", timeout=timeout_s * 1000)
                await asyncio.sleep(0.5)
                routes = await _click_through(url, scene, collectors, tab, known)
            good = True
        except (PlaywrightError, TimeoutError, TargetGone) as error:
            scene.note(
                f"walk through {url}: {str(error).splitlines()[0] if str(error) else 'took too long'}"[:300]
            )
        finally:
            await tabs.back(tab, good=good)
    return Walk(start=url, routes=tuple(routes))


async def _click_through(
    url: str, scene: Scene, collectors: Sequence[BaseCollector], tab: Tab, known: frozenset[str]
) -> list[str]:
    numbers = {page: number for number, page in enumerate(scene.pages)}
    collectors = [collector for collector in collectors if not collector.of_document]
    document = await _document(tab.targets)
    hrefs = (await _ask(tab.targets, _CANDIDATES)) or []
    routes: list[str] = []
    current, misses, unnamed = url, 0, -1
    for href in hrefs:
        unnamed += not href
        planned = canonical(str(href)) if href else None
        if len(routes) >= MAX_ROUTES or misses >= _MAX_MISSES:
            break
        if href and (planned not in numbers or planned in known or planned == current):
            continue
        number = numbers[planned] if planned in numbers else numbers[url]
        click = _CLICK.replace("WANTED", msgspec.json.encode(str(href)).decode()).replace(
            "NUMBER", str(unnamed)
        )
        with _route(url, number, scene, collectors, tab) as opened:
            if not await _ask(tab.targets, click):
                continue
            opened.quiet.restart()
            await opened.quiet.settled(cap_s=_SETTLE_S)
            if await _document(tab.targets) != document:
                break  # it loads another document after all: that is seen when its URL is visited
            reached = canonical(tab.page.url)
            if reached is None or reached == current:
                misses += 1
                continue
            await opened.collect()
            routes += [reached] if reached not in routes else []
            current = reached
    return routes


@contextmanager
def _route(
    url: str, number: int, scene: Scene, collectors: Sequence[BaseCollector], tab: Tab
) -> Iterator[OpenPage]:
    """Listen to the tab for one click; what it tells belongs to the page with this number."""
    try:
        with listening(tab, scene, collectors, number=number, url=url, timeout_s=_SETTLE_S) as opened:
            opened.quiet.loaded()
            yield opened
    finally:
        tab.guest = None
        tab.targets.forget_handlers()


async def _document(targets: PageTargets) -> str:
    """Return the id of the document that is shown; a change of route keeps it."""
    tree = await targets.send("Page.getFrameTree")
    return str(tree["frameTree"]["frame"].get("loaderId", ""))


async def _ask(targets: PageTargets, expression: str) -> Any:
    answers = await ask_frames(targets, expression, main_only=True)
    return answers[0].value if answers else None


def follow(frontier: Frontier, done: Mapping[str, Visited]) -> None:
    """Give the links of a level's pages to the frontier, in the order of the pages."""
    for visited in done.values():
        if visited.visit.status in ("ok", "http_error", "timeout"):
            frontier.found(visited.links, visited.base or visited.visit.final_url)
