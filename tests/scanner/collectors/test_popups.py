"""Pop-ups of every make, in a real browser: what they ask for, set and lead to is told of the page that opened them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from scanner.stops import SEEN_POPUPS
from tests.scanner.conftest import SHOP, START, Site, observed, visited

Run = Callable[..., Awaitable[Crawl]]

LOGIN = "login.partner.example"
SHARE = "share.social.example"
PAGE = f"""<script src="/open.js"></script>
<a id="share" target="_blank" rel="noopener" href="https://{SHARE}/share?u=1">Share</a><script>share.click()</script>"""
OPEN = """
const help = window.open("/help");
const blank = window.open("", "written", "width=300,height=200");
blank.document.write('<img src="https://written.example/seen.gif"><p>Written</p>');
blank.document.close();
document.title = String(help !== null && help.opener === window && blank.document.body.textContent);
"""


async def test_what_pop_ups_ask_for_and_set_is_told_of_the_page_that_opened_them(
    site: Site, run_crawl: Run
) -> None:
    site.page("/", PAGE)
    site.add(SHOP, "/open.js", OPEN)
    site.page(
        "/help",
        f'<a href="/further">on</a><script>document.cookie = "helped=1"; sessionStorage.setItem("step", "1")</script>'
        f'<iframe src="https://{LOGIN}/frame"></iframe>',
    )
    site.page("/further", "found from a pop-up alone")
    site.add(LOGIN, "/frame", "<p>log in</p>", Set_Cookie="partner=1; Path=/; Secure; SameSite=None")
    site.add(
        SHARE, "/share", "<script src='/s.js'></script>", Set_Cookie="social=1; Path=/; Secure; Max-Age=500"
    )
    site.add(SHARE, "/s.js", "localStorage.setItem('shared', '1')")
    site.add("written.example", "/seen.gif", b"", Set_Cookie="written=1; Path=/; Secure; SameSite=None")
    crawl = await run_crawl()
    start = visited(crawl, "/")
    assert start.status == "ok"
    assert start.title == "Written", "the page notices nothing"
    assert "3 pop-up(s) opened" in start.notes
    # Each address was asked for by the start page, when it was visited and revisited, and again where it is a page of the plan.
    asked = [(host, path) for host, path, _ in site.requests]
    assert asked.count((SHARE, "/share?u=1")) == 2
    assert asked.count((SHOP, "/help")) == 3
    told = {seen.name: seen for seen in crawl.observations if seen.kind == "request" and seen.page == START}
    assert told[f"https://{SHARE}/share?u=1"].details["popup"] == f"https://{SHARE}/share?u=1"
    assert told[f"https://{SHARE}/share?u=1"].initiators == (START,)
    assert told[f"https://{SHARE}/s.js"].details["popup"] == f"https://{SHARE}/share?u=1"
    assert told[f"{START}help"].initiators[0] == f"{START}open.js"
    assert told[f"{START}help"].details["popup"] == f"{START}help"
    assert told[f"https://{LOGIN}/frame"].details["popup"] == f"{START}help"
    assert told["https://written.example/seen.gif"].details["popup"] == "about:blank"
    assert told[f"{START}open.js"].details["popup"] == ""
    for name in ("helped", "partner", "social"):
        assert observed(crawl, "cookie", name).page == START, name
    assert observed(crawl, "cookie", "social").initiators[0] == f"https://{SHARE}/share?u=1"
    assert observed(crawl, "local_storage", "shared").initiators[0] == f"https://{SHARE}/s.js"
    # Where they lead is crawled.
    assert visited(crawl, "/help").status == "ok"
    assert visited(crawl, "/further").status == "ok"


async def test_a_storm_of_pop_ups_is_looked_at_in_part_and_ends_the_page(site: Site, run_crawl: Run) -> None:
    site.page("/", "<script>setInterval(() => open('/pop?' + Math.random()), 5)</script>")
    site.page("/pop", "<script>open('/pop?more')</script>")
    site.page("/calm", "calm")
    crawl = await run_crawl(seeds=(f"{START}calm",), include=("/",))
    assert visited(crawl, "/").error == "stopped after 5 pop-ups: the page opens windows without end"
    assert visited(crawl, "/calm").status == "ok"
    looked_at = {
        seen.details["popup"]
        for seen in crawl.observations
        if seen.kind == "request" and seen.details["popup"]
    }
    assert 1 <= len(looked_at) <= SEEN_POPUPS


async def test_frames_that_come_while_windows_are_opened_load_all_the_same(
    site: Site, run_crawl: Run
) -> None:
    # Paused for good were those that had just been asked for: several a window, so that one is at that point.
    parts = [
        f'<iframe src="https://frames.example/frame?n={n}"></iframe><script>{opens}</script>'
        for n, opens in enumerate(('open("/window")', "", "") * 3)
    ]
    site.page("/", "".join(parts))
    site.page("/window", "a window")
    site.add(
        "frames.example",
        "/frame",
        '<script>document.write(`<img src="/seen.gif${location.search}">`)</script>',
    )
    site.add("frames.example", "/seen.gif", b"GIF89a")
    crawl = await run_crawl(pages=1)
    assert [visit.status for visit in crawl.visits] == ["ok"]
    seen = {path for host, path, _ in site.requests if host == "frames.example" and "seen" in path}
    assert seen == {f"/seen.gif?n={n}" for n in range(9)}
