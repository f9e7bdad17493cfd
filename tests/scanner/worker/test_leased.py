from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from consent.model.errors import StoreUnavailable
from consent.model.scans import ScanRun
from consent.model.schedule import ScheduleSettings
from consent.model.sites import Site
from consent.scans import new_run
from consent.store import Store, open_store
from scanner.report import Report
from scanner.worker import leased
from scanner.worker.leased import work
from tests.scanner.worker.made import a_report, becomes, left_in, scanning, settings


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def test_what_waits_and_what_is_due_is_done_one_after_the_other(store: Store) -> None:
    at_once, most, done = 0, 0, []

    async def scan(site: Site, run: ScanRun, folder: Path, _on_progress: Any) -> Report:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0)
        at_once -= 1
        done.append(site.id)
        return left_in(folder, a_report(site.id, run.scan_id))

    some = settings("larkspur", "rowan", "hazel", schedule=ScheduleSettings(every="7 days"))
    await store.queue_scan(new_run("rowan", trigger="dashboard"))
    await work(store, some, asyncio.Event(), scan=scan, idle_s=0.0, poll_s=0.01)
    assert sorted(done) == ["hazel", "larkspur", "rowan"]
    assert most == 1
    assert {run.status for run in await store.scans(None, limit=9)} == {"finished"}


async def test_a_worker_that_is_stopped_puts_its_scan_back_and_ends(store: Store) -> None:
    run = await store.queue_scan(new_run("larkspur", trigger="api"))
    stop = asyncio.Event()
    working = asyncio.create_task(work(store, settings(), stop, scan=scanning(seconds=60)))

    async def runs() -> bool:
        return (await store.open_scans())[0].status == "running"

    await becomes(runs)
    stop.set()
    await working
    [waiting] = await store.open_scans()
    assert (waiting.scan_id, waiting.status) == (run.scan_id, "queued")


async def test_a_store_that_fails_for_a_while_does_not_end_the_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leased, "RETRY_S", 0.01)
    claim, calls = store.claim_scan, []  # type: ignore[attr-defined]

    async def failing(worker: str, now: int) -> Any:
        calls.append(worker)
        if len(calls) < 3:
            raise StoreUnavailable("locked")
        return await claim(worker, now)

    monkeypatch.setattr(store, "claim_scan", failing)
    run = await store.queue_scan(new_run("larkspur", trigger="api"))
    await work(store, settings(), asyncio.Event(), scan=scanning(), idle_s=0.0, poll_s=0.01)
    finished = await store.scan(run.scan_id)
    assert finished is not None
    assert finished.status == "finished"


async def test_several_workers_on_one_file_do_each_scan_once(store: Store, tmp_path: Path) -> None:
    names = [f"site-{number}" for number in range(12)]
    for name in names:
        await store.queue_scan(new_run(name, trigger="api"))
    others = [await open_store(f"sqlite:///{tmp_path}/log.db") for _ in range(2)]
    try:
        every = [store, *others]
        await asyncio.gather(
            *(
                work(one, settings(*names), asyncio.Event(), scan=scanning(), idle_s=0.2, poll_s=0.02)
                for one in every
            )
        )
    finally:
        for other in others:
            await other.close()
    runs = await store.scans(None, limit=99)
    assert sorted(run.site for run in runs) == sorted(names)
    assert {(run.status, run.attempts) for run in runs} == {("finished", 1)}


async def test_a_store_that_hands_out_nothing_is_refused(store: Store) -> None:
    with pytest.raises(TypeError):
        await work(object(), settings(), asyncio.Event())  # type: ignore[arg-type]
