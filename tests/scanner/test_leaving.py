"""What a page sends when it is left is seen, and told of that page; a page that waits for nothing keeps its tab."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from scanner.leaving import FIRST_PAGES, waits_to_be_left
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, visited

Run = Callable[..., Awaitable[Crawl]]
LEAVING = """<a href="/next">next</a><script src="/s.js"></script>"""
SCRIPT = """
addEventListener("pagehide", () => navigator.sendBeacon("https://t.track.example/left", "pagehide"));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") fetch("https://t.track.example/hidden", { method: "POST", keepalive: true, mode: "no-cors" });
});
"""


async def test_beacons_of_a_page_that_is_left_are_told_of_it(site: Site, run_crawl: Run) -> None:
    site.page("/", LEAVING)
    site.add(SHOP, "/s.js", SCRIPT)
    site.page("/next", "next")
    for path in ("/left", "/hidden"):
        site.add("t.track.example", path, "")
    crawl = await run_crawl()
    assert visited(crawl, "/").status == "ok"
    told = {
        seen.name: (seen.page, seen.details["beacon"])
        for seen in crawl.observations
        if seen.kind == "request" and seen.host == "t.track.example"
    }
    assert told == {
        "https://t.track.example/left": (START, "sendBeacon"),
        "https://t.track.example/hidden": (START, "fetch keepalive"),
    }
    sent = [path for host, path, _ in site.requests if host == "t.track.example"]
    assert set(sent) == {"/left", "/hidden"}


async def test_pages_far_down_the_plan_are_not_even_asked() -> None:
    class Untouchable:
        hung = False

        async def send(self, *_: object) -> None:
            pytest.fail("asked")

    assert not await waits_to_be_left(FIRST_PAGES, Untouchable())  # type: ignore[arg-type]  # stands for a page
