from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, cast

import pytest

from consent.group_commit import BATCH_LIMIT, GroupCommit
from consent.model.errors import StoreError, StoreUnavailable
from consent.store import Store
from consent.store.entries import NewEntry


def entry(number: int) -> NewEntry:
    return NewEntry(0, number, bytes(16), None, None, None, None, b"")


class Slow:
    """A store whose batches wait until they are let go; what goes wrong is given."""

    def __init__(self, *failures: Exception) -> None:
        self.batches: list[list[int]] = []
        self.go = asyncio.Event()
        self.failures = list(failures)

    async def append(self, entries: Sequence[NewEntry]) -> list[bytes | None]:
        self.batches.append([one.time for one in entries])
        await self.go.wait()
        if self.failures:
            raise self.failures.pop(0)
        return [None] * len(entries)


def queue_of(store: Slow, limit: int = 100_000) -> GroupCommit:
    queue = GroupCommit(cast("Store", store), limit=limit)
    queue.start()
    return queue


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_what_waits_while_a_batch_is_written_is_the_next_batch_in_order() -> None:
    store = Slow()
    queue = queue_of(store)
    await settle()
    first = queue.append(entry(0))
    await settle()
    others = [queue.append(entry(number)) for number in range(1, 6)]
    await settle()
    assert queue.depth == 5
    store.go.set()
    await asyncio.gather(first, *others)
    assert store.batches == [[0], [1, 2, 3, 4, 5]]
    await queue.close()


async def test_a_batch_has_an_upper_limit() -> None:
    store = Slow()
    store.go.set()
    queue = queue_of(store)
    await asyncio.gather(*(queue.append(entry(number)) for number in range(BATCH_LIMIT + 5)))
    assert [len(batch) for batch in store.batches] == [BATCH_LIMIT, 5]
    await queue.close()


async def test_a_failed_batch_tells_each_request_and_the_next_one_is_tried() -> None:
    store = Slow(StoreUnavailable("full", hint="wait"), ValueError("a bug"))
    store.go.set()
    queue = queue_of(store)
    for expected in (StoreUnavailable, StoreError):
        results: list[Any] = await asyncio.gather(
            queue.append(entry(1)), queue.append(entry(2)), return_exceptions=True
        )
        assert [type(one) for one in results] == [expected, expected]
        assert results[0] is not results[1]
    assert await queue.append(entry(3)) is None
    await queue.close()


async def test_a_request_that_was_given_up_does_not_disturb_its_batch() -> None:
    store = Slow()
    queue = queue_of(store)
    given_up, other = queue.append(entry(1)), queue.append(entry(2))
    await settle()
    given_up.cancel()
    store.go.set()
    assert await other is None
    assert store.batches == [[1, 2]]
    await queue.close()


async def test_a_full_queue_and_a_closed_one_refuse() -> None:
    store = Slow()
    queue = queue_of(store, limit=2)
    waiting = [queue.append(entry(1)), queue.append(entry(2))]
    with pytest.raises(StoreUnavailable, match="2 records wait"):
        queue.append(entry(3))
    store.go.set()
    await queue.close()
    assert all(one.done() for one in waiting)
    with pytest.raises(StoreUnavailable, match="shutting down"):
        queue.append(entry(4))
