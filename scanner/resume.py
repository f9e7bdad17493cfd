"""One pass of a scan that can be broken off: what it has already, and how its context is brought back.

After a break each state gets a clean context again. The start page is loaded in it once more, unrecorded, and where the
state has a consent action, that is done anew and confirmed anew: a consent state is never assumed from a file. Then the
cookies that pages had set before the break, and that this context lacks, are put back. Nothing else is: what other pages
kept in web storage is in the report, but no longer in the browser, and the report's notes say so.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from consent.model.categories import ConsentState
from scanner.browser.jar import ContextJar
from scanner.collectors import BaseCollector, Scene
from scanner.observations import Observation, PageVisit, StatePass
from scanner.partial import Acted, Jar, Partial, Step, Visited, Walk
from scanner.small_files import Answer, Fetch
from scanner.visit import OpenPage


class SiteGone(Exception):  # noqa: N818 - a state that the crawl expects, not an error for a user
    """The scan cannot go on after a break: the start page or the consent action does not come about any more."""


class Keeper:
    """Keeps one pass in ``partial``, and knows what of it was done before a break; without ``partial`` it does nothing."""

    def __init__(self, partial: Partial | None, state: ConsentState) -> None:
        self._partial = partial
        self._state = state
        self.visited: dict[int, Visited] = {}
        self._acted: Acted | None = None
        self.walks: dict[str, Walk] = {}
        self._jar = Jar(read_s=0.0)
        self.revisited: tuple[Observation, ...] | None = None
        """What the revisit of the start page saw (`scanner.revisit`), None where it was not done."""
        self._noted = 0
        self._is_put_back = False
        self._context_jar: ContextJar | None = None
        if partial is not None and partial.resumed:
            self.visited = partial.visits(state)
            self._acted = partial.acted(state)
            self.walks = partial.walks(state)
            self._jar = partial.jar(state)
            self.revisited = partial.revisit(state)
        self.has_begun = bool(self.visited) or self._acted is not None
        self.needs_context = self.has_begun
        """Whether the context is a clean one, and not yet as this pass had it before the break."""

    @property
    def state_pass(self) -> StatePass | None:
        """How the consent action ended before the break, None where it was not done."""
        return self._acted.state_pass if self._acted is not None else None

    def take(self, planned: Sequence[str], pages: Sequence[str]) -> dict[str, Visited]:
        """Return those of ``pages`` that were visited before a break; ``planned`` has the order of all."""
        numbers = {url: number for number, url in enumerate(planned)} if self.visited else {}
        return {url: self.visited[numbers[url]] for url in pages if numbers.get(url) in self.visited}

    def restore(self, scene: Scene, collectors: Sequence[BaseCollector]) -> None:
        """Tell the collectors what they had learnt, and have kept what they learn from now on."""
        if self._partial is None:
            return
        scene.kept = {}
        if not self.has_begun:
            return
        by_id = {collector.id: collector for collector in collectors}
        for number, learnt in self._partial.learnt(self._state):
            for name, raw in learnt.items():
                collector = by_id.get(name)
                if collector is not None and collector.entry is not None:
                    for entry in msgspec.json.decode(raw, type=list[collector.entry]):  # type: ignore[name-defined]
                        collector.apply(number, entry)
        if self._acted is not None:
            scene.acting = self._acted.acting
        scene.notes += self._partial.notes(self._state)
        self._noted = len(scene.notes)

    async def put_back(self, scene: Scene) -> None:
        """Give the context the cookies that it had before the break and lacks now."""
        if self._is_put_back:
            return
        self._is_put_back = True
        if not self._jar.cookies:
            return
        jar = self._jar_of(scene)
        there = {_identity(cookie) for cookie in await jar.read()}
        now = time.time()
        missing = [
            cookie
            for cookie in self._jar.cookies
            if _identity(cookie) not in there and not 0 <= float(cookie.get("expires", -1)) <= now
        ]
        for refused in await jar.add(missing):
            scene.note(f"the cookie {refused[:80]} could not be put back after the break")
        scene.put_back |= {_identity(cookie)[:3]: self._jar.read_s for cookie in missing}

    def _jar_of(self, scene: Scene) -> ContextJar:
        if self._context_jar is None:
            self._context_jar = ContextJar(scene.context)
        return self._context_jar

    async def acted(self, scene: Scene, state_pass: StatePass) -> None:
        """Keep how the consent action ended, and what was learnt from it."""
        await self._keep(scene, 0, acted=Acted(state_pass=state_pass, acting=scene.acting))

    async def visit(self, scene: Scene, seen: PageVisit, page: OpenPage) -> Visited:
        """Keep one finished visit; on the disk when this returns."""
        visited = Visited(visit=seen)
        if self._state is ConsentState.BEFORE:
            visited = Visited(visit=seen, links=page.links, base=page.base, routed=page.routed)
        await self._keep(scene, scene.pages.index(seen.url), visited=visited)
        return visited

    async def walked(self, scene: Scene, walk: Walk) -> None:
        """Keep one walk with what was learnt of its routes; no page may be open meanwhile."""
        await self._keep(scene, scene.pages.index(walk.start), walk=walk)

    async def revisit(self, scene: Scene, seen: Sequence[Observation]) -> None:
        """Keep what the revisit saw; values of the user's own logins stay out of the file."""
        self.revisited = tuple(seen)
        if self._partial is not None:
            kept = [
                msgspec.structs.replace(one, value="")
                if one.kind == "cookie" and (one.name, one.host) in scene.preset_cookies
                else one
                for one in seen
            ]
            await self._partial.keep_revisit(self._state, kept)

    async def _keep(
        self,
        scene: Scene,
        number: int,
        *,
        visited: Visited | None = None,
        acted: Acted | None = None,
        walk: Walk | None = None,
    ) -> None:
        if self._partial is None or scene.kept is None:
            return
        logins = {name for name, _ in scene.preset_cookies}
        numbers = (number,) if walk is None else tuple(scene.kept)
        learnt = {one: _without_logins(scene.kept.pop(one, {}), logins) for one in numbers}
        notes, self._noted = tuple(scene.notes[self._noted :]), len(scene.notes)
        # Cookies of a login that the user gave stay out of the file.
        cookies = [
            cookie
            for cookie in await self._jar_of(scene).read()
            if _identity(cookie)[:2] not in scene.preset_cookies
        ]
        await self._partial.keep(
            Step(
                state=self._state,
                number=number,
                learnt=learnt,
                jar=Jar(read_s=time.time(), cookies=tuple(cookies)),
                visited=visited,
                acted=acted,
                walk=walk,
                notes=notes,
            )
        )


