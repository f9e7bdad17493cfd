"""Who set which cookie, how long it lives, and what the browser refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from scanner.browser.find import FoundBrowser
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]
TAGS = "https://tags.track.example"


def fill(site: Site) -> None:
    site.page(
        "/",
        f"""<script src="{TAGS}/loader.js"></script>
        <script>document.cookie = 'inline=1; path=/'; cookieStore.set('modern', 'v');</script>
        <iframe src="https://video.embed.example/player"></iframe>
        <img src="https://sync.ads.example/start.gif">
        <script>navigator.serviceWorker.register('/worker.js'); document.cookie = 'foreign=1; domain=other.example'; document.cookie = 'gone=1'; document.cookie = 'gone=; max-age=0'</script>""",
        Set_Cookie="session=abc; HttpOnly; Secure; SameSite=Strict; Path=/\nlong=1; Max-Age=94608000; Path=/\nbad=1; Domain=bank.example",
    )
    site.add(
        SHOP, "/worker.js", "cookieStore.set({name: 'worker', value: '1', expires: Date.now() + 7200000})"
    )
    site.add(
        "tags.track.example",
        "/loader.js",
        f"const s = document.createElement('script'); s.src = '{TAGS}/inner.js'; document.head.append(s)",
    )
    site.add(
        "tags.track.example",
        "/inner.js",
        "setTimeout(() => Promise.resolve().then(() => { document.cookie = '_id=deep; path=/; max-age=3600; domain=shop.example'; new Image().src = 'https://sync.ads.example/late.gif' }), 60)",
    )
    site.add(
        "video.embed.example",
        "/player",
        "<script src='https://video.embed.example/p.js'></script>",
        Set_Cookie="__Secure-part=1; Path=/; Secure; SameSite=None; Partitioned; Max-Age=1000",
    )
    site.add("video.embed.example", "/p.js", "document.cookie = 'frame=1; SameSite=None; Secure; path=/'")
    site.add(
        "sync.ads.example",
        "/start.gif",
        lambda request: _redirect("https://px.ads.example/end.gif", "hop=1; Path=/; Secure; SameSite=None"),
    )
    site.add(
        "px.ads.example",
        "/end.gif",
        b"GIF89a",
        Set_Cookie="end=1; Path=/; Secure; SameSite=None\nlax=1; Path=/; SameSite=Lax",
    )
    site.add("sync.ads.example", "/late.gif", b"GIF89a", Set_Cookie="late=1; Path=/; Secure; SameSite=None")


async def test_every_cookie_is_seen_and_attributed(site: Site, run_crawl: Run) -> None:
    fill(site)
    check(await run_crawl())


async def test_full_chromium_sees_the_same(site: Site, run_crawl: Run, full_chromium: Path) -> None:
    fill(site)
    check(
        await run_crawl(
            browser=FoundBrowser(path=str(full_chromium), kind="chromium", version="156.0.8078.79")
        )
    )


def check(crawl: Crawl) -> None:
    assert crawl.tool["notes"] == []
    session = observed(crawl, "cookie", "session")
    assert session.initiators == (START,)
    assert session.details["via"] == "header"
    assert session.details["http_only"]
    assert session.details["secure"]
    assert session.details["same_site"] == "Strict"
    assert session.details["lifetime_s"] is None
    assert session.details["size"] == len("session") + len("abc")

    long = observed(crawl, "cookie", "long").details
    assert (long["requested_lifetime_s"], long["lifetime_s"]) == (94_608_000, 34_560_000)

    assert (session.details["priority"], session.details["source_scheme"]) == ("Medium", "Secure")
    inline = observed(crawl, "cookie", "inline")
    assert (inline.initiators, inline.details["via"]) == ((START,), "script")
    modern = observed(crawl, "cookie", "modern")
    assert (modern.initiators, modern.details["same_site"]) == ((START,), "Strict")

    deep = observed(crawl, "cookie", "_id")
    assert deep.details["stack"][0].startswith(f"{TAGS}/inner.js:1:")
    assert deep.initiators == (f"{TAGS}/inner.js", f"{TAGS}/loader.js", START)
    assert (deep.host, deep.details["domain"], deep.details["lifetime_s"]) == (
        "shop.example",
        ".shop.example",
        3600,
    )

    frame = observed(crawl, "cookie", "frame")
    assert frame.host == "video.embed.example"
    assert frame.initiators[:2] == ("https://video.embed.example/p.js", "https://video.embed.example/player")
    assert frame.initiators[-1] == START
    part = observed(crawl, "cookie", "__Secure-part")
    assert part.details["partition_key"] == "https://shop.example"
    assert part.initiators == ("https://video.embed.example/player", START)

    hop = observed(crawl, "cookie", "hop")
    assert (hop.host, hop.initiators) == ("sync.ads.example", ("https://sync.ads.example/start.gif", START))
    end = observed(crawl, "cookie", "end")
    assert end.initiators == ("https://px.ads.example/end.gif", "https://sync.ads.example/start.gif", START)
    late = observed(crawl, "cookie", "late")
    assert late.initiators == (
        "https://sync.ads.example/late.gif",
        f"{TAGS}/inner.js",
        f"{TAGS}/loader.js",
        START,
    )

    worker = observed(crawl, "cookie", "worker")
    assert (worker.details["via"], worker.initiators) == ("worker", (f"{START}worker.js", START))
    assert worker.details["in_jar"]
    assert abs(worker.details["lifetime_s"] - 7200) <= 60

    assert "SameSiteLax" in observed(crawl, "blocked_cookie", "lax").details["reasons"][0]
    assert observed(crawl, "blocked_cookie", "bad").details["reasons"] == ["InvalidDomain"]
    refused = observed(crawl, "blocked_cookie", "foreign")
    assert refused.details["reasons"] == ["NotStored"]
    assert refused.initiators == (START,)
    gone = observed(crawl, "cookie", "gone")
    assert not gone.details["in_jar"]


async def test_a_page_that_tampers_neither_hides_its_cookies_nor_breaks(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script>
        JSON.stringify = () => { throw new Error('mine') }; Error.prepareStackTrace = () => 'nothing'; Error.stackTraceLimit = 0;
        String.prototype.slice = () => 'x'; Object.prototype.toJSON = () => 'no'; Reflect.apply = null; window.Proxy = null;
        Object.defineProperty(Object.prototype, 'polluted', { get() { throw new Error('trap') }, enumerable: true });
        </script><script src="https://tags.track.example/t.js"></script><script>document.title = document.cookie</script>""",
    )
    site.add(
        "tags.track.example", "/t.js", "document.cookie = 'hidden=1; path=/'; localStorage.setItem('k', 'v')"
    )

    crawl = await run_crawl()

    assert observed(crawl, "cookie", "hidden").initiators == (f"{TAGS}/t.js", START)
    assert observed(crawl, "local_storage", "k").initiators == (f"{TAGS}/t.js", START)
    assert crawl.visits[0].title == "hidden=1"


