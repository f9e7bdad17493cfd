from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from consent.model.categories import ConsentState
from consent.model.sites import Site as SiteSettings
from scanner.classify import Classifier
from scanner.har.crawl import crawl_of
from scanner.har.model import headers_of, read_har
from scanner.knowledge import Knowledge
from scanner.observations import Crawl
from scanner.pipeline import report_of
from tests.scanner.conftest import SHOP, START, Site

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;"

PAGE = """<script src="https://tags.example/t.js"></script><a href="/next">next</a>"""
TAG = """
document.cookie = "_own=1; path=/; max-age=3600";
new Image().src = "https://px.ads.example/p.gif?u=" + encodeURIComponent(location.href);
"""


async def test_a_scan_leaves_a_recording_of_each_state_that_gives_its_hosts_and_cookies_again_and_no_secret(
    site: Site, run_crawl: Callable[..., Awaitable[Crawl]], tmp_path: Path
) -> None:
    async def hop(_: web.Request) -> web.Response:
        headers = {
            "Location": "https://sync.example/s.gif",
            "Set-Cookie": "uid=u1; Secure; SameSite=None; Max-Age=99",
        }
        return web.Response(status=302, headers=headers)

    site.page("/", PAGE, Set_Cookie="sid=abc; Path=/; HttpOnly\nlang=en; Path=/")
    site.page("/next", PAGE)
    site.add("tags.example", "/t.js", TAG, kind="text/javascript")
    site.add("px.ads.example", "/p.gif", hop)
    site.add("sync.example", "/s.gif", GIF, kind="image/gif", Set_Cookie="sync=s1; Secure; SameSite=None")
    states = (ConsentState.BEFORE, ConsentState.GPC)
    crawl = await run_crawl(
        pages=2, states=states, recordings=tmp_path, headers=(("X-Token", "s3cret-token"),), sitemaps=False
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before.har", "gpc.har"]
    knowledge = Knowledge.load()

    def reported(seen: Crawl) -> Any:
        settings = SiteSettings(id="shop", url=START)
        return report_of(seen, settings, Classifier(knowledge, site_host=SHOP))

    for state in states:
        path = tmp_path / f"{state}.har"
        assert "s3cret-token" not in path.read_text()
        recording = read_har(path)
        again = reported(crawl_of(recording, site="shop", start_url=START, state=state))
        scanned = reported(crawl)
        assert {host.host for host in again.hosts} == {
            host.host for host in scanned.hosts if state in host.states
        }
        assert {"sid", "lang", "uid", "sync", "_own"} <= {item.name for item in again.items}
        assert {item.name for item in scanned.items if state in item.states} <= {
            item.name for item in again.items
        }
        sync = next(one for one in again.requests if one.host == "sync.example")
        assert (sync.redirected_from.split("?")[0], sync.status) == ("https://px.ads.example/p.gif", 200)
        sent = dict(headers_of(recording.entries[0].request.headers))
        assert sent["x-token"] == "withheld"
        assert ("sec-gpc" in sent) is (state is ConsentState.GPC)


async def test_without_a_folder_nothing_is_recorded(
    site: Site, run_crawl: Callable[..., Awaitable[Crawl]], tmp_path: Path
) -> None:
    site.page("/", "hello")
    crawl = await run_crawl(pages=1, sitemaps=False)
    assert crawl.tool["settings"]["recordings"] is False
    assert list(tmp_path.iterdir()) == []
