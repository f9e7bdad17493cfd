"""The worker of a server: a process beside it that scans, started when there is something to scan.

A browser is the last thing that belongs into a process that answers visitors, so the server only looks after it: it queues
what is due, starts the worker when something waits, starts it again where it crashed, and takes it along when it ends. The
worker holds the other end of a pipe, so it ends also where the server was killed.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from consent.model.errors import ConsentryError
from consent.model.sites import Settings
from consent.schedules import queue_due
from consent.store import Store
from consent.times import now_ms

logger = logging.getLogger("consentry.worker")

LOOK_S = 2.0
"""How often the server looks whether something is due; one look is two queries of 50 microseconds."""
FIRST_REST_S = 1.0
LONGEST_REST_S = 60.0
"""Before a worker that crashed is started again: the double each time, up to this."""
ENDING_S = 20.0
"""How long a worker may take to put its scan back before it is ended by force."""


def worker_of(pid: int) -> str:
    """Return the name of a worker in the list of scans: machine and process id."""
    return f"{socket.gethostname()}:{pid}"


def work_command(sites: Path, log_format: str) -> list[str]:
    """Return the command of a server's worker; the database, which may hold a password, goes by the environment."""
    options = ["--sites", str(sites), "--log-format", log_format, "--of-server"]
    return [sys.executable, "-m", "consent.cli", "work", *options]


def can_scan() -> bool:
    """Whether a browser's driver is installed here; nothing of it is imported."""
    return importlib.util.find_spec("playwright") is not None


class WorkerProcess:
    """Looks after one worker process. ``command`` starts it; it is to end with 0 when it has nothing to do."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        command: list[str],
        *,
        database: str,
        able: Callable[[], bool] = can_scan,
        look_s: float = LOOK_S,
        first_rest_s: float = FIRST_REST_S,
    ) -> None:
        self._store = store
        self._settings = settings
        self._command = command
        self._database = database
        self._able = able
        self._look_s = look_s
        self._first_rest_s = first_rest_s
        self._process: asyncio.subprocess.Process | None = None
        self._crashes = 0
        self._rests_until = 0.0
        self._begun = False
        self._told = False

    async def run(self, stop: asyncio.Event) -> None:
        """Look after the worker until ``stop`` is set, then end it."""
        try:
            while not stop.is_set():
                try:
                    await self._look()
                except ConsentryError as error:  # the next round tries again
                    logger.warning("What is to be scanned could not be read: %s", error)
                except OSError as error:
                    logger.error("The worker could not be started: %s", error.strerror)  # noqa: TRY400 - told in words
                    self._rest()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._look_s)
        finally:
            await self._end()

    async def _look(self) -> None:
        await queue_due(self._store, self._settings.sites.values(), now_ms())
        if self._process is not None and self._process.returncode is not None:
            await self._ended(self._process)
            self._process = None
        if self._process is None and await self._is_wanted():
            await self._start()

    async def _is_wanted(self) -> bool:
        """Whether a scan waits, or, at the beginning, runs: then its worker may have ended with an earlier server."""
        runs = await self._store.open_scans()
        first, self._begun = not self._begun, True
        now = now_ms()
        if not any(run.due_ms <= now and (run.status == "queued" or first) for run in runs):
            return False
        if not self._able():
            if not self._told:
                logger.warning(
                    "Scans wait, but this server has no browser's driver: pip install 'consentry[scan]', or run"
                    " `consentry work` where it is installed. Visitors are served all the same."
                )
                self._told = True
            return False
        return asyncio.get_running_loop().time() >= self._rests_until

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            env=os.environ | {"CONSENTRY_DATABASE": self._database},
        )
        logger.info("Started the worker %s, as scans wait", worker_of(self._process.pid))

    async def _ended(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode == 0:
            self._crashes = 0
            return
        self._rest()
        logger.warning("The worker ended unexpectedly (%s); it is started again", process.returncode)
        for run in (
            await self._store.open_scans()
        ):  # whoever had them is known to be gone: no need to wait for the lease
            if run.status == "running" and run.worker == worker_of(process.pid):
                await self._store.put_back_scan(
                    run.scan_id, run.worker, now_ms(), "Its worker ended unexpectedly; the scan begins anew."
                )

    def _rest(self) -> None:
        seconds = min(self._first_rest_s * 2 ** min(self._crashes, 10), LONGEST_REST_S)
        self._crashes += 1
        self._rests_until = asyncio.get_running_loop().time() + seconds

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), ENDING_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