async def test_a_cookie_belongs_to_the_first_page_that_loads_its_setter(site: Site, run_crawl: Run) -> None:
    pages = "".join(f'<a href="/p{number}">{number}</a>' for number in range(6))
    site.page("/", pages)
    for number in range(6):  # the later the page, the quicker its tag
        site.page(
            f"/p{number}",
            f'<script>setTimeout(() => {{ const s = document.createElement("script"); s.src = "{TAGS}/t.js?p={number}"; document.head.append(s) }}, {300 - 50 * number})</script>',
        )
    site.add(
        "tags.track.example",
        "/t.js",
        "if (!document.cookie.includes('once=')) document.cookie = 'once=1; path=/'",
    )

    crawl = await run_crawl(concurrency=6)

    assert observed(crawl, "cookie", "once").page == f"{START}p0"


async def _redirect(to: str, cookie: str) -> object:
    from aiohttp import web

    return web.Response(status=302, headers={"Location": to, "Set-Cookie": cookie})


async def test_a_cookie_whose_expiry_later_pages_set_anew_is_called_renewed(
    site: Site, run_crawl: Run
) -> None:
    async def page(request: web.Request) -> web.Response:
        text = '<a href="/next">next</a><script src="/set.js"></script>'
        answer = web.Response(text=text, content_type="text/html")
        answer.set_cookie("rolling", "1", max_age=3600)
        answer.set_cookie("session", "1")
        if "once" not in request.cookies:
            answer.set_cookie("once", "1", max_age=3600)
        if request.path == "/next":
            answer.set_cookie("later", "1", max_age=3600)
        return answer

    site.add(SHOP, "/", page)
    site.add(SHOP, "/next", page)
    once = "document.cookie.includes('script=') || (document.cookie = 'script=1; max-age=3600; path=/')"
    site.add(SHOP, "/set.js", once)
    crawl = await run_crawl()
    renewed = {seen.name: seen.details["renewed"] for seen in crawl.observations if seen.kind == "cookie"}
    assert renewed == {"rolling": True, "script": False, "once": False, "session": None, "later": None}