def _without_logins(learnt: dict[str, list[Any]], names: set[str]) -> dict[str, list[Any]]:
    """Leave out the values of cookies that came with the user's login and were renewed by a response."""
    if not names:
        return learnt
    for traffic in learnt.get("network", ()):
        traffic.hops = [
            replace(
                hop,
                set_cookies=tuple(_blank(line, names) for line in hop.set_cookies),
                blocked=tuple((_blank(line, names), why) for line, why in hop.blocked),
            )
            for hop in traffic.hops
        ]
    writes = [
        replace(write, cookie=msgspec.structs.replace(write.cookie, value=""))
        if write.cookie.name in names
        else write
        for write in learnt.get("cookies", ())
    ]
    return learnt | ({"cookies": writes} if writes else {})


def _blank(line: str, names: set[str]) -> str:
    pair, semicolon, attributes = line.partition(";")
    name = pair.partition("=")[0].strip()
    return f"{name}={semicolon}{attributes}" if name in names else line


def remembering(fetch: Fetch, partial: Partial | None) -> Fetch:
    """Return a ``fetch`` that asks for each of robots.txt and the sitemaps once in a scan, however often it breaks off."""
    if partial is None:
        return fetch

    async def fetch_once(url: str, limit: int) -> Answer:
        known = partial.file(url)
        if known is None:
            known = await fetch(url, limit)
            await partial.keep_file(url, known)
        return known

    return fetch_once


async def gone_since(partial: Partial | None, ask: Fetch, start_url: str) -> str:
    """Return why a scan that broke off cannot go on, empty where it can: its site may have gone away meanwhile."""
    if partial is None or not partial.resumed or not partial.count:
        return ""
    answer = await ask(start_url, 1)
    return f"{start_url} gives no answer any more" if answer.status is None else ""


class Breaks(msgspec.Struct, frozen=True, kw_only=True):
    """What the report tells of a broken-off scan: ``notes``, and in ``tool`` whether it is still partial."""

    notes: tuple[str, ...] = ()
    tool: dict[str, Any] = {}


def breaks_of(partial: Partial | None, was_there: int, results: Sequence[Any], planned: int) -> Breaks:
    """Tell of the break; ``was_there`` counts the visits that were done before it, ``planned`` the pages of the plan."""
    if partial is None or not partial.resumed:
        return Breaks()
    missing = {str(one.state_pass.state): planned - len(one.visits) for one in results}
    told = (
        f"continued after a break: {was_there} visits were there already; for the others each state began in a clean "
        "context in which the start page was loaded and the consent action done again, and cookies were put back"
    )
    why = list(dict.fromkeys(one.gone for one in results if one.gone))
    if not why:
        return Breaks(notes=(told,))
    broken = f"partial: {'; '.join(why)}; pages not visited: " + ", ".join(
        f"{count} in {state}" for state, count in missing.items() if count
    )
    return Breaks(notes=(broken, told), tool={"partial": {"why": why, "pages_missing": missing}})


def _identity(cookie: Any) -> tuple[str, str, str, str]:
    """Return name, domain without its leading dot, path and partition of a cookie."""
    domain = str(cookie.get("domain", "")).lstrip(".")
    partition = str((cookie.get("partitionKey") or {}).get("topLevelSite", ""))
    return str(cookie.get("name", "")), domain, str(cookie.get("path", "/")), partition
