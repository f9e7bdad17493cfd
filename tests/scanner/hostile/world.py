"""A site of nothing but hostile pages, what they try to reach, and one scan of all of them.

Each test module of this folder holds the pages of its theme in ``build(world)`` and looks at what became of them. All
are scanned once, side by side: what one of them does must not harm the others.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import resource
import ssl
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp import web

from consent.model.categories import ConsentState
from consent.model.sites import Site as SiteSettings
from scanner.classify import Classifier
from scanner.guard import Guard
from scanner.knowledge import Knowledge
from scanner.observations import Crawl, PageVisit
from scanner.pipeline import report_of
from scanner.report import Finding, Item, Page, Report
from tests.scanner.conftest import SHOP, Site

OTHERS = ("www.jar.example", "www.trap.example", "www.silent.example")
"""Hosts of the site with a jar or a worker of their own."""
BOUNDS = {"scanner.stops.MAX_BYTES": 8 * 1024**2, "scanner.browser.socks.MAX_BURST": 48 * 1024**2}
"""Lower than a scan's own, so that what never ends ends soon; where the real ones lie is held in the twins' tests."""
_HERE = Path(__file__).parent


class Victim:
    """A service of the scanner's own network: nothing may ever connect to it."""

    def __init__(self) -> None:
        self.connections: list[str] = []
        self.datagrams: list[bytes] = []
        self.port = 0
        self.udp_port = 0
        self._open: list[Any] = []

    async def start(self) -> None:
        loop = asyncio.get_running_loop()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections.append(str(await reader.read(200)))
            writer.write(
                b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 6\r\n\r\nsecret"
            )
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._open.append(server)
        with contextlib.suppress(OSError):  # a machine without IPv6
            self._open.append(await asyncio.start_server(answer, "::1", self.port))
        seen = self.datagrams

        class Datagrams(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: object) -> None:
                seen.append(data)

        transport, _ = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
        self.udp_port = transport.get_extra_info("sockname")[1]
        self._open.append(transport)

    def stop(self) -> None:
        for one in self._open:
            one.close()


@dataclass
class World:
    """What the modules build into, and what the scan made of it."""

    site: Site = field(default_factory=Site)
    victim: Victim = field(default_factory=Victim)
    names: dict[str, list[str]] = field(default_factory=dict)
    seeds: list[str] = field(default_factory=list)
    burners: list[str] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    crawls: list[Crawl] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    peak_mib: float = 0.0

    def page(
        self, path: str, body: str, *, head: str = "", host: str = SHOP, burns: bool = False, **headers: str
    ) -> None:
        """Serve a page and scan it; one that ``burns`` takes the whole machine, and is scanned with its like."""
        markup = f"<!doctype html><title>{path[1:]}</title>{head}<body>{body}</body>"
        self.site.add(host, path, markup, **headers)
        self.scan(path, host, burns=burns)

    def script(self, path: str, script: str, **more: Any) -> None:
        """Serve a page that runs one script, and scan it."""
        self.page(path, f"<script>{script}</script>", **more)

    def scan(self, path: str, host: str = SHOP, scheme: str = "https", *, burns: bool = False) -> None:
        """Let the scan visit a page."""
        (self.burners if burns else self.seeds).append(f"{scheme}://{host}{path}")

    def redirect(self, path: str, to: str) -> None:
        """Serve a redirect."""

        async def answer(request: web.Request) -> web.Response:
            del request
            return web.Response(status=302, headers={"Location": to})

        self.site.add(SHOP, path, answer)

    def stream(self, path: str, kind: str) -> None:
        """Serve what never ends, up to 1 GiB, and count what was taken of it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": kind})
            await response.prepare(request)
            chunk = b"x" * 524_288
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                while self.sent.get(path, 0) < 1024**3:
                    await response.write(chunk)
                    await asyncio.sleep(
                        0.001
                    )  # as a fast network; without it, a lost connection is never noticed
                    if request.transport is None or request.transport.is_closing():
                        break
                    self.sent[path] = self.sent.get(path, 0) + len(chunk)
            return response

        self.site.add(SHOP, path, answer)

    def visit(self, path: str, host: str = SHOP, scheme: str = "https") -> PageVisit:
        """Return how the visit of a page went."""
        visits = (visit for crawl in self.crawls for visit in crawl.visits)
        return next(one for one in visits if one.url == f"{scheme}://{host}{path}")

    def reported(self, path: str, host: str = SHOP) -> Page:
        """Return a page's row of the report."""
        pages = (page for report in self.reports for page in report.pages)
        return next(one for one in pages if one.url == f"https://{host}{path}")

    def told(self, path: str, host: str = SHOP) -> str:
        """Return all that an operator is told of a page: its error and its notes, as the report has them."""
        page = self.reported(path, host)
        return "; ".join(filter(None, (page.error, *page.notes)))

    def findings(self, rule: str) -> list[Finding]:
        """Return a rule's findings."""
        return [one for report in self.reports for one in report.findings if one.rule == rule]

    def items(self, kind: str, host: str = SHOP) -> dict[str, Item]:
        """Return what was stored, by name."""
        items = (item for report in self.reports for item in report.items)
        return {one.name: one for one in items if (one.kind, one.host) == (kind, host)}


