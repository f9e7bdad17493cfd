"""What hostile and broken pages do to a scan: it goes on, and says what happened."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Error as PlaywrightError

from consent.model.categories import ConsentState
from consent.model.errors import ScanError
from scanner.browser.find import FoundBrowser
from scanner.guard import Ledger
from scanner.observations import Crawl
from scanner.settle import Quiet
from scanner.stops import Stops
from scanner.visit import OpenPage
from tests.scanner.conftest import SHOP, START, Site, observed, visited

Run = Callable[..., Awaitable[Crawl]]
HOLD = "hold.example"
"""Holds connections of its own: a browser has six for each host, and pages of the shop must not wait for one another."""


async def redirect_for_ever(request: web.Request) -> web.Response:
    raise web.HTTPFound(f"/endless?n={int(request.query.get('n', 0)) + 1}")


async def never_done(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    await response.write(b"<title>slow</title><script>document.cookie='slow=1'</script>")
    await asyncio.sleep(30)
    return response


async def hangs(request: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


async def huge(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    chunk = b"<!-- " + b"x" * 65_536 + b" -->"
    with contextlib.suppress(ConnectionError, asyncio.CancelledError):
        for _ in range(16_384):  # 1 GiB
            await response.write(chunk)
    return response


async def drop(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def test_every_kind_of_broken_page_is_told_and_the_scan_goes_on(site: Site, run_crawl: Run) -> None:
    site.page("/", "start")
    site.page("/error", "broken", Set_Cookie="err=1")
    site.routes[SHOP, "/error"] = lambda request: _status(500, "<title>Oops</title>")
    site.add(
        SHOP, "/file", b"PK" * 100, kind="application/zip", Content_Disposition="attachment; filename=a.zip"
    )
    site.routes[SHOP, "/endless"] = redirect_for_ever
    site.routes[SHOP, "/never-done"] = never_done
    site.routes[SHOP, "/hangs"] = site.routes[HOLD, "/slow.gif"] = hangs
    site.routes[SHOP, "/drop"] = drop
    site.page(
        "/dialogs",
        "<script>onbeforeunload = (e) => { e.preventDefault(); return 'stay' }; alert(1); confirm(2); prompt(3); document.cookie='after_alert=1'</script>",
    )
    site.page("/popups", "<script>for (let i = 0; i < 3; i++) open('/pop?' + i)</script>")
    site.page(
        "/busy",
        "<script>setInterval(() => { new Image().src = 'https://hold.example/slow.gif?' + Math.random() }, 40); document.cookie='busy=1'</script>",
    )
    site.page(
        "/loop", "<script>addEventListener('load', () => setTimeout(() => { for (;;) {} }, 10))</script>"
    )
    site.add(SHOP, "/away", lambda request: _redirect("https://elsewhere.example/x"))
    site.add("elsewhere.example", "/x", '<a href="https://elsewhere.example/y">y</a>', Set_Cookie="else=1")
    site.page("/wall", "")
    site.routes[SHOP, "/wall"] = lambda request: _status(
        403, "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>"
    )
    site.page("/fine", "fine", Set_Cookie="fine=1")
    paths = [
        "/error",
        "/file",
        "/endless",
        "/never-done",
        "/hangs",
        "/drop",
        "/dialogs",
        "/popups",
        "/busy",
        "/loop",
        "/away",
        "/wall",
        "/fine",
    ]

    crawl = await run_crawl(
        seeds=tuple(START.rstrip("/") + path for path in paths), timeout_s=6, concurrency=8
    )

    def told(path: str) -> tuple[str, str]:
        visit = visited(crawl, path)
        return visit.status, visit.error

    assert told("/error") == ("http_error", "HTTP 500")
    assert visited(crawl, "/error").http_status == 500
    assert told("/file") == ("download", "the URL is a download, not a page")
    assert told("/endless") == ("failed", "endless redirects (ERR_TOO_MANY_REDIRECTS)")
    assert told("/never-done") == ("timeout", "the page did not finish loading within 6 s")
    assert observed(crawl, "cookie", "slow"), "what it did until then is evidence all the same"
    assert told("/hangs") == ("timeout", "no answer within 6 s")
    assert told("/drop")[0] == "failed"
    assert told("/dialogs") == ("ok", "")
    assert visited(crawl, "/dialogs").notes[0].endswith("dialog(s) dismissed")
    assert observed(crawl, "cookie", "after_alert")
    assert told("/popups")[0] == "ok"
    assert visited(crawl, "/popups").notes == ("3 pop-up(s) opened",)
    assert told("/busy") == ("ok", "")
    assert visited(crawl, "/busy").notes == ("still busy 3 s after load",)
    assert told("/loop")[0] == "ok"
    assert "the page did not answer: its scripts keep it busy" in visited(crawl, "/loop").notes
    assert told("/away") == ("redirected", "leads to another site: https://elsewhere.example/x")
    assert not any(path == "/y" for _, path, _ in site.requests)
    assert told("/wall") == ("not_measured", "Cloudflare challenge: the page itself was not shown")
    assert told("/fine") == ("ok", "")
    assert observed(crawl, "cookie", "fine")
    assert len(crawl.visits) == len(paths) + 1 + 3, "where the pop-ups led are pages as well"


def test_where_a_page_was_led_and_refused_is_told_also_when_its_time_was_up_before() -> None:
    ledger, stops = Ledger(), Stops()
    ledger.refuse("127.0.0.1", 80, "127.0.0.1", "this machine itself (loopback)")
    stops.document = "http://127.0.0.1/gone"
    watched: Any = SimpleNamespace(
        scene=SimpleNamespace(ledger=ledger, state=ConsentState.BEFORE), elapsed_ms=lambda: 30_000
    )
    requests: Any = SimpleNamespace(bytes=0)
    late = OpenPage(
        START, watched, Quiet(), requests, (), 30.0, status="timeout", error="too slow", stops=stops
    )
    told = (
        "not visited, since the address is not public: 127.0.0.1 is 127.0.0.1, this machine itself (loopback)"
    )
    assert late.result().notes == (told,)
    stops.document = START
    assert late.result().notes == ()
    stops.document, late.error = "http://127.0.0.1/gone", told
    assert late.result().notes == ()


async def test_a_page_of_a_gigabyte_is_stopped(site: Site, run_crawl: Run) -> None:
    site.page("/", '<a href="/huge">huge</a>')
    site.routes[SHOP, "/huge"] = huge

    crawl = await run_crawl(timeout_s=30)

    visit = visited(crawl, "/huge")
    assert visit.status == "timeout"
    assert visit.error == "stopped after 48 MiB: the page sends more than that"
    assert visit.bytes < 400 * 1024 * 1024


async def test_a_crashed_renderer_costs_its_page_only(
    site: Site, run_crawl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = OpenPage.settle

    async def crash(self: OpenPage, dwell_s: float) -> None:
        if self.url.endswith("/crash"):
            await _crash(self)
        await settle(self, dwell_s)

    monkeypatch.setattr(OpenPage, "settle", crash)
    site.page("/", '<a href="/crash">1</a><a href="/fine">2</a>')
    site.page("/crash", "boom")
    site.page("/fine", "fine", Set_Cookie="fine=1")

    crawl = await run_crawl()

    assert (visited(crawl, "/crash").status, visited(crawl, "/crash").error) == (
        "crashed",
        "the page crashed its renderer",
    )
    assert visited(crawl, "/fine").status == "ok"
    assert observed(crawl, "cookie", "fine")


@pytest.mark.parametrize(
    ("start", "told", "hint"),
    [
        ("https://nowhere.invalid/", "the host name is unknown (no DNS answer)", "--resolve"),
        ("http://127.0.0.1:1/", "the browser refuses this port as unsafe", "reaches the host"),
        ("http://127.0.0.1:47/", "the connection was refused", "reaches the host"),
    ],
)
async def test_a_start_page_that_cannot_be_reached_ends_the_scan_with_its_cause(
    run_crawl: Run, start: str, told: str, hint: str
) -> None:
    with pytest.raises(ScanError) as raised:
        await run_crawl(start, timeout_s=6)
    assert raised.value.message.startswith(f"{start} cannot be scanned: {told}")
    assert hint in raised.value.hint


async def test_an_untrusted_certificate_ends_the_scan_and_names_the_option(
    site: Site, run_crawl: Run
) -> None:
    site.page("/", "start")
    with pytest.raises(ScanError, match="TLS certificate") as raised:
        await run_crawl(ignore_certificate_errors=False)
    assert "--ignore-certificate-errors" in raised.value.hint


async def test_a_start_page_on_another_site_is_named(site: Site, run_crawl: Run) -> None:
    site.add(SHOP, "/", lambda request: _redirect("https://elsewhere.example/x"))
    site.add("elsewhere.example", "/x", "x")
    with pytest.raises(ScanError, match=r"leads to another site: https://elsewhere\.example/x"):
        await run_crawl()


async def _crash(opened: OpenPage) -> None:
    with contextlib.suppress(PlaywrightError):
        await opened.page.goto("chrome://crash")
    await opened.crashed.wait()


async def _status(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html")


async def _redirect(to: str) -> web.Response:
    return web.Response(status=302, headers={"Location": to})


async def test_a_pdf_is_no_page_where_the_browser_has_a_reader_for_it_either(
    site: Site, run_crawl: Run, full_chromium: Path
) -> None:
    site.page("/", '<a href="/guide.pdf">a guide</a>')
    site.add(SHOP, "/guide.pdf", b"%PDF-1.4\n%%EOF\n", kind="application/pdf")
    found = FoundBrowser(path=str(full_chromium), kind="chromium", version="156.0.8078.79")
    crawl = await run_crawl(browser=found)
    assert visited(crawl, "/guide.pdf").status == "download"
    assert visited(crawl, "/guide.pdf").http_status == 200
