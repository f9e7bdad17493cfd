"""The crawl as a whole, in a real browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from tests.scanner.conftest import START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_the_first_pass_finds_the_pages_and_what_they_set(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        '<a href="/a">a</a><script src="https://tags.track.example/t.js"></script>',
        Set_Cookie="sid=1; HttpOnly; Path=/",
    )
    site.page("/a", "text", Set_Cookie="a=1; Max-Age=63072000; Path=/")
    site.add(
        "tags.track.example",
        "/t.js",
        "document.cookie='_t=5; path=/; max-age=100'; setTimeout(() => { new Image().src = 'https://px.track.example/p.gif' }, 120)",
    )
    site.add(
        "px.track.example",
        "/p.gif",
        b"GIF89a",
        Set_Cookie="ide=7; Path=/; Secure; SameSite=None; Max-Age=34560000",
    )

    crawl = await run_crawl()

    assert [visit.url for visit in crawl.visits] == [START, f"{START}a"]
    assert {visit.status for visit in crawl.visits} == {"ok"}
    assert observed(crawl, "cookie", "sid").details["http_only"] is True
    assert observed(crawl, "cookie", "a").details["lifetime_s"] == 34_560_000
    assert observed(crawl, "cookie", "_t").initiators == ("https://tags.track.example/t.js", START)
    pixel = observed(crawl, "cookie", "ide")
    assert pixel.host == "px.track.example"
    assert pixel.initiators == ("https://px.track.example/p.gif", "https://tags.track.example/t.js", START)
