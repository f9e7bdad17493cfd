"""Collectors: one module per kind of observation, found in this folder and never listed elsewhere.

A module named ``<id>.py`` holds one subclass of `BaseCollector` whose ``id`` is the module's name. One object lives for
one state pass. Each hook may fail: the failure is noted and costs that collector's own data, never the scan.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from playwright.async_api import BrowserContext, Page

from consent.model.categories import ConsentState
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import FrameAnswer
from scanner.guard import Ledger
from scanner.har.write import HarFile
from scanner.hops import Hop
from scanner.observations import Observation
from scanner.request_log import RequestLog

_FOLDER = Path(__file__).parent
_MAX_RECORDS_PER_PAGE = 20_000


@dataclass
class Scene:
    """What the collectors of one state pass share.

    ``acted`` turns True just before the consent action. ``beacons`` marks requests by page number and URL with how they
    were sent. ``acting`` are the Unix times between which the page of the consent action was open (its end is infinite
    while it is), ``clicked_s`` that of the last choice; None where there is none. ``kept`` has what the collectors learnt of
    the pages that are open, by the page's number and the collector's id; None where nothing keeps it. ``put_back`` are
    cookies that stem from before a break (name, domain without its leading dot, path) with the Unix time at which they
    were seen there.
    """

    state: ConsentState
    context: BrowserContext
    requests: RequestLog = field(default_factory=RequestLog)
    pages: list[str] = field(default_factory=list)
    acted: bool = True
    started_s: float = field(default_factory=time.time)
    preset_cookies: frozenset[tuple[str, str]] = frozenset()
    notes: list[str] = field(default_factory=list)
    beacons: dict[tuple[int, str], str] = field(default_factory=dict)
    acting: tuple[float, float] | None = None
    clicked_s: float | None = None
    recorder: HarFile | None = None
    binding: str = field(default_factory=lambda: f"_{secrets.token_hex(8)}")
    ledger: Ledger = field(default_factory=Ledger)
    kept: dict[int, dict[str, list[Any]]] | None = None
    put_back: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def page_url(self, number: int) -> str:
        """Return the URL of the planned page with this number."""
        return self.pages[number]

    def on_action_page(self, page: int, wall_s: float) -> bool:
        """Whether something of page number ``page`` at a Unix time was the doing of the page of the consent action."""
        return self.acting is not None and page == 0 and self.acting[0] <= wall_s <= self.acting[1]

    def beacon_of(self, hop: Hop) -> str:
        """Return how a request was sent where its job is to report (``sendBeacon``, ``pixel`` …), else empty."""
        if hop.type == "ping":
            return self.beacons.get((hop.page, hop.url[:4_000]), "ping")
        if hop.type == "image" and hop.status == 204:
            return "pixel"
        mark = self.beacons.get((hop.page, hop.url[:4_000]), "")
        if not mark and hop.redirected_from:
            mark = self.beacons.get((hop.page, hop.redirected_from[:4_000]), "")
        return mark if mark != "pixel" or hop.type == "image" else ""

    def note(self, text: str) -> None:
        """Keep what went wrong with the evidence, once and bounded."""
        if text not in self.notes and len(self.notes) < 50:
            self.notes.append(text)


@dataclass
class Watched:
    """One open page: ``number`` in the plan, its events, and when its navigation began.

    ``begun`` is on the clock of ``time.monotonic``, ``begun_s`` in Unix seconds. ``links`` are those that its frames hold.
    ``last_words`` are addresses of beacons (with milliseconds) that it sent while it was ``leaving``.
    """

    scene: Scene
    number: int
    page: Page
    targets: PageTargets
    begun: float = field(default_factory=time.monotonic)
    begun_s: float = field(default_factory=time.time)
    records: int = 0
    links: list[str] = field(default_factory=list)
    leaving: bool = False
    last_words: list[tuple[str, float]] = field(default_factory=list)
    listeners: dict[str, list[Callable[[dict[str, Any]], None]]] = field(default_factory=dict)

    def on_record(self, kind: str, handler: Callable[[dict[str, Any]], None]) -> None:
        """Call ``handler`` with each record of this type that a page-side hook sends."""
        self.listeners.setdefault(kind, []).append(handler)

    def wall_s(self) -> float:
        """Return the Unix time of now, on the clock of the navigation's start."""
        return self.begun_s + time.monotonic() - self.begun

    def elapsed_ms(self) -> float:
        """Return the milliseconds since the navigation began."""
        return round((time.monotonic() - self.begun) * 1000, 1)


