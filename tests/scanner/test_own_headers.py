"""What opens a closed site reaches that site alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from consent.model.categories import ConsentState
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site

Run = Callable[..., Awaitable[Crawl]]


async def test_headers_reach_the_site_and_nobody_else_and_never_the_report(
    site: Site, run_crawl: Run
) -> None:
    async def away(_request: web.Request) -> web.Response:
        raise web.HTTPFound("https://px.track.example/from-redirect.gif")

    site.page("/", '<a href="/a">a</a><script src="/own.js"></script><img src="/away">')
    site.page("/a", "a")
    site.add(SHOP, "/own.js", "fetch('https://metrics.shop.example/m'); fetch('/data')")
    site.add(SHOP, "/away", away)
    site.add("px.track.example", "/from-redirect.gif", b"GIF89a")
    site.add("metrics.shop.example", "/m", "")
    site.add(SHOP, "/data", "{}")
    site.add(SHOP, "/robots.txt", f"Sitemap: {START}s.xml")
    site.add(SHOP, "/s.xml", f"<urlset><url><loc>{START}b</loc></url></urlset>", kind="text/xml")
    site.page("/b", "b")
    crawl = await run_crawl(
        states=(ConsentState.BEFORE, ConsentState.GPC), headers=(("X-Staging", "s3cret"),)
    )
    got = {(host, path): headers.get("X-Staging") for host, path, headers in site.requests}
    assert {visit.url.removeprefix(START) for visit in crawl.visits} == {"", "a", "b"}
    for path in ("/", "/a", "/b", "/own.js", "/away", "/data", "/robots.txt", "/s.xml"):
        assert got[SHOP, path] == "s3cret", path
    assert got["px.track.example", "/from-redirect.gif"] is None
    assert got["metrics.shop.example", "/m"] is None
    assert b"s3cret" not in msgspec.json.encode(crawl)
    assert crawl.tool["settings"]["headers"] == ["X-Staging"]
