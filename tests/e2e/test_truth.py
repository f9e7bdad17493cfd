"""One scan of the demo shop, held to its truth table."""

from __future__ import annotations

from scanner.crawl import CrawlPlan, crawl
from scanner.demo.front import DemoWorld
from scanner.demo.truth import ITEMS, PAGES


async def test_one_scan_sees_every_page_and_everything_that_needs_no_click() -> None:
    async with DemoWorld() as world:
        seen = await crawl(
            CrawlPlan(
                site="larkspur",
                start_url=world.url,
                pages=40,
                states=(),
                resolve=tuple(world.resolve),
                ignore_certificate_errors=True,
            )
        )
    paths = {visit.url.removeprefix(world.url.rstrip("/")) for visit in seen.visits}
    assert paths == {page.path for page in PAGES if page.robots and page.found_by != "nothing"}
    keys = {(one.kind, one.name, one.host) for one in seen.observations}
    wanted = {item.key for item in ITEMS if item.after in ("load", "scroll")}
    assert len(wanted) >= 61
    assert wanted - keys == set()
