"""When a page counts as quiet."""

from __future__ import annotations

import time
from typing import Any

from scanner.settle import Quiet


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
