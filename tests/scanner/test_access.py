"""What a crawl reads first, it reads through the browser."""

from __future__ import annotations

from scanner.access import robots_of
from scanner.plan import CrawlPlan
from scanner.small_files import Answer


async def test_robots_txt_is_read_through_the_browser_and_only_where_it_is_honoured() -> None:
    asked = []

    async def fetch(url: str, limit: int) -> Answer:
        asked.append((url, limit))
        return Answer(status=200, body=b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /private\n")

    assert robots_of(fetch, CrawlPlan(site="s", start_url="https://a.example/", respect_robots=False)) is None
    robots = robots_of(fetch, CrawlPlan(site="s", start_url="https://a.example/"))
    assert robots is not None
    assert await robots.allows("https://a.example/open")
    assert not await robots.allows("https://a.example/private/list")
    assert [url for url, _ in asked] == ["https://a.example/robots.txt"]
