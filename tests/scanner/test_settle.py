"""When a page counts as quiet."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from scanner.observations import Crawl
from scanner.settle import LATE_S, Quiet
from tests.scanner.conftest import START, Site, observed, visited


def sent(request: str, url: str = "https://shop.example/x") -> dict[str, Any]:
    return {"requestId": request, "request": {"url": url}}


async def test_a_loaded_page_with_nothing_in_flight_is_quiet() -> None:
    quiet = Quiet()
    quiet.loaded()
    assert await quiet.settled(cap_s=5)


async def test_what_is_in_flight_keeps_it_busy_until_the_cap() -> None:
    quiet = Quiet()
    quiet.loaded()
    quiet._sent(sent("1"))
    assert not await quiet.settled(cap_s=0.4)
    quiet._done({"requestId": "1"})
    assert await quiet.settled(cap_s=5)


async def test_streams_and_unread_fetches_are_done_once_they_answer() -> None:
    quiet = Quiet()
    quiet.loaded()
    for number, kind in enumerate(("EventSource", "Fetch", "Ping", "Media", "Document")):
        quiet._sent(sent(str(number)))
        quiet._answered({"requestId": str(number), "type": kind})
    quiet._sent(sent("data", "data:image/gif;base64,x"))
    assert await quiet.settled(cap_s=5)


async def test_a_script_is_not_done_when_it_answers_but_a_worker_that_runs_has_its_script() -> None:
    quiet = Quiet()
    quiet._sent(sent("1", "https://shop.example/worker.js"))
    quiet._answered({"requestId": "1", "type": "Script"})
    assert not await quiet.settled(cap_s=0.3)
    quiet._started({"targetInfo": {"url": "https://shop.example/worker.js"}})
    assert await quiet.settled(cap_s=5)


async def test_a_short_timer_set_while_loading_is_waited_for() -> None:
    quiet = Quiet()
    begun = time.monotonic()
    quiet._timer({"href": "x", "id": 1, "due": 600, "link": 1})
    quiet.loaded()
    assert await quiet.settled(cap_s=5)
    assert time.monotonic() - begun >= 0.6


async def test_a_cleared_timer_and_one_set_long_after_load_are_not_waited_for() -> None:
    quiet = Quiet()
    quiet._timer({"href": "x", "id": 1, "due": 2000, "link": 1})
    quiet._timer({"href": "x", "id": 1, "due": None})
    quiet._loaded = time.monotonic() - 5
    quiet._timer({"href": "x", "id": 2, "due": 2000, "link": 1})
    assert quiet._timers == {}
    quiet._timer({"href": "x", "id": 3, "due": 100, "link": 2})
    assert len(quiet._timers) == 1, "the next link of a chain still counts"


async def test_after_an_action_the_same_time_is_given_again() -> None:
    quiet = Quiet()
    quiet._loaded = time.monotonic() - 5
    quiet.restart()
    begun = time.monotonic()
    assert await quiet.settled()
    assert time.monotonic() - begun >= 0.24


async def test_a_timer_that_is_late_is_waited_for_a_moment_longer_than_it_was_set_for() -> None:
    quiet = Quiet()
    quiet.loaded()
    quiet._timer({"href": "x", "id": 1, "due": 300, "link": 1})
    begun = time.monotonic()
    assert await quiet.settled(cap_s=5)
    assert time.monotonic() - begun >= 0.3 + LATE_S, "it may have been held up, and says so when it has run"


async def test_late_tags_are_seen_within_the_cap_and_a_page_that_polls_is_left_at_it(
    site: Site, run_crawl: Callable[..., Awaitable[Crawl]]
) -> None:
    site.page(
        "/",
        "<a href='/polls'>polls</a><script>setTimeout(() => { new Image().src = '/late.gif' }, 400)</script>",
    )
    site.page(
        "/polls",
        "<script>const ask = () => { new Image().src = `/poll.gif?${Math.random()}`; setTimeout(ask, 100) }; onload = ask</script>",
    )
    asked: list[asyncio.Event] = []

    async def never(request: web.Request) -> web.Response:
        """Each question is answered when the next one but three has come."""
        del request
        asked.append(asyncio.Event())
        mine = asked[-1]
        if len(asked) > 3:
            asked[-4].set()
        await mine.wait()
        return web.Response(status=204)

    site.routes["www.shop.example", "/poll.gif"] = never
    crawl = await run_crawl(pages=2)
    assert observed(crawl, "request", f"{START}late.gif").page == START
    polls = visited(crawl, "/polls")
    assert polls.status == "ok"
    assert any("still busy" in note for note in polls.notes), polls.notes
