"""What a page's workers fetched before anybody listened to them, asked of the workers themselves."""

from __future__ import annotations

import asyncio
import contextlib

from scanner.browser.targets import TargetGone
from scanner.collectors import Watched
from scanner.request_log import PageRequests

_KINDS = ("worker", "service_worker", "shared_worker")
_TIMEOUT_S = 0.5
_WORKER_FETCHED = """({
  script: self.location.href,
  started: performance.timeOrigin,
  entries: performance.getEntriesByType("resource").slice(0, 500).map((entry) => [entry.name, entry.startTime]),
})"""


async def ask_workers(watched: Watched, requests: PageRequests) -> None:
    """Add to ``requests`` what the workers tell; all are asked at once, since one that computes for ever never answers."""
    targets = watched.targets
    children = [child for kind in _KINDS for child in targets.children(kind)]
    await asyncio.gather(*(_ask(watched, requests, child) for child in children))


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
