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


async def test_frames_in_processes_of_their_own_send_them_to_the_site_and_nobody_else(
    site: Site, run_crawl: Run
) -> None:
    async def leads_on(_request: web.Request) -> web.Response:
        raise web.HTTPFound("https://px.track.example/led.gif")

    frame, pixel = "embed.other.example", "https://px.track.example/of-frame.gif"
    site.page("/", f"""<iframe src="https://{frame}/"></iframe><script>open("/window")</script>""")
    site.page("/window", f'<iframe src="https://{frame}/of-window"></iframe>')
    pictures = f'<img src="{START}of-frame.gif"><img src="{START}leads-on.gif"><img src="{pixel}">'
    site.add(frame, "/", f'{pictures}<iframe src="{START}inner"></iframe>')
    site.add(frame, "/of-window", f'<img src="{START}of-windows-frame.gif">')
    site.page("/inner", '<script>fetch("/inner-data")</script>')
    site.add(SHOP, "/inner-data", "{}")
    site.add(SHOP, "/of-frame.gif", b"GIF89a")
    site.add(SHOP, "/of-windows-frame.gif", b"GIF89a")
    site.add(SHOP, "/leads-on.gif", leads_on)
    crawl = await run_crawl(headers=(("X-Staging", "s3cret"),), pages=1)
    assert [visit.status for visit in crawl.visits] == ["ok"]
    got: dict[tuple[str, str], set[str | None]] = {}
    for host, path, headers in site.requests:
        got.setdefault((host, path), set()).add(headers.get("X-Staging"))
    own = ("/", "/window", "/inner", "/inner-data", "/of-frame.gif", "/leads-on.gif", "/of-windows-frame.gif")
    for path in own:
        assert got.get((SHOP, path)) == {"s3cret"}, path
    strangers = {key: values for key, values in got.items() if key[0] != SHOP}
    assert {"/", "/of-window", "/of-frame.gif", "/led.gif"} <= {path for _, path in strangers}
    assert set().union(*strangers.values()) == {None}
