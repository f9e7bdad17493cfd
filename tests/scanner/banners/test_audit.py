"""The looks of a crawl: in both viewports, and without any trace in what the crawl collects."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from consent.model.categories import ConsentState
from scanner.observations import Crawl
from tests.scanner.banners.pages import FAIR
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_a_crawl_looks_in_both_viewports_and_collects_nothing_of_it(
    site: Site, run_crawl: Run, tmp_path: Path
) -> None:
    site.add(SHOP, "/", FAIR + "<script>document.cookie = `width=${innerWidth}`</script>")
    crawl = await run_crawl(
        states=(ConsentState.BEFORE, ConsentState.ACCEPT), audit_banner=True, pages=1, screenshots=tmp_path
    )
    assert [(look.viewport, look.found) for look in crawl.banners] == [("desktop", True), ("phone", True)]
    assert [look.first.screenshot for look in crawl.banners if look.first] == [
        "banner-desktop.png",
        "banner-phone.png",
    ]
    assert all(look.withdrawal and look.withdrawal.found for look in crawl.banners)
    assert [visit.url for visit in crawl.visits] == [START, START]
    assert observed(crawl, "cookie", "width", state=ConsentState.BEFORE).value == "1366"
    agents = {headers["User-Agent"] for host, path, headers in site.requests if path == "/"}
    assert len(agents) == 2, "the desktop's and the phone's"
