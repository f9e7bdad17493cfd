"""`consentry serve`: the widget, the consent log and the declaration over HTTP."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click
import msgspec

from consent.commands import database_option, database_url, sites_option
from consent.logs import Format, set_up
from consent.model.errors import ConfigError
from consent.model.sites import Settings, load_sites
from consent.store import open_store
from consent.web.app import make_app
from consent.web.listening import KEEP_ALIVE_S, PatientSite
from consent.web.operations import ENDING
from consent.web.remembered import RememberingRunner
from consent.worker_process import WorkerProcess, work_command

SHUTDOWN_S = 10.0
BACKLOG = 1024
SWITCH_INTERVAL_S = 0.000_005
YOUNG_OBJECTS = 20_000
"""New objects after which the collector looks for cycles; a request makes a hundred, and leaves none behind."""


@click.command()
@sites_option
@database_option
@click.option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.")
@click.option("--public-url", metavar="URL", help="The server's address as visitors' browsers see it.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the log lines on standard error.",
)
@click.option("--log-requests", is_flag=True, help="Write a line for every request, not only for failures.")
@click.option(
    "--grace",
    type=click.FloatRange(min=0, max=600),
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="After SIGTERM, for how long /readyz says no before the server stops to listen.",
)
@click.option(
    "--worker/--no-worker",
    default=None,
    help="Run scans in a process beside the server; by default where the log is in SQLite.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the address as JSON.")
def command(
    *,
    sites: Path,
    database: str | None,
    listen: str | None,
    public_url: str | None,
    log_format: Format,
    log_requests: bool,
    grace: float,
    worker: bool | None,
    as_json: bool,
) -> None:
    """Serve the widget, the consent log and the declaration.

    Prints one line with the address when it is ready. SIGTERM and Ctrl-C finish what was begun, then end it.
    """
    set_up(log_format)
    settings = load_sites(sites)
    server = _bound(listen or settings.server.listen)
    host, port = server.getsockname()[:2]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    public = (public_url or settings.server.public_url or address).rstrip("/")
    line = (
        msgspec.json.encode({"data": {"address": address, "public_url": public}}).decode()
        if as_json
        else f"Consentry serves {len(settings.sites)} site(s) on {address}"
    )
    # The writing thread needs the interpreter's lock for a moment between two statements. It asks for it when it has waited for so
    # long in vain; but uvloop lets go of the lock for an instant at each event, which wakes the thread too late and makes it wait
    # anew. So the wait has to be shorter than the time between two events, or a batch waits longer for the lock than for the disk.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        store = database_url(database, settings)
        starts = None
        if worker or (worker is None and store.startswith("sqlite:")):
            starts = work_command(sites, log_format)
        runner.run(
            _serve(
                settings, store, server, public, line, starts=starts, log_requests=log_requests, grace_s=grace
            )
        )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return uvloop's where it is installed (extra [speed])."""
    if importlib.util.find_spec("uvloop") is None:
        return None
    import uvloop  # noqa: PLC0415 - optional

    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _bound(listen: str) -> socket.socket:
    """Bind first: with port 0 only the socket knows the address that everything else is told."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, int(port)), family=family, backlog=BACKLOG)
    except (OSError, ValueError, OverflowError) as error:
        # Beside the reason, Python's own text repeats the address, or speaks of int() and getsockaddrarg().
        why = (
            os.strerror(error.errno) if isinstance(error, OSError) and error.errno and error.errno > 0 else ""
        )
        raise ConfigError(
            f"{listen}: cannot listen there: {why or 'no address of the form HOST:PORT'}.",
            hint="Give a free HOST:PORT, such as 127.0.0.1:8080.",
        ) from error


async def _serve(
    settings: Settings,
    database: str,
    server: socket.socket,
    public_url: str,
    line: str,
    *,
    starts: list[str] | None,
    log_requests: bool,
    grace_s: float,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    store = await open_store(database, exclusive=True)
    scanning = None
    try:
        app = make_app(settings, store, public_url=public_url, log_requests=log_requests)
        # No access log: its lines would hold visitors' addresses and consent ids.
        runner = RememberingRunner(
            app, access_log=None, shutdown_timeout=SHUTDOWN_S, keepalive_timeout=KEEP_ALIVE_S
        )
        await runner.setup()
        try:
            await PatientSite(runner, server, backlog=BACKLOG).start()
            # What stands by now stays: the collector need not look at it again while requests come in.
            gc.collect()
            gc.freeze()
            gc.set_threshold(YOUNG_OBJECTS, 20, 20)
            if starts is not None:
                beside = WorkerProcess(store, settings, starts, database=database)
                scanning = asyncio.create_task(beside.run(stop), name="consentry-worker")
            click.echo(line)
            await stop.wait()
            app[ENDING].set()
            await asyncio.sleep(grace_s)
        finally:
            await runner.cleanup()
    finally:
        stop.set()
        if scanning is not None:
            await scanning
        await store.close()