class BaseCollector:
    """The hooks, in the order in which they are called; each may be left out.

    ``script`` names the JavaScript file beside the module that runs in every frame before the page's first line; it
    may use what prelude.js defines. ``look`` is a JavaScript expression (a promise is awaited) that each frame of a
    settled page is asked in an isolated world; all collectors' are asked together, and `looked` gets the answers.
    ``entry`` is the type, known to msgspec, of what the collector learns: whatever it remembers of a page goes through
    `learn`, so that a scan continued after a break knows it again. ``of_document`` says that it tells of a document as it
    was loaded, and has nothing to tell of a change of route in it.
    """

    id: ClassVar[str] = ""
    script: ClassVar[str] = ""
    look: ClassVar[str] = ""
    entry: ClassVar[Any] = None
    of_document: ClassVar[bool] = False

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def watch(self, watched: Watched) -> None:
        """Subscribe to a page's events before it is navigated."""

    def looks_here(self, watched: Watched) -> bool:
        """Whether ``look`` is asked on this page."""
        del watched
        return bool(self.look)

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Take what ``look`` answered, one answer per origin; called again after a consent action."""

    async def settled(self, watched: Watched) -> None:
        """Look at a page that has settled in any other way; called with `looked`, side by side."""

    async def interact(self, watched: Watched) -> bool:
        """Touch a page on which everything else has been seen; returns whether anything was touched.

        Never called on a page on which a consent action is done.
        """
        del watched
        return False

    async def finish(self) -> list[Observation]:
        """Return what was seen in the whole pass; the context is still open."""
        return []

    def learn(self, page: int, entry: Any) -> None:
        """Take in one thing that the page with this number told, and let it be kept with the visit."""
        self.apply(page, entry)
        if self.scene.kept is not None:
            self.scene.kept.setdefault(page, {}).setdefault(self.id, []).append(entry)

    def apply(self, page: int, entry: Any) -> None:
        """Remember one thing, seen just now or before a break."""
        raise NotImplementedError


@cache
def collector_types() -> tuple[type[BaseCollector], ...]:
    """Return every collector of this folder, sorted by id; raises ImportError where a module holds none of its name."""
    found = []
    for module in sorted(pkgutil.iter_modules([str(_FOLDER)]), key=lambda entry: entry.name):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        kinds = [
            kind
            for kind in vars(loaded).values()
            if isinstance(kind, type) and issubclass(kind, BaseCollector) and kind.id == module.name
        ]
        if len(kinds) != 1:
            raise ImportError(f"{loaded.__name__}: expected one collector with id {module.name!r}")
        found.append(kinds[0])
    return tuple(found)


async def finish_all(scene: Scene, collectors: Iterable[BaseCollector]) -> list[Observation]:
    """Return what all collectors saw; one that fails costs only its own data, and a note says so."""
    observations: list[Observation] = []
    for collector in collectors:
        try:
            async with asyncio.timeout(60):
                observations += await collector.finish()
        except Exception as error:  # noqa: BLE001 - a collector costs only its own data
            scene.note(f"{collector.id}: its data is lost: {type(error).__name__}: {error}"[:300])
    return observations


def page_script(binding: str) -> str:
    """Return the one init script of all collectors; ``binding`` is the global that DevTools adds and it removes."""
    names = ["prelude.js", "timers.js", *(kind.script for kind in collector_types() if kind.script)]
    parts = [(_FOLDER / name).read_text(encoding="utf-8") for name in names]
    return f"(() => {{\n'use strict';\nconst BINDING = {binding!r};\n" + "\n".join(parts) + "\n})();"


def route_record(watched: Watched, record: dict[str, Any]) -> None:
    """Pass one page-side record on to those who listen for its type; more than a page may send are dropped."""
    watched.records += 1
    if watched.records > _MAX_RECORDS_PER_PAGE:
        return
    for handler in watched.listeners.get(str(record.get("type", "")), ()):
        handler(record)