async def lookup(names: dict[str, list[str]], name: str) -> Sequence[str]:
    """Answer as a name server would; where a name has several answers, each is given once and the last stays."""
    if name == "localhost":
        return ["127.0.0.1"]
    answers = names.get(name)
    if answers is None:
        raise OSError("no such name")
    return (answers.pop(0) if len(answers) > 1 else answers[0]).split()


async def serve(world: World) -> web.AppRunner:
    """Open the site, over http and https, and what nobody may reach."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", world.site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("*.shop.example", "*.example").configure_cert(context)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    world.site.http_port, world.site.https_port = (address[1] for address in runner.addresses)
    await world.victim.start()
    world.site.page("/", "The start.")
    return runner


async def run(world: World) -> None:
    """Serve, scan, report."""
    runner = await serve(world)
    for module in sorted(_HERE.glob("test_*.py")):
        importlib.import_module(f"tests.scanner.hostile.{module.stem}").build(world)
    try:
        start = f"https://{SHOP}/"
        for seeds, more in ((world.seeds, {}), (world.burners, {"timeout_s": 3.0})):
            world.crawls.append(await scan(world, start, seeds=tuple(seeds), own_hosts=OTHERS, **more))
        scale = 1024**2 if sys.platform == "darwin" else 1024
        world.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    finally:
        world.victim.stop()
        await runner.cleanup()
    settings = SiteSettings(id="hostile", url=f"https://{SHOP}/", hosts=OTHERS)
    classifier = Classifier(Knowledge.load(), site_host=SHOP)
    world.reports = [report_of(crawl, settings, classifier) for crawl in world.crawls]


async def scan(world: World, start: str, **plan: Any) -> Crawl:
    """Scan with the world's names and hosts."""
    from scanner.crawl import CrawlPlan, crawl

    settings: dict[str, Any] = {
        "site": "hostile",
        "start_url": start,
        "pages": 100,
        "states": (ConsentState.BEFORE,),
        "resolve": world.site.resolve,
        "ignore_certificate_errors": True,
        "timeout_s": 30.0,
        "dwell_s": 0.0,
        "concurrency": 4,
        "respect_robots": False,
    }
    with pytest.MonkeyPatch.context() as patch:  # the name server: no test asks a real one
        for bound, value in BOUNDS.items():
            patch.setattr(bound, value)
        patch.setattr(Guard, "_system_lookup", lambda self, name: lookup(world.names, name))
        return await crawl(CrawlPlan(**(settings | plan)))


async def run_and_scan(body: Callable[[World], Awaitable[None]]) -> None:
    """Serve a world of its own for one test."""
    world = World()
    runner = await serve(world)
    try:
        await body(world)
    finally:
        world.victim.stop()
        await runner.cleanup()
