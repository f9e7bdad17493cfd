"""How far a scan is, told to the store while it runs: for whoever watches, and as the sign that its worker lives."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from typing import TypeVar

from consent.model.errors import StoreError
from consent.model.scans import ScanRun
from consent.store import Store
from consent.store.scan_store import LEASE_MS
from consent.times import now_ms
from scanner.plan import Progress

logger = logging.getLogger("consentry.worker")

T = TypeVar("T")

SILENCE_S = LEASE_MS / 1_000 / 6
"""A worker says at least so often that it lives, also while a page takes long."""
LAST_WORD_S = 5.0
"""How long a store may take for what it is told last."""


class Lost(Exception):  # noqa: N818 - a state that the worker expects, not an error for a user
    """The run is another worker's now."""


class Told:
    """Counts the visits of a run over its states, and tells the store at most every ``beat_s`` seconds."""

    def __init__(self, store: Store, run: ScanRun, *, beat_s: float) -> None:
        self._store = store
        self._run = run
        self._beat_s = beat_s
        self._over = asyncio.Event()
        self._state = ""
        self._done: dict[str, int] = {}
        self._total: dict[str, int] = {}

    def on_progress(self, event: Progress) -> None:
        """Take one finished visit."""
        self._state = str(event.state)
        self._done[event.state] = event.done
        self._total[event.state] = event.total

    async def during(self, scanning: Awaitable[T]) -> T:
        """Tell the store while something goes on, and return its result.

        Raises `Lost`, after the scan was stopped, where the run is another worker's.
        """
        task = asyncio.ensure_future(scanning)
        beating = asyncio.create_task(self._beat(), name="consentry-beat")
        try:
            await asyncio.wait({task, beating}, return_when=asyncio.FIRST_COMPLETED)
            if beating.done():
                beating.result()  # raises, as it does not end by itself before
            return await task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Exception):  # whoever waits here has another error, or none
                await task
            # Not cancelled: what it tells the store just now is to come to its end.
            self._over.set()
            with suppress(asyncio.CancelledError, Exception):
                await asyncio.wait_for(beating, LAST_WORD_S)

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        told: tuple[str, int, int] | None = None
        last = loop.time()
        while not self._over.is_set():
            now = (self._state, sum(self._done.values()), sum(self._total.values()))
            if now != told or loop.time() - last >= SILENCE_S:
                state, done, total = now
                try:
                    mine = await self._store.scan_progress(
                        self._run.scan_id,
                        self._run.worker,
                        now_ms(),
                        state=state,
                        pages_done=done,
                        pages_total=total,
                    )
                except StoreError as error:  # the scan goes on; the next beat tells more
                    logger.warning("The progress of %s could not be stored: %s", self._run.site, error)
                else:
                    if not mine:
                        raise Lost
                    told, last = now, loop.time()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), self._beat_s)
