"""Links in frames are links of the page, where the frame is the site's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, Site

Run = Callable[..., Awaitable[Crawl]]


async def test_links_of_the_sites_own_frames_are_followed_and_a_strangers_are_not(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        '<iframe src="/inside"></iframe><iframe src="https://help.shop.example/menu"></iframe>'
        '<iframe src="https://ads.track.example/ad"></iframe>',
    )
    site.page("/inside", '<a href="/from-own-origin">x</a>')
    site.add("help.shop.example", "/menu", f'<a href="https://{SHOP}/from-own-host">x</a>')
    site.add("ads.track.example", "/ad", f'<a href="https://{SHOP}/from-stranger">x</a>')
    for path in ("/from-own-origin", "/from-own-host", "/from-stranger"):
        site.page(path, path)
    crawl = await run_crawl()
    assert [visit.url.rpartition("/")[2] for visit in crawl.visits] == [
        "",
        "from-own-origin",
        "from-own-host",
    ]
    framed = {one.name: one.details["frame"] for one in crawl.observations if one.kind == "request"}
    assert framed["https://help.shop.example/menu"] == "https://help.shop.example/menu"
