"""The crawl as a whole, in a real browser."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.observations import Crawl
from scanner.plan import Progress
from tests.scanner.conftest import SHOP, START, Site, observed

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


def tea_shop(site: Site) -> None:
    """A site of nine pages in three levels with tags, frames and storage."""
    tag = '<script src="https://tags.track.example/t.js"></script><iframe src="https://video.embed.example/v"></iframe>'
    site.page(
        "/", f'{tag}<a href="/c1">1</a><a href="/c2">2</a><a href="/private">p</a><a href="/list.pdf">pdf</a>'
    )
    for category in (1, 2):
        links = "".join(f'<a href="/c{category}/p{number}?utm_source=x">p</a>' for number in range(3))
        site.page(f"/c{category}", tag + links)
        for number in range(3):
            site.page(
                f"/c{category}/p{number}",
                f"{tag}<a href='/'>home</a>",
                Set_Cookie=f"seen{category}{number}=1; Max-Age=3600; Path=/",
            )
    site.page("/private", "private")
    site.add(SHOP, "/robots.txt", "User-agent: *\nDisallow: /private")
    site.add(
        "tags.track.example",
        "/t.js",
        "if (!document.cookie.includes('_ga')) document.cookie = '_ga=' + Math.random() + '; path=/; max-age=63072000; domain=shop.example'; localStorage.setItem('n', Math.random()); setTimeout(() => fetch('https://px.track.example/hit', {mode: 'no-cors', method: 'POST'}), 150)",
    )
    site.add("px.track.example", "/hit", "", Set_Cookie="IDE=1; Max-Age=1000; Path=/; Secure; SameSite=None")
    site.add(
        "video.embed.example",
        "/v",
        "<script>localStorage.setItem('yt', '1')</script>",
        Set_Cookie="YSC=1; Path=/; Secure; SameSite=None",
    )


def shape(crawl: Crawl) -> tuple[object, ...]:
    """All that has to be the same in two crawls: everything but times and random values."""
    seen = []
    for one in crawl.observations:
        details = {key: value for key, value in one.details.items() if key not in ("expires", "size")}
        seen.append(
            (one.kind, one.name, one.host, one.state, one.page, one.initiators, one.after_action, details)
        )
    return [(visit.url, visit.state, visit.status) for visit in crawl.visits], sorted(map(str, seen))


async def test_two_crawls_see_the_same(site: Site, run_crawl: Run) -> None:
    tea_shop(site)
    first = await run_crawl(concurrency=6)
    second = await run_crawl(concurrency=3)
    assert shape(first) == shape(second)
    pages = [visit.url.removeprefix(START) for visit in first.visits]
    products = [f"c{category}/p{number}?utm_source=x" for category in (1, 2) for number in range(3)]
    assert pages == ["", "c1", "c2", *products, "list.pdf"]
    assert observed(first, "cookie", "_ga").page == START
    assert first.tool["robots_disallowed"] == 1
    assert not any(path == "/private" for _, path, _ in site.requests)


async def test_robots_txt_can_be_left_aside_for_ones_own_site(site: Site, run_crawl: Run) -> None:
    tea_shop(site)
    crawl = await run_crawl(respect_robots=False, pages=4)
    assert [visit.url.removeprefix(START) for visit in crawl.visits] == ["", "c1", "c2", "private"]
    assert crawl.not_visited == 7
    assert not any(path == "/robots.txt" for _, path, _ in site.requests)


async def test_progress_is_told_for_each_visit(site: Site, run_crawl: Run) -> None:
    tea_shop(site)
    told: list[Progress] = []
    await run_crawl(states=(ConsentState.BEFORE, ConsentState.GPC), pages=3, on_progress=told.append)
    assert [(one.state, one.done, one.total) for one in told if one.state is ConsentState.GPC] == [
        (ConsentState.GPC, number, 3) for number in (1, 2, 3)
    ]
    assert told[0].url == START
    assert {one.status for one in told} == {"ok"}


async def test_plain_http_and_a_port_are_scanned_too(site: Site, run_crawl: Run) -> None:
    site.page("/", '<a href="/a">a</a>', Set_Cookie="plain=1")
    site.page("/a", "a")
    site.add("127.0.0.1", "/", '<a href="/x">x</a>')
    crawl = await run_crawl("http://www.shop.example/")
    assert [visit.status for visit in crawl.visits] == ["ok", "ok"]
    assert observed(crawl, "cookie", "plain")
    local = await run_crawl(f"http://127.0.0.1:{site.http_port}/", pages=1)
    assert local.visits[0].status == "ok"


@pytest.mark.parametrize("start", ["shop.example", "ftp://shop.example/", "https://", ""])
async def test_a_start_that_is_no_address_is_told(run_crawl: Run, start: str) -> None:
    with pytest.raises(ConfigError, match="begins with http"):
        await run_crawl(start)


async def test_the_tool_part_says_how_the_scan_was_done(site: Site, run_crawl: Run) -> None:
    site.page("/", "start")
    tool = (await run_crawl()).tool
    assert tool["selftest"]["third_party_cookies"] is True
    assert tool["browser_version"].count(".") == 3
    assert tool["settings"]["start_url"] == START
    assert "Headless" not in tool["user_agent"]
