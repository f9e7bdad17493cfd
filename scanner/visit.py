"""Visit one page as a visitor would: open, wait until it is quiet, scroll to its end, look, close.

Whatever a page does, a visit ends in bounded time and bytes with a `PageVisit` that says how it went.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Response
from playwright.async_api import TimeoutError as PlaywrightTimeout

from scanner.browser.targets import TargetGone
from scanner.challenges import challenge_of
from scanner.collectors import BaseCollector, Scene, Watched, route_record
from scanner.leaving import waits_to_be_left
from scanner.looks import look_at
from scanner.observations import PageStatus, PageVisit
from scanner.parties import party_of
from scanner.reasons import code_of, plain_reason
from scanner.request_log import PageRequests
from scanner.scrolling import scroll
from scanner.settle import CAP_S, Quiet
from scanner.stops import Stops
from scanner.tabs import Tab, Tabs
from scanner.workers import ask_workers

_HOOK_TIMEOUT_S = 8.0
_MAX_LINKS = 3000
_PDF = "application/pdf"
_NO_PAGE = "the URL is a download, not a page"

_LOOK = """(() => {
  const links = [];
  let frames = 0;
  const visit = (root) => {
    for (const link of root.querySelectorAll("a[href], area[href]")) {
      if (links.length >= MAX_LINKS) return;
      if (typeof link.href === "string" && link.href.startsWith("http")) links.push(link.href.slice(0, 2100));
    }
    for (const frame of root.querySelectorAll("iframe, frame")) {
      if ((frames += 1) > 20) return;
      if (frame.contentDocument) visit(frame.contentDocument);  // null where it is of another origin
    }
  };
  visit(document);
  return { title: String(document.title).slice(0, 300), links, base: document.baseURI.slice(0, 2048),
           markup: document.documentElement ? document.documentElement.outerHTML.slice(0, 60000) : "" };
})()""".replace("MAX_LINKS", str(_MAX_LINKS))

T = TypeVar("T")


@dataclass
class OpenPage:
    """One open page with its evidence; made by `open_page`."""

    url: str
    watched: Watched
    quiet: Quiet
    requests: PageRequests
    collectors: Sequence[BaseCollector]
    timeout_s: float
    status: PageStatus = "ok"
    error: str = ""
    final_url: str = ""
    http_status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    title: str = ""
    markup: str = ""
    links: tuple[str, ...] = ()
    base: str = ""
    routed: bool = False
    screenshot: str = ""
    notes: list[str] = field(default_factory=list)
    stops: Stops = field(default_factory=Stops)
    crashed: asyncio.Event = field(default_factory=asyncio.Event)
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    cause: str = ""

    @property
    def page(self) -> Page:
        """Playwright's page."""
        return self.watched.page

    @property
    def alive(self) -> bool:
        """Whether the page still can be asked anything."""
        return not self.crashed.is_set() and self.status not in ("failed", "download", "crashed")

    def on_crash(self) -> None:
        """Take note that the renderer died."""
        self.crashed.set()

    def on_load(self) -> None:
        """Take note that the load event fired."""
        self.loaded.set()
        self.stops.staying.loaded()

    def on_dialog(self) -> None:
        """Count a dialog."""
        self.stops.dialog()

    def on_popup(self) -> bool:
        """Count a pop-up; whether it may be looked at."""
        return self.stops.popup()

    def on_download(self) -> None:
        """Take note that the navigation, or something on the page, became a download; it is refused already."""
        self.cause = "download"
        self.stops.download()

    async def load(self, *, started: Callable[[], None] = lambda: None) -> None:
        """Navigate and wait for the load event, the time-out, a stop or a crash, whichever is first.

        ``started`` is called once the navigation has been sent.
        """
        deadline = asyncio.get_running_loop().time() + self.timeout_s
        self.watched.begun, self.watched.begun_s = time.monotonic(), time.time()
        going = asyncio.ensure_future(
            self.page.goto(self.url, wait_until="commit", timeout=self.timeout_s * 1000)
        )
        await asyncio.sleep(0)  # lets the task send
        started()
        try:
            response = await self._unless_stopped(going, deadline)
        except PlaywrightTimeout:
            self._fail("timeout", f"no answer within {self.timeout_s:g} s{self._trap()}", cause="timeout")
            return
        except PlaywrightError as error:
            self._failed_navigation(error)
            return
        if response is not None:
            await self._answered(response)
        if not self._stopped():
            with contextlib.suppress(PlaywrightError):
                await self._unless_stopped(self.loaded.wait(), deadline)
        self.quiet.loaded()
        if self.crashed.is_set():
            self._fail("crashed", "the page crashed its renderer")
        elif not await self._is_stopped() and not self.loaded.is_set():
            self._fail("timeout", f"the page did not finish loading within {self.timeout_s:g} s")
            with contextlib.suppress(TargetGone):
                await self.watched.targets.send("Page.stopLoading")

    async def settle(self, dwell_s: float) -> None:
        """Wait until the page is quiet, scroll it to its end, wait again where that woke something, then dwell."""
        if not self.alive or self.status == "timeout":  # that one had all its time already
            return
        if not await self._settled():
            self.notes.append("still busy 3 s after load")
        until = time.monotonic() + self.timeout_s
        if not await self.stops.staying.settled(self._stopped, until=until):
            self.stops.leads_on()
        if await self._is_stopped():
            return
        await scroll(self.page, self.watched.targets)
        await self._settled(cap_s=1.5)
        if dwell_s and not await self._is_stopped():
            await asyncio.sleep(dwell_s)
            await self._settled(cap_s=1.0)
        await self._is_stopped()

    async def _settled(self, cap_s: float = CAP_S) -> bool:
        """Wait until the page is quiet, or until it is stopped."""
        quiet = await self._unless_stopped(
            self.quiet.settled(cap_s=cap_s), asyncio.get_running_loop().time() + cap_s + 1
        )
        return quiet is not False

    async def _is_stopped(self) -> bool:
        """Whether the page did more than a page may; it is stopped then."""
        if not self.stops.reason:
            return False
        self._fail("timeout", self.stops.reason)
        if not self.stops.flooded:
            with contextlib.suppress(TargetGone):
                await self.watched.targets.send("Page.stopLoading")
        return True

    async def look(self) -> None:
        """Read title and links, tell a challenge from the page, and let each collector look."""
        if self.crashed.is_set():
            self._fail("crashed", "the page crashed its renderer")
        if not self.alive or self.stops.flooded:
            return
        self.final_url = self.page.url if self.page.url.startswith("http") else self.final_url
        seen = await self.collect(_LOOK)
        if isinstance(seen, dict):
            self.title, self.markup = str(seen["title"]), str(seen["markup"])
            self.links = (*map(str, seen["links"]), *self.watched.links)
            self.base = str(seen["base"])
        elif self.status == "ok":
            self.notes.append(self._refused() or "the page did not answer: its scripts keep it busy")
        if challenge := challenge_of(self.http_status, self.headers, self.title, self.markup):
            self._fail("not_measured", f"{challenge}: the page itself was not shown")
        await ask_workers(self.watched, self.requests)

    async def collect(self, question: str = "") -> Any:
        """Let each collector look at the page as it is now; return what the page's own document answers to ``question``."""
        answer, *_ = await asyncio.gather(
            look_at(self.watched, self.collectors, question),
            *(self._look_with(collector) for collector in self.collectors),
        )
        if self.crashed.is_set():
            self._fail("crashed", "the page crashed its renderer")
        return answer

    async def _look_with(self, collector: BaseCollector) -> None:
        try:
            async with asyncio.timeout(_HOOK_TIMEOUT_S):
                await collector.settled(self.watched)
        except Exception as error:  # noqa: BLE001 - a collector costs only its own data
            self.watched.scene.note(f"{collector.id} on {self.url}: {type(error).__name__}: {error}"[:300])

    async def shoot(self, path: Path) -> None:
        """Take a screenshot of what is seen; a page that cannot be drawn in time has none."""
        if not self.alive:
            return
        with contextlib.suppress(PlaywrightError, OSError):
            await self.page.screenshot(path=path, timeout=5000, animations="disabled")
            self.screenshot = path.name

    def tell_failures(self) -> None:
        """Note what went wrong with the page's events."""
        for failure in self.watched.targets.failures:
            self.watched.scene.note(f"{self.url}: {failure}"[:300])

    def result(self) -> PageVisit:
        """Return how the visit went."""
        # It may have been told only after the time was up.
        if self.stops.reason and self.status in ("ok", "timeout"):
            self.status, self.error = "timeout", self.stops.reason
        notes = [*self.notes, *self.stops.notes()]
        # Where the page's own frame was led and refused is told, also where the load's time was up before that was known.
        if (refused := self._refused()) and not any(refused in told for told in (self.error, *notes)):
            notes.append(refused)
        return PageVisit(
            url=self.url,
            state=self.watched.scene.state,
            status=self.status,
            final_url=self.final_url,
            http_status=self.http_status,
            title=self.title,
            error=self.error,
            duration_ms=self.watched.elapsed_ms(),
            bytes=self.requests.bytes,
            screenshot=self.screenshot,
            notes=tuple(notes),
        )

    def _refused(self) -> str:
        """Say why the address that the page's own frame asked for last was refused; empty where it was not."""
        return self.watched.scene.ledger.described(self.stops.document)

    async def _answered(self, response: Response) -> None:
        self.http_status = response.status
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self.final_url = response.url
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() == _PDF:
            self._fail("download", _NO_PAGE)  # full Chromium has a reader for it
        elif self.http_status >= 400:
            self._fail("http_error", f"HTTP {self.http_status}")

    def _trap(self) -> str:
        """Say so where a service worker of the site stands between the page and the network."""
        origin = "/".join(self.url.split("/")[:3]) + "/"
        workers = self.watched.scene.context.service_workers
        return (
            "; a service worker of the site answers for it"
            if any(worker.url.startswith(origin) for worker in workers)
            else ""
        )

    def _stopped(self) -> bool:
        return self.crashed.is_set() or self.stops.event.is_set()

    async def _unless_stopped(self, awaitable: Awaitable[T], deadline: float) -> T | None:
        """Wait for ``awaitable`` until the deadline, a crash or a stop; None where it did not end first."""
        task = asyncio.ensure_future(awaitable)
        stops = [asyncio.ensure_future(event.wait()) for event in (self.crashed, self.stops.event)]
        try:
            left = max(0.0, deadline - asyncio.get_running_loop().time())
            await asyncio.wait([task, *stops], timeout=left + 0.25, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for waiting in (task, *stops):
                waiting.cancel()
            await asyncio.gather(task, *stops, return_exceptions=True)

    def _failed_navigation(self, error: PlaywrightError) -> None:
        text = str(error)
        if self.crashed.is_set() or "crashed" in text.lower():
            self._fail("crashed", "the page crashed its renderer")
        elif "Download is starting" in text or ("ERR_ABORTED" in text and self.cause == "download"):
            self._fail("download", _NO_PAGE)
        else:
            told, self.cause = self.watched.scene.ledger.explained(self.stops.document or self.url, text)
            code = code_of(told)
            self._fail("failed", f"{plain_reason(told)}{f' ({code})' if code else ''}")

    def _fail(self, status: PageStatus, error: str, *, cause: str = "") -> None:
        """Keep the first thing that went wrong, but for a crash and a challenge, which say more."""
        if self.status == "ok" or status in ("crashed", "not_measured"):
            self.status, self.error = status, error
            self.cause = self.cause or cause


@asynccontextmanager
async def open_page(
    tabs: Tabs,
    scene: Scene,
    collectors: Sequence[BaseCollector],
    *,
    number: int,
    url: str,
    timeout_s: float,
) -> AsyncIterator[OpenPage]:
    """Take a tab and listen to it before its first request; give it back and match its events at the end."""
    tab = await tabs.take()
    with listening(tab, scene, collectors, number=number, url=url, timeout_s=timeout_s) as opened:
        good = False
        try:
            yield opened
            good = opened.status in ("ok", "http_error", "redirected", "not_measured")
        finally:
            opened.tell_failures()
            closed = good and opened.alive and await waits_to_be_left(number, tab.targets)
            opened.watched.leaving = closed
            await tabs.back(tab, good=good, closed=closed)


@contextmanager
def listening(
    tab: Tab,
    scene: Scene,
    collectors: Sequence[BaseCollector],
    *,
    number: int,
    url: str,
    timeout_s: float,
) -> Iterator[OpenPage]:
    """Let the collectors hear what a tab does from now on, as the doing of page ``number``; match its events at the end."""
    watched = Watched(scene, number, tab.page, tab.targets)
    quiet = Quiet()
    requests = PageRequests(scene.requests, number, lambda: scene.acted)
    opened = OpenPage(url, watched, quiet, requests, collectors, timeout_s)
    tab.guest = opened
    requests.watch(tab.targets)
    quiet.watch(watched)
    for collector in collectors:
        try:
            collector.watch(watched)
        except Exception as error:  # noqa: BLE001 - a collector costs only its own data
            scene.note(f"{collector.id}: {type(error).__name__}: {error}"[:300])
    tab.targets.on("Runtime.bindingCalled", lambda event: _binding(watched, event))
    opened.stops.watch(tab.targets, lambda: requests.bytes)
    try:
        yield opened
    finally:
        if watched.last_words:  # DevTools may be gone before it tells of them; the hook was heard
            requests.add_from_worker(url, watched.last_words)
        traffic = requests.finish()
        if scene.kept is not None:
            scene.kept.setdefault(number, {}).setdefault("network", []).append(traffic)


def _binding(watched: Watched, event: dict[str, Any]) -> None:
    if event.get("name") != watched.scene.binding or len(event["payload"]) > 65_536:
        return
    with contextlib.suppress(msgspec.DecodeError):
        record = msgspec.json.decode(event["payload"])
        if isinstance(record, dict):
            route_record(watched, record)


def is_off_site(opened: OpenPage, own_hosts: tuple[str, ...]) -> bool:
    """Whether the page led to another site."""
    final, planned = urlsplit(opened.final_url).hostname, urlsplit(opened.url).hostname
    return bool(final and planned and party_of(final, planned, own_hosts) == "third")
