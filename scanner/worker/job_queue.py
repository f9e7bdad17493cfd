"""The worker on PostgreSQL: procrastinate says which worker does which scan, on any number of machines.

The rows of the scans say what waits and since when, what runs, and what came of it. A job says only that somebody shall do
a scan that is due now: it is made from the row, and made again where it should be missing. So the two never disagree for
longer than a round of `_tend`. procrastinate sees to it that one worker gets a job (SKIP LOCKED), that one scan of a site
runs (``lock``) and one is handed over (``queueing_lock``), that workers hear of it at once (NOTIFY), and that the job of a
worker whose heart stopped is given to another.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, ProcrastinateException
from psycopg import Error as PsycopgError
from psycopg_pool import AsyncConnectionPool

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.model.sites import Settings
from consent.schedules import queue_due
from consent.store import Store
from consent.store.postgresql import PostgresqlStore
from consent.times import now_ms
from scanner.worker.job_schema import bring_up_to_date
from scanner.worker.leased import pause
from scanner.worker.scan import Scan, do_scan, scan_site, worker_name

logger = logging.getLogger("consentry.worker")

QUEUE = "consentry-scans"
SCAN_JOB = "consentry.scan"
PLAN_JOB = "consentry.plan"
BATCH = 100
"""Scans handed over in one round."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How often a worker looks and speaks, in seconds.

    A worker that is silent for ``dead_s`` is taken for dead, and its job given to another. ``stop_s`` is how long one that
    is told to stop may take to put its scan back, ``connect_s`` how long the
    database may take to answer at the beginning.
    """

    tend_s: float = 2.0
    heart_s: float = 10.0
    dead_s: float = 40.0
    poll_s: float = 5.0
    stop_s: float = 15.0
    connect_s: float = 10.0


async def work(
    store: PostgresqlStore,
    url: str,
    settings: Settings,
    stop: asyncio.Event,
    *,
    scan: Scan = scan_site,
    timing: Timing = Timing(),  # noqa: B008 - frozen
) -> None:
    """Do what waits, and queue what is due, until ``stop`` is set; a scan that runs then is put back.

    Raises `StoreUnavailable` where the database cannot be reached at the beginning.
    """
    app = _app(store, settings, scan)
    pool = AsyncConnectionPool(
        url, min_size=1, max_size=4, open=False, check=AsyncConnectionPool.check_connection
    )
    try:
        async with _opened(pool, timing.connect_s), app.open_async(pool):
            await bring_up_to_date(app)
            tending = asyncio.create_task(_tend(app, store, stop, timing), name="consentry-tend")
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    name=worker_name(),
                    concurrency=1,  # one browser a process: more processes are more browsers
                    install_signal_handlers=False,
                    delete_jobs="always",  # what was done is told by the scan's own row
                    update_heartbeat_interval=timing.heart_s,
                    stalled_worker_timeout=timing.dead_s,
                    fetch_job_polling_interval=timing.poll_s,
                    shutdown_graceful_timeout=0.0,
                ),
                name="consentry-jobs",
            )
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({working, stopping, tending}, return_when=asyncio.FIRST_COMPLETED)
                for task in (working, tending):
                    if task.done():
                        task.result()
            finally:
                stop.set()  # which ends the tending; to cancel it would cut its words to the database off
                with suppress(asyncio.CancelledError, Exception):  # what it raised was raised above
                    await asyncio.wait_for(tending, timing.stop_s)
                await _ended((working, stopping), timing.stop_s)
    except (ConnectorException, PsycopgError) as error:
        raise StoreUnavailable(
            f"The job queue cannot be reached: {error}.", hint="Try again in a moment."
        ) from error


@asynccontextmanager
async def _opened(pool: AsyncConnectionPool, within_s: float) -> AsyncIterator[None]:
    try:
        await pool.open(wait=True, timeout=within_s)
        yield
    finally:
        await pool.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]], within_s: float) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, ProcrastinateException, TimeoutError):
            await asyncio.wait_for(task, within_s)


def postgresql(store: Store) -> PostgresqlStore:
    """Return the store as the one on PostgreSQL; raises `ConfigError` where it is another."""
    if not isinstance(store, PostgresqlStore):
        raise ConfigError(
            f"{type(store).__name__} hands out no scans, and has no job queue.",
            hint="Use SQLite or PostgreSQL.",
        )
    return store


def _app(store: PostgresqlStore, settings: Settings, scan: Scan) -> App:
    """Return procrastinate's application with the two jobs that there are."""
    app = App(connector=PsycopgConnector())
    # What fails for the scan's own sake was written down there; this is for a database that is gone for a moment.
    again = RetryStrategy(max_attempts=8, exponential_wait=2, retry_exceptions={StoreError})

    @app.task(name=SCAN_JOB, queue=QUEUE, retry=again)
    async def do(scan_id: str) -> None:
        worker = worker_name()
        run = await store.take_scan(scan_id, worker, now_ms())
        if run is None:
            await _clear_the_way(store, scan_id)
            run = await store.take_scan(scan_id, worker, now_ms())
        if run is not None:
            await do_scan(store, settings, run, scan=scan)

    @app.periodic(cron="* * * * *")
    @app.task(name=PLAN_JOB, queue=QUEUE, queueing_lock=PLAN_JOB, lock=PLAN_JOB, priority=1)
    async def plan(timestamp: int) -> None:
        del timestamp  # the clock of the worker that does it counts: a job may have waited
        await queue_due(store, settings.sites.values(), now_ms())

    return app


async def _clear_the_way(store: PostgresqlStore, scan_id: str) -> None:
    """End a scan of the same site that nobody does any more: whoever has the job has the site's lock, too."""
    wanted = await store.scan(scan_id)
    for run in await store.open_scans():
        if (
            wanted is not None
            and run.site == wanted.site
            and run.status == "running"
            and run.scan_id != scan_id
        ):
            await store.fail_scan(
                run.scan_id, run.worker, now_ms(), "Its worker was lost, and its job with it."
            )


async def _tend(app: App, store: PostgresqlStore, stop: asyncio.Event, timing: Timing) -> None:
    """Hand over what is due, and give away again what dead workers had, round after round."""
    while not stop.is_set():
        try:
            await _hand_over(app, store)
            await _take_over(app, timing)
        except (StoreError, ConnectorException) as error:
            logger.warning("The database does not answer, trying again: %s", error)
        await pause(stop, timing.tend_s)


async def _hand_over(app: App, store: PostgresqlStore) -> None:
    for run in await store.unhanded_scans(now_ms(), BATCH):
        lock = f"scan of {run.site}"
        job = app.configure_task(SCAN_JOB, queue=QUEUE, lock=lock, queueing_lock=lock)
        with suppress(AlreadyEnqueued):  # by another worker, in this moment
            await job.defer_async(scan_id=run.scan_id)
        await store.hand_over_scan(run.scan_id)


async def _take_over(app: App, timing: Timing) -> None:
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=timing.dead_s):
        logger.warning("A worker is silent; its job is given to another: %s", job.task_kwargs)
        with suppress(ConnectorException):  # another worker was first
            await app.job_manager.retry_job(job)
