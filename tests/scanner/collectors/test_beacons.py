from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from scanner.observations import Crawl
from tests.scanner.conftest import Site, observed

Run = Callable[..., Awaitable[Crawl]]

PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
BANNER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="50"><rect width="300" height="50"/></svg>'
)
PX = "https://px.track.example"


async def test_beacons_and_pixels_are_told_from_other_requests(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        f"""<img src="{PX}/in.gif"><img src="{PX}/logo.svg"><img src="{PX}/shrunk.svg" width="1" height="1" style="display:none">
        <script>new Image().src = '{PX}/detached.gif#x'; new Image().src = '{PX}/empty'; new Image().src = '{PX}/hop';
        new Image().src = '{PX}/big.svg'; fetch('{PX}/alive', {{ method: 'POST', mode: 'no-cors', keepalive: true, body: 'x' }});
        fetch('{PX}/plain', {{ mode: 'no-cors' }}); navigator.sendBeacon('{PX}/beacon', new Blob(['x']));</script>""",
    )
    for path in ("/in.gif", "/detached.gif", "/end.gif"):
        site.add("px.track.example", path, PIXEL)
    for path in ("/logo.svg", "/shrunk.svg", "/big.svg"):
        site.add("px.track.example", path, BANNER, kind="image/svg+xml")
    site.routes["px.track.example", "/empty"] = _empty
    site.routes["px.track.example", "/hop"] = _hop
    for path in ("/alive", "/plain", "/beacon"):
        site.add("px.track.example", path, "ok")

    crawl = await run_crawl()

    told = {
        path: observed(crawl, "request", f"{PX}{path}").details["beacon"]
        for path in (
            "/in.gif",
            "/detached.gif",
            "/empty",
            "/hop",
            "/end.gif",
            "/shrunk.svg",
            "/alive",
            "/beacon",
        )
    }
    assert told == dict.fromkeys(told, "pixel") | {"/alive": "fetch keepalive", "/beacon": "sendBeacon"}
    for path in ("/logo.svg", "/big.svg", "/plain"):
        assert observed(crawl, "request", f"{PX}{path}").details["beacon"] == ""


async def test_a_flood_of_beacons_stays_bounded(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script>for (let i = 0; i < 500; i += 1) { navigator.sendBeacon('/b', new Blob(['y'.repeat(100000)]));
        navigator.sendBeacon('/b', 'z');
        new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='; }
        document.cookie = 'still=1; path=/'</script>""",
    )
    crawl = await run_crawl()
    assert crawl.visits[0].status == "ok"
    assert observed(crawl, "cookie", "still").details["via"] == "script"


async def _empty(request: web.Request) -> web.Response:
    return web.Response(status=204)


async def _hop(request: web.Request) -> web.Response:
    return web.Response(status=302, headers={"Location": f"{PX}/end.gif"})
