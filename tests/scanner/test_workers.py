"""With real workers: tests/scanner/test_request_log.py and tests/scanner/hostile. Here: what an answer becomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from consent.model.categories import ConsentState
from scanner.browser.targets import TargetGone
from scanner.collectors import Scene, Watched
from scanner.request_log import PageRequests
from scanner.workers import ask_workers

SCRIPT = "https://www.shop.example/w.js"


class Targets:
    """Stands for a page with a worker that answers, one that never does, and one that answers nonsense."""

    windows: tuple[object, ...] = ()

    def children(self, kind: str) -> list[str]:
        return ["good", "stuck", "odd"] if kind == "worker" else []

    async def send(self, method: str, params: dict[str, Any], *, child: str, timeout_s: float) -> Any:
        del method, params
        if child == "stuck":
            raise TargetGone(f"no answer within {timeout_s} s")
        if child == "odd":
            return {"result": {"value": {"script": SCRIPT, "entries": [["only a name"]]}}}
        fetched = [["https://www.shop.example/data", 5.0]]
        return {"result": {"value": {"script": SCRIPT, "started": 1000.0, "entries": fetched}}}


class Requests:
    """Takes note of what is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, list[tuple[str, float]], float, float]] = []

    def add_from_worker(
        self, script: str, fetched: Iterable[tuple[str, float]], *, started_ms: float, clicked_ms: float
    ) -> None:
        self.told.append((script, list(fetched), started_ms, clicked_ms))


async def test_one_workers_silence_or_nonsense_costs_the_others_nothing() -> None:
    scene = Scene(state=ConsentState.BEFORE, context=cast("Any", None))
    watched = Watched(scene, 0, cast("Any", None), cast("Any", Targets()))
    requests = Requests()
    await ask_workers(watched, cast("PageRequests", requests))
    assert requests.told == [(SCRIPT, [("https://www.shop.example/data", 5.0)], 1000.0, 0.0)]
