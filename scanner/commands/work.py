"""`consentry work`: does the scans that wait, and queues those that are due."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path

import click

from consent.logs import Format, set_up
from consent.model.errors import ConfigError
from consent.model.sites import Settings
from consent.store import Store, open_store
from consent.store.scan_store import ScanQueue
from scanner.decisions import database_of
from scanner.report_options import DEFAULT_SITES, settings_of
from scanner.scan_inputs import without_secrets
from scanner.worker import leased
from scanner.worker.scan import worker_name

logger = logging.getLogger("consentry.worker")

IDLE_S = 60.0
"""The worker of a server ends when it had nothing to do for so long; the server starts another when there is."""


@click.command("work")
@click.option(
    "--sites",
    "sites_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=DEFAULT_SITES,
    show_default=True,
    metavar="FILE",
    help="The sites file.",
)
@click.option(
    "--database",
    metavar="URL",
    help="Where the scans wait; else CONSENTRY_DATABASE, else the sites file says it.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the log lines on standard error.",
)
@click.option(
    "--of-server", is_flag=True, hidden=True, help="End with whoever holds standard input, and when idle."
)
def command(*, sites_file: Path, database: str | None, log_format: Format, of_server: bool) -> None:
    """Do the scans that wait, one after the other, and queue those that are due.

    On PostgreSQL as many of these may run as wanted, on any machines. SIGTERM and Ctrl-C put the scan that runs back and end it.
    """
    set_up(log_format)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # what it tells of every job is told by ours
    settings = settings_of(sites_file)
    if settings is None:
        raise ConfigError(f"{sites_file}: no such file.", hint="Give --sites FILE.")
    if importlib.util.find_spec("playwright") is None:
        raise ConfigError(
            "A worker needs a browser's driver, which comes with the extra [scan].",
            hint="pip install 'consentry[scan]'",
        )
    asyncio.run(_work(settings, database_of(database, settings), of_server=of_server))


async def _work(settings: Settings, url: str, *, of_server: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    ending = asyncio.create_task(_end_with_input(stop)) if of_server else None
    store = await open_store(url)
    try:
        logger.info("Worker %s scans what waits in %s", worker_name(), without_secrets([url])[0])
        await _until_stopped(store, url, settings, stop, idle_s=IDLE_S if of_server else None)
    finally:
        await store.close()
        if ending is not None:
            ending.cancel()


async def _until_stopped(
    store: Store, url: str, settings: Settings, stop: asyncio.Event, *, idle_s: float | None
) -> None:
    if isinstance(store, ScanQueue):
        await leased.work(store, settings, stop, idle_s=idle_s)
        return
    try:
        from scanner.worker import job_queue  # noqa: PLC0415 - needs the extra [postgres]
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"A worker on PostgreSQL needs {error.name}, which is not installed.",
            hint="pip install 'consentry[postgres]'",
        ) from error
    await job_queue.work(job_queue.postgresql(store), url, settings, stop)


async def _end_with_input(stop: asyncio.Event) -> None:
    """Set ``stop`` when the server that holds the other end of standard input is gone, whatever ended it."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
    )
    while await reader.read(1_024):
        pass
    stop.set()
