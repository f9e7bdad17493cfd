from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from consent.model.schedule import ScheduleSettings
from consent.scans import new_run
from consent.store import Store, open_store
from consent.store.sqlite import SqliteStore
from consent.worker_process import WorkerProcess, can_scan, work_command, worker_of
from tests.consent import factories

# Takes what waits; the first of all ends at once, as if it had been killed. The others do it, and end with their input.
PROGRAM = """
import asyncio, os, sys
from pathlib import Path
import msgspec
from consent.model.scans import ScanChange
from consent.store import open_store
from consent.worker_process import worker_of

async def main(folder):
    marker = folder / "crashed"
    store = await open_store(os.environ["CONSENTRY_DATABASE"])
    run = await store.claim_scan(worker_of(os.getpid()), 10**15)
    (folder / f"worker-{os.getpid()}").touch()
    if sys.argv[2] == "crash" and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), 9)
    if run is not None:
        done = msgspec.structs.replace(run, finished_ms=1, verdict="clean")
        await store.finish_scan(done, [], ScanChange(), {})
    await store.close()
    if sys.argv[2] == "stay":
        sys.stdin.read()
    (folder / "ended").touch()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(factories.database(tmp_path))
    yield store
    await store.close()


def beside(store: Store, folder: Path, how: str = "end", **fields: Any) -> WorkerProcess:
    given = {
        "database": factories.database(folder),
        "look_s": 0.02,
        "first_rest_s": 0.01,
        "able": lambda: True,
    }
    settings = factories.settings(fields.pop("site", factories.site()))
    command = [sys.executable, "-c", PROGRAM, str(folder), how]
    return WorkerProcess(store, settings, command, **(given | fields))


async def status(store: Store) -> str:
    runs = await store.scans("larkspur", limit=1)
    return runs[0].status if runs else ""


async def until(store: Store, wanted: str) -> None:
    async with asyncio.timeout(60):
        while await status(store) != wanted:  # noqa: ASYNC110 - another process tells no event
            await asyncio.sleep(0.02)


async def test_a_worker_is_started_when_a_schedule_is_due_and_goes_with_the_server(
    store: Store, tmp_path: Path
) -> None:
    stop = asyncio.Event()
    due = factories.site(schedule=ScheduleSettings(every="7 days"))
    running = asyncio.create_task(beside(store, tmp_path, "stay", site=due).run(stop))
    await until(store, "finished")
    assert not (tmp_path / "ended").exists()
    stop.set()
    await running
    [run] = await store.scans("larkspur", limit=5)
    assert (run.trigger, run.attempts) == ("schedule", 1)
    [started] = tmp_path.glob("worker-*")
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.name.removeprefix("worker-")), 0)


async def test_nothing_is_started_while_nothing_waits(store: Store, tmp_path: Path) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(beside(store, tmp_path).run(stop))
    await asyncio.sleep(0.2)
    stop.set()
    await running
    assert list(tmp_path.glob("worker-*")) == []


async def test_a_worker_that_crashes_is_started_again_and_its_scan_is_not_lost(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run = await store.queue_scan(new_run("larkspur", trigger="dashboard"))
    stop = asyncio.Event()
    running = asyncio.create_task(beside(store, tmp_path, "crash").run(stop))
    await until(store, "finished")
    stop.set()
    await running
    done = await store.scan(run.scan_id)
    assert done is not None
    assert done.attempts == 2
    assert len(list(tmp_path.glob("worker-*"))) == 2
    assert "ended unexpectedly (-9); it is started again" in caplog.text


async def test_what_an_earlier_server_left_running_is_looked_after(store: Store, tmp_path: Path) -> None:
    run = await store.queue_scan(new_run("larkspur", trigger="dashboard"))
    await store.take_scan(run.scan_id, "gone:1", 1)
    stop = asyncio.Event()
    running = asyncio.create_task(beside(store, tmp_path).run(stop))
    await until(store, "finished")
    stop.set()
    await running


async def test_without_a_browsers_driver_it_says_so_once_and_starts_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await store.queue_scan(new_run("larkspur", trigger="dashboard"))
    stop = asyncio.Event()
    running = asyncio.create_task(beside(store, tmp_path, able=lambda: False).run(stop))
    await asyncio.sleep(0.2)
    stop.set()
    await running
    assert caplog.text.count("no browser's driver: pip install 'consentry[scan]'") == 1
    assert await status(store) == "queued"
    assert list(tmp_path.glob("worker-*")) == []


async def test_a_program_that_is_not_there_ends_no_server(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await store.queue_scan(new_run("larkspur", trigger="dashboard"))
    stop = asyncio.Event()
    missing = WorkerProcess(
        store, factories.settings(), [str(tmp_path / "none")], database="", able=lambda: True, look_s=0.01
    )
    running = asyncio.create_task(missing.run(stop))
    await asyncio.sleep(0.1)
    stop.set()
    with caplog.at_level(logging.ERROR):
        await running
    assert "could not be started" in caplog.text


def test_the_password_of_a_database_is_not_in_the_command() -> None:
    command = work_command(Path("sites.toml"), "json")
    assert command[1:] == [
        "-m",
        "consent.cli",
        "work",
        "--sites",
        "sites.toml",
        "--log-format",
        "json",
        "--of-server",
    ]


def test_whether_a_browser_can_be_driven_is_found_without_importing_anything() -> None:
    before = set(sys.modules)
    assert can_scan() in {True, False}
    assert not {name for name in set(sys.modules) - before if name.startswith("playwright")}


async def test_a_workers_name_says_where_it_runs(store: Store) -> None:
    assert worker_of(7).endswith(":7")
    assert isinstance(store, SqliteStore)
