"""Requests of pages, frames and workers, with chain, redirects and outcome."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_requests_are_seen_with_who_led_to_them(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script src="https://tags.track.example/t.js"></script><iframe src="https://video.embed.example/p"></iframe>
        <script>new Worker('/w.js'); new WebSocket('wss://live.track.example/ws'); fetch('https://gone.invalid/x').catch(() => {});</script>""",
    )
    site.add(SHOP, "/w.js", "fetch('/from-worker').then((answer) => answer.text())")
    site.add(SHOP, "/from-worker", "ok")
    site.add(
        "tags.track.example",
        "/t.js",
        "fetch('https://px.track.example/r', {method: 'POST', mode: 'no-cors'}); navigator.sendBeacon('https://px.track.example/beacon', 'x')",
    )
    site.routes["px.track.example", "/r"] = _to_end
    site.add("px.track.example", "/end", "12345")
    site.add("video.embed.example", "/p", "<script>fetch('/inside')</script>")
    site.add("video.embed.example", "/inside", "x")
    site.routes["live.track.example", "/ws"] = _socket

    crawl = await run_crawl()

    first = observed(crawl, "request", "https://px.track.example/r")
    assert first.initiators == ("https://tags.track.example/t.js", START)
    assert first.details["stack"][0].startswith("https://tags.track.example/t.js:1:")
    assert (first.details["method"], first.details["status"], first.details["type"]) == ("POST", 302, "fetch")
    end = observed(crawl, "request", "https://px.track.example/end")
    assert end.details["redirected_from"] == "https://px.track.example/r"
    assert end.initiators == ("https://px.track.example/r", "https://tags.track.example/t.js", START)
    assert end.details["body_size"] == 5
    inside = observed(crawl, "request", "https://video.embed.example/inside")
    assert inside.initiators == ("https://video.embed.example/p", START)
    assert inside.details["frame"] == "https://video.embed.example/p"
    assert observed(crawl, "request", "https://px.track.example/beacon").details["type"] == "ping"
    assert observed(crawl, "request", f"{START}from-worker").initiators[0] == f"{START}w.js"
    failed = observed(crawl, "request", "https://gone.invalid/x").details
    assert failed["failed"] == "net::ERR_NAME_NOT_RESOLVED"
    socket = observed(crawl, "websocket", "wss://live.track.example/ws")
    assert socket.initiators == (START,)
    assert socket.time_ms > 0
    start = observed(crawl, "request", START)
    assert (start.details["type"], start.details["status"], start.time_ms) == ("document", 200, 0.0)


async def _to_end(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": "https://px.track.example/end"})


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.CLOSE:
            break
    return socket
