"""Storage of every origin on the page, and who wrote it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site, observed

Run = Callable[..., Awaitable[Crawl]]


async def test_all_kinds_of_storage_are_seen_with_their_writer(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<a href="/b">b</a><script src="https://tags.track.example/s.js"></script><iframe src="https://chat.embed.example/w"></iframe>
        <script>localStorage.plain = 'assigned'; localStorage.setItem('test', '1'); localStorage.removeItem('test');
        navigator.serviceWorker.register('/sw.js')</script>""",
    )
    site.page("/b", "<script>document.title = String(sessionStorage.length)</script>")
    site.add(
        SHOP,
        "/sw.js",
        "fetch('/from-sw'); self.addEventListener('install', (e) => e.waitUntil(caches.open('offline')))",
    )
    site.add(
        "tags.track.example",
        "/s.js",
        "localStorage.setItem('uid', 'abc'); sessionStorage.setItem('tab', '1'); indexedDB.open('store'); caches.open('assets')",
    )
    site.add(
        "chat.embed.example",
        "/w",
        "<script>localStorage.setItem('chat', 'open'); indexedDB.open('chatdb')</script>",
    )

    crawl = await run_crawl()

    writer = ("https://tags.track.example/s.js", START)
    uid = observed(crawl, "local_storage", "uid")
    assert (uid.host, uid.initiators, uid.value, uid.details["size"]) == (SHOP, writer, "abc", 6)
    assert uid.details["origin"] == "https://www.shop.example"
    assert observed(crawl, "session_storage", "tab").initiators == writer
    assert observed(crawl, "indexed_db", "store").initiators == writer
    assert observed(crawl, "cache_storage", "assets").initiators == writer
    assert observed(crawl, "service_worker", f"{START}sw.js").initiators == (START,)
    offline = observed(crawl, "cache_storage", "offline")
    assert (offline.initiators, offline.details["via"]) == ((f"{START}sw.js", START), "worker")
    assert observed(crawl, "local_storage", "plain").value == "assigned"
    chat = observed(crawl, "local_storage", "chat")
    assert (chat.host, chat.initiators) == ("chat.embed.example", ("https://chat.embed.example/w", START))
    assert observed(crawl, "indexed_db", "chatdb").host == "chat.embed.example"
    assert not [seen for seen in crawl.observations if seen.name == "test"], (
        "a test whether storage works is no item"
    )
    assert observed(crawl, "request", f"{START}from-sw").initiators == (f"{START}sw.js", START), (
        "once, not once a page"
    )
    assert crawl.visits[1].title == "0", "a tab that is used again has forgotten its session storage"
