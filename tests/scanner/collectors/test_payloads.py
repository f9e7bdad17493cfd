from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, Site

Run = Callable[..., Awaitable[Crawl]]


async def test_what_third_parties_are_sent_is_kept_for_the_analysis_of_identifiers(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        """<meta name="referrer" content="unsafe-url"><script>
        history.replaceState(0, '', '/?user=u1');
        fetch('https://t.track.example/a', { method: 'POST', mode: 'no-cors', body: JSON.stringify({ uid: 'a1' }) });
        navigator.sendBeacon('https://t.track.example/b', new Blob(['uid=b2']));
        fetch('/own', { method: 'POST', body: 'uid=c3' });
        new WebSocket('wss://t.track.example/ws').onopen = function () { this.send('uid=d4') };
        fetch('https://t.track.example/huge', { method: 'POST', mode: 'no-cors', body: 'x'.repeat(3e6) });
        </script>""",
    )
    for path in ("/a", "/b", "/huge"):
        site.add("t.track.example", path, "ok")
    site.add(SHOP, "/own", "ok")
    site.routes["t.track.example", "/ws"] = _socket

    crawl = await run_crawl()

    assert crawl.tool["notes"] == []
    kept = {(one.details["part"], one.name, one.value) for one in crawl.observations if one.kind == "payload"}
    assert ("body", "https://t.track.example/a", '{"uid":"a1"}') in kept
    assert ("body", "https://t.track.example/b", "uid=b2") in kept
    assert ("websocket", "wss://t.track.example/ws", "uid=d4") in kept
    assert ("referer", "https://t.track.example/a", "https://www.shop.example/?user=u1") in kept
    assert not [value for _, _, value in kept if "c3" in value], "the site's own server is no third party"
    assert max(len(value) for _, _, value in kept) <= 16_384


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.CLOSE:
            break
    return socket
