"""The worker on a store that hands out runs itself (SQLite): one run after the other, each under a lease."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from consent.model.errors import StoreError
from consent.model.sites import Settings
from consent.schedules import queue_due
from consent.store import Store
from consent.store.scan_store import ScanQueue
from consent.times import now_ms
from scanner.worker.scan import Scan, do_scan, scan_site, worker_name

logger = logging.getLogger("consentry.worker")

POLL_S = 1.0
"""How often a worker without work looks for some; one look is a query of 50 microseconds."""
RETRY_S = 5.0
"""After so long a store that failed is asked again."""


async def work(
    store: Store,
    settings: Settings,
    stop: asyncio.Event,
    *,
    scan: Scan = scan_site,
    idle_s: float | None = None,
    poll_s: float = POLL_S,
) -> None:
    """Queue what is due and do what waits until ``stop`` is set, or until nothing was to do for ``idle_s``.

    A scan that runs when it is told to stop is put back, and begins anew with the next worker.
    """
    if not isinstance(store, ScanQueue):
        raise TypeError("this store hands out no runs")
    worker, loop = worker_name(), asyncio.get_running_loop()
    since = loop.time()
    while not stop.is_set():
        try:
            await queue_due(store, settings.sites.values(), now_ms())
            run = await store.claim_scan(worker, now_ms())
            if run is not None:
                await until(stop, do_scan(store, settings, run, scan=scan))
                since = loop.time()
                continue
        except StoreError as error:
            logger.warning("The store does not answer, trying again in %g s: %s", RETRY_S, error)
            await pause(stop, RETRY_S)
            continue
        if idle_s is not None and loop.time() - since >= idle_s:
            return
        await pause(stop, poll_s)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but no longer than until it is told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def until(stop: asyncio.Event, doing: Coroutine[Any, Any, Any]) -> None:
    """Do something to its end, or until it is told to stop; then it is cancelled, and its own way out awaited."""
    task = asyncio.ensure_future(doing)
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({task, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            return
        task.result()
    finally:
        task.cancel()
        stopping.cancel()
