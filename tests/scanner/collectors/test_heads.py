"""What the mark-up loads, in its order, and how."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from consent.model.categories import ConsentState
from scanner.collectors import Scene
from scanner.collectors.heads import HeadsCollector
from scanner.hops import Hop, PageTraffic
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_the_order_of_loading_is_read_and_what_scripts_load_in_turn_is_not(
    site: Site, run_crawl: Run
) -> None:
    site.add(
        SHOP,
        "/",
        """<!doctype html><title>Shop</title><head><link rel="preconnect" href="https://a.track.example">
        <script src="https://tags.track.example/t.js"></script>
        <script defer src="/w/shop.js"></script>
        <script type="text/plain" data-src="https://ads.track.example/held.js"></script>
        <script>new Image().src = 'https://px.track.example/p.gif'</script></head>""",
    )
    site.add("tags.track.example", "/t.js", "fetch('https://px.track.example/from-tag', {mode: 'no-cors'})")
    site.add(SHOP, "/w/shop.js", "")
    site.add("px.track.example", "/p.gif", b"GIF89a")
    crawl = await run_crawl()
    elements = [tuple(one) for one in observed(crawl, "head", START).details["elements"]]
    assert ("script", "https://tags.track.example/t.js", "") in elements
    assert ("script", f"{START}w/shop.js", "defer") in elements
    assert ("inline image", "https://px.track.example/p.gif", "") in elements
    assert ("script", "https://ads.track.example/held.js", "held") in elements
    assert ("preconnect", "https://a.track.example/", "") in elements
    assert not [one for one in elements if "from-tag" in one[1]]


async def test_a_workers_script_is_not_the_mark_ups() -> None:
    scene = Scene(state=ConsentState.BEFORE, context=None, pages=[START])  # type: ignore[arg-type]  # no browser is asked
    heads = HeadsCollector(scene)
    heads._pages[0] = {"loading": [], "hints": []}
    hops = [hop(f"{START}{name}", frame_id) for name, frame_id in (("a.js", "F"), ("sw.js", ""))]
    scene.requests.add(PageTraffic(hops=hops, sockets=[]))
    (seen,) = await heads.finish()
    assert seen.details["elements"] == [["script", f"{START}a.js", ""]]


def hop(url: str, frame_id: str) -> Hop:
    return Hop(
        page=0,
        url=url,
        method="GET",
        type="script",
        frame=START if frame_id else url,
        frame_id=frame_id,
        initiators=(START,),
        stack=(),
        after_action=True,
        time_ms=1.0,
        wall_s=1.0,
    )
