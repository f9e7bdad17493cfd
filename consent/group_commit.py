"""Group commit: many requests wait for the one transaction that makes all of their entries durable.

Whatever has queued while the last batch was written is the next batch. There is no linger: waiting for more entries
would cost latency at low load and throughput at high load.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

from consent.model.errors import StoreError, StoreUnavailable
from consent.store import Store
from consent.store.entries import NewEntry

BATCH_LIMIT = 1000


class Waiter(Protocol):
    """Who is told, in the event loop, what became of an entry: a future is one."""

    def done(self) -> bool:
        """Whether nobody waits any more; the entry is stored all the same."""
        ...

    def set_result(self, answer: bytes | None, /) -> None:
        """Take `Store.append`'s answer: the entry is durable."""
        ...

    def set_exception(self, error: StoreError, /) -> None:
        """Take why it is not; nothing of it is stored."""
        ...


class GroupCommit:
    """The queue in front of a store's ``append``. ``limit`` entries may wait; the next one is refused.

    ``failing`` says whether the last batch came to nothing; ``batches`` and ``seconds`` count what was written, and for how
    long.
    """

    def __init__(self, store: Store, *, limit: int) -> None:
        self._store = store
        self._limit = limit
        self._waiting: list[tuple[NewEntry, Waiter]] = []
        self._wake: asyncio.Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._began: float | None = None
        self._loop: asyncio.AbstractEventLoop
        self.failing = False
        self.batches = 0
        self.seconds = 0.0

    def start(self) -> None:
        """Start to write; call it once, in the event loop that the entries come from."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(), name="consentry-group-commit")

    @property
    def depth(self) -> int:
        """How many entries wait."""
        return len(self._waiting)

    @property
    def writing_s(self) -> float:
        """For how many seconds the batch in hand has been written; 0 where there is none."""
        return 0.0 if self._began is None else self._loop.time() - self._began

    def append(self, entry: NewEntry) -> asyncio.Future[bytes | None]:
        """Queue one entry; the future has `Store.append`'s answer once the entry is durable. Raises what `put` raises."""
        future: asyncio.Future[bytes | None] = self._loop.create_future()
        self.put(entry, future)
        return future

    def put(self, entry: NewEntry, waiter: Waiter) -> None:
        """Queue one entry, and tell the waiter once it is durable. Raises `StoreUnavailable` where the queue is full or closed."""
        if self._closed:
            raise StoreUnavailable("The log is shutting down.", hint="Try again in a moment.")
        if len(self._waiting) >= self._limit:
            raise StoreUnavailable(
                f"{self._limit} records wait to be written already.", hint="Try again in a moment."
            )
        self._waiting.append((entry, waiter))
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def close(self) -> None:
        """Write what waits, then stop."""
        self._closed = True
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)
        if self._task is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            if not self._waiting:
                if self._closed:
                    return
                self._wake = self._loop.create_future()
                await self._wake
                self._wake = None
                continue
            batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
            self._began = self._loop.time()
            try:
                answers = await self._store.append([entry for entry, _ in batch])
            except Exception as error:  # noqa: BLE001 - whatever it is, each waiting request must be told
                self.failing = True
                for _, waiter in batch:
                    if not waiter.done():
                        waiter.set_exception(_copy(error))
            else:
                self.failing = False
                for (_, waiter), answer in zip(batch, answers, strict=True):
                    if not waiter.done():  # the client has gone; its record stays
                        waiter.set_result(answer)
            self.batches += 1
            self.seconds += self.writing_s
            self._began = None


def _copy(error: Exception) -> StoreError:
    """Make one error for each request: a shared one would collect the tracebacks of all."""
    if isinstance(error, StoreError):
        return type(error)(error.message, hint=error.hint)
    failure = StoreError(f"The record could not be stored ({type(error).__name__}).")
    failure.__cause__ = error
    return failure
