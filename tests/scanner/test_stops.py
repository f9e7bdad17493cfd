"""With real pages: tests/scanner/hostile. Here: where each bound lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from scanner.browser.targets import PageTargets
from scanner.stops import (
    MAX_BYTES,
    MAX_DIALOGS,
    MAX_DOCUMENTS,
    MAX_DOWNLOADS,
    MAX_MESSAGES,
    MAX_POPUPS,
    Stops,
)


class Told:
    """Stands for a page's events."""

    def __init__(self) -> None:
        self.handlers: dict[str, list[Callable[[dict[str, Any]], None]]] = {}

    def on(self, event: str, handler: Callable[[dict[str, Any]], None]) -> None:
        self.handlers.setdefault(event, []).append(handler)

    def tell(self, event: str, **params: Any) -> None:
        for handler in self.handlers[event]:
            handler(params)


def watched(loaded: int = 0) -> tuple[Stops, Told]:
    stops, told = Stops(), Told()
    stops.watch(cast("PageTargets", told), lambda: loaded)
    return stops, told


def document(number: int, frame: str = "main") -> dict[str, Any]:
    return {
        "type": "Document",
        "frameId": frame,
        "requestId": str(number),
        "request": {"url": f"https://a.test/{number}"},
    }


@pytest.mark.parametrize(
    ("count", "act", "reason"),
    [
        (MAX_DIALOGS, lambda stops, told, number: stops.dialog(), "stopped after 20 dialogs"),
        (MAX_POPUPS, lambda stops, told, number: stops.popup(), "stopped after 5 pop-ups"),
        (MAX_DOWNLOADS, lambda stops, told, number: stops.download(), "stopped after 20 downloads"),
        (
            MAX_DOCUMENTS,
            lambda stops, told, number: told.tell("Network.requestWillBeSent", **document(number)),
            "stopped after 20 navigations",
        ),
        (
            MAX_MESSAGES,
            lambda stops, told, number: told.tell("Runtime.consoleAPICalled"),
            "stopped after 1,000 console messages",
        ),
    ],
)
def test_a_page_may_do_so_much_and_no_more(
    count: int, act: Callable[[Stops, Told, int], None], reason: str
) -> None:
    stops, told = watched()
    for number in range(count):
        act(stops, told, number)
    assert not stops.event.is_set()
    act(stops, told, count)
    assert stops.event.is_set()
    assert stops.reason.startswith(reason)


def test_bytes_are_bounded() -> None:
    for loaded, stopped in ((MAX_BYTES, False), (MAX_BYTES + 1, True)):
        stops, told = watched(loaded)
        told.tell("Network.dataReceived")
        assert stops.event.is_set() is stopped


def test_redirects_by_http_and_frames_are_no_navigations_of_the_page() -> None:
    stops, told = watched()
    for _ in range(50):
        told.tell("Network.requestWillBeSent", **document(1))
    for number in range(50):
        told.tell("Network.requestWillBeSent", **document(number, frame="inner"))
    assert not stops.event.is_set()
    assert stops.document == "https://a.test/1"


def test_what_stopped_nothing_is_noted() -> None:
    stops, told = watched()
    stops.dialog()
    stops.popup()
    stops.download()
    for number in range(2):
        told.tell("Network.requestWillBeSent", **document(number))
    assert stops.notes() == [
        "1 pop-up(s) opened",
        "1 dialog(s) dismissed",
        "1 download(s) refused",
        "navigated by itself 1 time(s)",
    ]
    assert Stops().notes() == []
