"""What a page's workers and pop-ups fetched before anybody listened to them, asked of themselves."""

from __future__ import annotations

import asyncio
import contextlib

from scanner.browser.targets import TargetGone
from scanner.collectors import Watched
from scanner.popups import WindowTargets
from scanner.request_log import PageRequests

_KINDS = ("worker", "service_worker", "shared_worker")
_TIMEOUT_S = 0.5
_WORKER_FETCHED = """({
  script: self.location.href,
  started: performance.timeOrigin,
  entries: performance.getEntriesByType("resource").slice(0, 500).map((entry) => [entry.name, entry.startTime]),
})"""
_WINDOW_FETCHED = """({
  started: performance.timeOrigin,
  entries: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].slice(0, 500)
    .map((entry) => [entry.name, entry.startTime]),
})"""


async def ask_workers(watched: Watched, requests: PageRequests) -> None:
    """Add to ``requests`` what the workers tell; all are asked at once, since one that computes for ever never answers."""
    targets = watched.targets
    children = [child for kind in _KINDS for child in targets.children(kind)]
    await asyncio.gather(
        *(_ask(watched, requests, child) for child in children),
        *(
            _ask_window(watched, requests, window)
            for window in targets.windows
            if isinstance(window, WindowTargets)
        ),
    )


async def _ask_window(watched: Watched, requests: PageRequests, window: WindowTargets) -> None:
    """Ask a pop-up that began before it was listened to, from a world that its page cannot reach."""
    world = window.driver_worlds.of(window.target)
    if world is None:
        return
    with contextlib.suppress(TargetGone, KeyError, TypeError, ValueError):
        answer = await window.send(
            "Runtime.evaluate",
            {"expression": _WINDOW_FETCHED, "returnByValue": True, "contextId": world},
            timeout_s=_TIMEOUT_S,
        )
        fetched = answer["result"]["value"]
        requests.add_from_worker(
            window.opened_by,
            ((str(url), float(time_ms)) for url, time_ms in fetched["entries"]),
            started_ms=float(fetched["started"]),
            clicked_ms=(watched.scene.clicked_s or 0.0) * 1000,
            popup=window.address or "about:blank",
        )


async def _ask(watched: Watched, requests: PageRequests, child: str) -> None:
    with contextlib.suppress(TargetGone, KeyError, TypeError, ValueError):
        answer = await watched.targets.send(
            "Runtime.evaluate",
            {"expression": _WORKER_FETCHED, "returnByValue": True},
            child=child,
            timeout_s=_TIMEOUT_S,
        )
        fetched = answer["result"]["value"]
        requests.add_from_worker(
            str(fetched["script"]),
            ((str(url), float(time_ms)) for url, time_ms in fetched["entries"]),
            started_ms=float(fetched["started"]),
            clicked_ms=(watched.scene.clicked_s or 0.0) * 1000,
        )
