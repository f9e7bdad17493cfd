"""Workers on a real PostgreSQL, in processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from consent.model.errors import ConfigError, ScanError, StoreUnavailable
from consent.model.schedule import ScheduleSettings
from consent.scans import new_run
from consent.schedules import queue_due
from consent.store import open_store
from consent.store.postgresql import PostgresqlStore
from consent.store.postgresql import open_url as open_postgresql
from consent.times import now_ms
from scanner.worker import job_queue
from scanner.worker.job_queue import Timing, work
from tests.scanner.worker.made import becomes, scanning, settings

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("worker_program.py")
QUICK = Timing(tend_s=0.05, heart_s=0.3, dead_s=1.5, poll_s=0.2, stop_s=10.0)
SITES = 60


@pytest.fixture
def url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
async def store(url: str) -> AsyncIterator[PostgresqlStore]:
    store = await open_postgresql(url)
    yield store
    await store.close()


class Sites:
    """All the sites at one address; each visit is told as (event, site, worker).

    No scan comes to its end before three workers have begun one, and one that begins later is held for ever: its worker
    is to be killed in it.
    """

    def __init__(self) -> None:
        self.events: list[tuple[str, ...]] = []
        self.all_here = asyncio.Event()
        self.held: asyncio.Future[tuple[str, str]] = asyncio.get_running_loop().create_future()
        self.killed = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        event, site, worker = request.path.strip("/").split("/")
        self.events.append((event, site, worker))
        if len({worker for _, _, worker in self.events}) == 3:
            self.all_here.set()
        await self.all_here.wait()
        if event == "begin" and sum(one[0] == "end" for one in self.events) >= 6 and not self.held.done():
            self.held.set_result((site, worker))
            await self.killed.wait()
        return web.Response(text="ok")


async def test_three_workers_do_sixty_sites_and_one_that_is_killed_costs_none(
    url: str, store: PostgresqlStore
) -> None:
    names = [f"site-{number}" for number in range(SITES)]
    for name in names:
        await store.queue_scan(new_run(name, trigger="schedule"))
    sites = Sites()
    app = web.Application()
    app.router.add_post("/{path:.*}", sites.answer)
    async with TestServer(app) as web_server:
        address = str(web_server.make_url("/"))
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        workers = [
            await asyncio.create_subprocess_exec(
                sys.executable, str(PROGRAM), url, address, str(SITES), "0.1",
                cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE,
            )
            for _ in range(3)
        ]  # fmt: skip
        try:
            site, killed = await sites.held
            next(one for one in workers if killed.endswith(f":{one.pid}")).kill()
            sites.killed.set()

            async def all_done() -> bool:
                return len(await store.latest_scans()) == SITES

            await becomes(all_done)
        finally:
            for one in workers:
                if one.returncode is None:
                    one.send_signal(signal.SIGTERM)
            said = [await one.communicate() for one in workers]
    assert sorted(one.returncode or 0 for one in workers) == [-signal.SIGKILL, 0, 0], said

    runs = await store.scans(None, limit=1_000)
    assert sorted(run.site for run in runs) == sorted(names), "none lost, none done twice"
    assert {run.status for run in runs} == {"finished"}
    begun_twice = [run for run in runs if run.attempts > 1]
    assert [run.site for run in begun_twice] == [site]
    assert begun_twice[0].worker != killed
    ended = Counter(name for event, name, _ in sites.events if event == "end")
    assert ended == Counter(names), "each scan came to its end once"
    assert len({worker for _, _, worker in sites.events}) == 3, "all of them took part"


async def test_what_is_due_is_queued_and_what_fails_is_tried_again_when_its_time_has_come(
    url: str, store: PostgresqlStore
) -> None:
    some = settings("larkspur", schedule=ScheduleSettings(every="7 days"))
    assert await queue_due(store, some.sites.values(), now_ms()) == ["larkspur"]
    stop = asyncio.Event()
    working = asyncio.create_task(
        work(store, url, some, stop, scan=scanning(error=ScanError("No answer.")), timing=QUICK)
    )
    try:

        async def waits_again() -> bool:
            [run] = await store.scans("larkspur", limit=1)
            return run.attempts == 1 and run.status == "queued"

        await becomes(waits_again)
        [run] = await store.scans("larkspur", limit=1)
        assert run.message == "No answer."
        assert run.due_ms > now_ms() + 30_000
        # Asked for in the meantime, it is done at once.
        await store.queue_scan(new_run("larkspur", trigger="dashboard"))

        async def tried_twice() -> bool:
            return (await store.scans("larkspur", limit=1))[0].attempts == 2

        await becomes(tried_twice)
    finally:
        stop.set()
        await working


async def test_a_worker_that_is_stopped_puts_its_scan_back_and_the_next_does_it(
    url: str, store: PostgresqlStore
) -> None:
    run = await store.queue_scan(new_run("larkspur", trigger="api"))
    stop = asyncio.Event()
    slow = scanning(seconds=60)
    working = asyncio.create_task(work(store, url, settings(), stop, scan=slow, timing=QUICK))

    async def is_in(status: str) -> bool:
        found = await store.scan(run.scan_id)
        return found is not None and found.status == status

    await becomes(lambda: is_in("running"))
    stop.set()
    await working
    assert await is_in("queued")
    stop = asyncio.Event()
    working = asyncio.create_task(work(store, url, settings(), stop, scan=scanning(), timing=QUICK))
    await becomes(lambda: is_in("finished"))
    stop.set()
    await working


async def test_a_scan_whose_worker_and_job_are_gone_does_not_hold_its_site_up(
    url: str, store: PostgresqlStore
) -> None:
    lost = await store.queue_scan(new_run("larkspur", trigger="api"))
    await store.take_scan(lost.scan_id, "gone:1", 1)
    waiting = await store.queue_scan(new_run("larkspur", trigger="api"))
    stop = asyncio.Event()
    working = asyncio.create_task(work(store, url, settings(), stop, scan=scanning(), timing=QUICK))

    async def is_done() -> bool:
        found = await store.scan(waiting.scan_id)
        return found is not None and found.status == "finished"

    await becomes(is_done)
    stop.set()
    await working
    ended = await store.scan(lost.scan_id)
    assert ended is not None
    assert (ended.status, ended.message) == ("failed", "Its worker was lost, and its job with it.")


async def test_a_store_without_a_job_queue_is_refused(tmp_path: Path) -> None:
    other = await open_store(f"sqlite:///{tmp_path}/log.db")
    try:
        with pytest.raises(ConfigError, match="hands out no scans"):
            job_queue.postgresql(other)
    finally:
        await other.close()


async def test_a_database_that_is_gone_is_told_in_plain_words(store: PostgresqlStore) -> None:
    gone = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    with pytest.raises(StoreUnavailable, match="job queue cannot be reached"):
        await work(store, gone, settings(), asyncio.Event(), timing=Timing(connect_s=0.5))
