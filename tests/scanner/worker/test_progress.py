from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import StoreUnavailable
from consent.model.scans import ScanRun
from consent.scans import new_run
from consent.store import Store, open_store
from scanner.plan import Progress
from scanner.worker.progress import Lost, Told
from tests.scanner.worker.made import becomes


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def taken(store: Store) -> ScanRun:
    run = await store.queue_scan(new_run("larkspur", trigger="api"))
    found = await store.take_scan(run.scan_id, "w1", 1)
    assert found is not None
    return found


def visit(state: ConsentState, done: int, total: int) -> Progress:
    return Progress(state=state, done=done, total=total, url="https://a.example/", status="ok")


async def test_visits_of_all_states_are_added_up_and_told(store: Store) -> None:
    told = Told(store, await taken(store), beat_s=0.01)

    async def scanning() -> str:
        told.on_progress(visit(ConsentState.BEFORE, 3, 3))
        told.on_progress(visit(ConsentState.REJECT, 1, 3))

        async def is_stored() -> bool:
            return (await store.open_scans())[0].pages_done == 4

        await becomes(is_stored)
        return "done"

    assert await told.during(scanning()) == "done"
    [run] = await store.open_scans()
    assert (run.state, run.pages_done, run.pages_total) == ("reject", 4, 6)


async def test_a_scan_that_was_given_away_is_stopped(store: Store) -> None:
    run = await taken(store)
    stopped = asyncio.Event()
    told = Told(store, run, beat_s=0.01)

    async def scanning() -> None:
        await store.take_scan(run.scan_id, "w2", 5)
        told.on_progress(visit(ConsentState.BEFORE, 1, 1))
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    with pytest.raises(Lost):
        await told.during(scanning())
    assert stopped.is_set()


async def test_a_store_that_is_gone_for_a_moment_stops_no_scan(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await taken(store)
    calls = []
    answer = store.scan_progress

    async def failing(*arguments: object, **named: object) -> bool:
        calls.append(arguments)
        if len(calls) < 3:
            raise StoreUnavailable("locked")
        return await answer(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "scan_progress", failing)

    async def is_told() -> bool:
        return len(calls) >= 3

    async def scanning() -> int:
        await becomes(is_told)
        return 7

    assert await Told(store, run, beat_s=0.01).during(scanning()) == 7


async def test_what_a_scan_raises_is_raised(store: Store) -> None:
    async def scanning() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await Told(store, await taken(store), beat_s=0.01).during(scanning())
