"""A small site of our own and its third parties on loopback, under their own host names, over http and https.

A test fills `Site.routes`; hosts are told apart by the Host header, as on a real server that serves many.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import trustme
from aiohttp import web

from consent.model.categories import ConsentState
from scanner.observations import Crawl, Observation, PageVisit

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Answer = str | bytes | web.Response | Handler

SHOP = "www.shop.example"
START = f"https://{SHOP}/"


class Site:
    """Hosts on two loopback ports; ``requests`` are (host, path, headers) in the order of their arrival."""

    def __init__(self) -> None:
        self.routes: dict[tuple[str, str], Answer] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.http_port = 0
        self.https_port = 0

    def add(self, host: str, path: str, answer: Answer = "", *, kind: str = "", **headers: str) -> None:
        """Serve ``answer``; ``headers`` have underscores for hyphens, several Set-Cookie lines are joined by newlines."""
        if isinstance(answer, str | bytes):
            kind = kind or {"js": "text/javascript", "gif": "image/gif", "txt": "text/plain"}.get(
                path.rpartition(".")[2], "text/html"
            )
            body = answer.encode() if isinstance(answer, str) else answer

            async def handler(request: web.Request) -> web.Response:
                response = web.Response(body=body, content_type=kind, headers={"Cache-Control": "no-store"})
                for name, value in headers.items():
                    for line in value.split("\n"):
                        response.headers.add(name.replace("_", "-"), line)
                return response

            answer = handler
        self.routes[host, path] = answer

    def page(self, path: str, body: str, title: str = "Shop", **headers: str) -> None:
        """Serve a page of the shop."""
        self.add(SHOP, path, f"<!doctype html><title>{title}</title><body>{body}</body>", **headers)

    @property
    def resolve(self) -> tuple[str, ...]:
        """The mapping of every host but those under ``.invalid`` to this server."""
        return (f"*.example:80=127.0.0.1:{self.http_port}", f"*.example:443=127.0.0.1:{self.https_port}")

    async def answer(self, request: web.Request) -> web.StreamResponse:
        host = request.host.partition(":")[0]
        self.requests.append((host, request.path_qs, dict(request.headers)))
        found = self.routes.get((host, request.path))
        if found is None:
            return web.Response(status=404, text="nothing here")
        return await found(request) if callable(found) else found


@pytest_asyncio.fixture
async def site() -> AsyncIterator[Site]:
    """Start the server; robots.txt answers 404 unless a test adds one."""
    here = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", here.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("*.shop.example", "*.example").configure_cert(context)
    plain = web.TCPSite(runner, "127.0.0.1", 0)
    await plain.start()
    here.http_port = runner.addresses[0][1]
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    here.https_port = runner.addresses[1][1]
    yield here
    await runner.cleanup()


@pytest.fixture
def run_crawl(site: Site) -> Callable[..., Awaitable[Crawl]]:
    """Crawl the site; keyword arguments are those of `CrawlPlan`, and ``browser``."""
    from scanner.crawl import CrawlPlan, crawl

    async def run(start: str = START, *, on_progress: Any = None, browser: Any = None, **plan: Any) -> Crawl:
        settings: dict[str, Any] = {
            "site": "shop",
            "start_url": start,
            "states": (ConsentState.BEFORE,),
            "resolve": site.resolve,
            "ignore_certificate_errors": True,
            "timeout_s": 8.0,
            "dwell_s": 0.0,
        }
        return await crawl(CrawlPlan(**(settings | plan)), on_progress=on_progress, browser=browser)

    return run


def observed(crawl: Crawl, kind: str, name: str, **match: Any) -> Observation:
    """Return the one observation of this kind and name; further fields have to match."""
    found = [
        seen
        for seen in crawl.observations
        if seen.kind == kind
        and seen.name == name
        and all(getattr(seen, key) == value for key, value in match.items())
    ]
    assert len(found) == 1, (
        f"{kind} {name}: {len(found)} of {[seen.name for seen in crawl.observations if seen.kind == kind]}"
    )
    return found[0]


def visited(crawl: Crawl, path: str, state: ConsentState = ConsentState.BEFORE) -> PageVisit:
    """Return the visit of a page of the shop."""
    found = [visit for visit in crawl.visits if visit.state is state and visit.url == f"https://{SHOP}{path}"]
    assert len(found) == 1, [visit.url for visit in crawl.visits]
    return found[0]


@pytest.fixture
def full_chromium() -> Path:
    """The path of a full Chromium, for what only it does."""
    path = Path("/usr/bin/chromium")
    if not path.exists():
        pytest.skip("no full Chromium here")
    return path
