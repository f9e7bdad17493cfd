"""One SQLite file as the stores use it: one writing thread, reading connections, turns, checkpoints, migrations."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import filelock

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store.event_keys import register
from consent.store.migrations import pending

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_MS = 5000
CACHE_KIB = 64 * 1024
CHECKPOINT_ROWS = 8000
"""After so many appended rows the write-ahead log is folded into the file, beside the writing thread."""
CHECKPOINT_PAGES = 40_000
"""Where the write-ahead log is this long in spite of that, the commit that makes it so folds it in itself."""
TAKING_TURNS_S = 2.0
"""For so long after another process wrote, a batch takes its turn with a lock; alone it needs none."""
TURN_POLL_S = 0.001
_READERS = 2


class SqliteFile:
    """One file in WAL mode with ``synchronous = FULL``.

    `write` runs a function on the writing thread, which alone may use `transaction` and `statement`; `read` runs a query
    on another connection. ``clock`` returns milliseconds since 1970. ``on_rollback`` is called on the writing thread when
    a transaction came to nothing.

    Processes that write to one file take turns by a lock beside it. SQLite's own waiting sleeps longer each time it finds
    the file taken, so that one of two busy processes waits for seconds.
    """

    def __init__(
        self,
        path: Path,
        *,
        create: bool = True,
        clock: Callable[[], int] | None = None,
        on_rollback: Callable[[], None] = lambda: None,
    ) -> None:
        self.path = path
        self.clock = clock or (lambda: time.time_ns() // 1_000_000)
        self._create = create
        self._on_rollback = on_rollback
        self._turns = filelock.FileLock(f"{path}.turn", thread_local=False)
        self._taking_turns_until = 0.0
        self._rows_in_wal = 0
        self._folding = False
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="consentry-write", initializer=_punctual)
        self._checkpointing = ThreadPoolExecutor(1, thread_name_prefix="consentry-checkpoint")
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="consentry-read")
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file and bring its schema up to date."""
        await self.write(self._open)

    def _open(self) -> None:
        if not self.path.parent.is_dir():
            raise ConfigError(f"{self.path}: the folder does not exist.", hint="Create it.")
        if not self._create and not self.path.is_file():
            raise ConfigError(
                f"{self.path}: no such database.",
                hint="Give the one that `consentry serve` writes: --database URL",
            )
        self._connection = connection = self._connect()
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise StoreUnavailable(
                f"{self.path}: this file system cannot hold a WAL database.", hint="Use a local disk."
            )
        connection.execute("PRAGMA synchronous = FULL")
        # What is erased is overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA foreign_keys = ON")
        # Random event keys lie all over their table.
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        register(connection)
        self._migrate()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            isolation_level=None,
            timeout=BUSY_TIMEOUT_MS / 1000,
            check_same_thread=False,
            cached_statements=256,
        )
        self._opened.append(connection)
        return connection

    def _migrate(self) -> None:
        """Apply what is pending; two programs that open the file at once wait for each other."""
        with self.transaction() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS migration"
                " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INTEGER NOT NULL)"
            )
            applied = dict(connection.execute("SELECT number, sha256 FROM migration").fetchall())
            for migration in pending("sqlite", applied):
                for statement in statements(migration.sql):
                    connection.execute(statement)
                row = (migration.number, migration.name, migration.sha256, self.clock())
                connection.execute("INSERT INTO migration VALUES (?, ?, ?, ?)", row)

    async def close(self) -> None:
        """Let the threads finish and close the connections."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._checkpointing.shutdown(wait=True)
        self._reading.shutdown(wait=True)
        self._writing.shutdown(wait=True)
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    async def write(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run on the writing thread; SQLite's errors become `StoreError` or `StoreUnavailable`."""
        return await self._run(self._writing, function, *args, **kwargs)

    def soon(self, function: Callable[[], None]) -> None:
        """Run on the writing thread after what waits for it now; nobody is told how that went."""
        with contextlib.suppress(RuntimeError):  # the file is being closed
            self._writing.submit(function)

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run on a reading thread, where `rows` may be called."""
        return await self._run(self._reading, function, *args, **kwargs)

    async def fetch(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of one query."""
        return await self.read(self.rows, sql, parameters)

    async def _run(
        self, pool: ThreadPoolExecutor, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        def call() -> T:
            try:
                return function(*args, **kwargs)
            except (sqlite3.Error, OSError) as error:
                raise self._explained(error) from error

        try:
            future = pool.submit(call)
        except RuntimeError:  # the pool was shut down
            raise StoreUnavailable(f"{self.path}: the store is closed.") from None
        return await asyncio.wrap_future(future)

    def _explained(self, error: Exception) -> StoreError:
        """Tell a passing state (full, locked, gone) from a broken file."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if isinstance(error, sqlite3.OperationalError | OSError) and code != sqlite3.SQLITE_ERROR:
            hint = "Free space on the disk." if code == sqlite3.SQLITE_FULL else ""
            return StoreUnavailable(f"{self.path}: {error}.", hint=hint)
        if code == sqlite3.SQLITE_NOTADB:
            return StoreError(
                f"{self.path}: is no SQLite database.",
                hint="Give the one that `consentry serve` writes: --database URL",
            )
        return StoreError(f"{self.path}: {error}.", hint="Check the file with: consentry log verify")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Run in one durable transaction of the writing connection; whatever fails leaves nothing behind."""
        with self.statement() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def unhurried_transaction(self) -> Iterator[sqlite3.Connection]:
        """Run in a transaction that need not be durable by itself: what a later one makes sure of, or can be made again.

        In WAL mode it does not wait for the disk (SQLite manual, PRAGMA synchronous). The next durable one waits for this too.
        """
        connection = self._connection
        if connection is not None:
            connection.execute("PRAGMA synchronous = NORMAL")
        try:
            with self.transaction() as connection:
                yield connection
        finally:
            if connection is not None:
                connection.execute("PRAGMA synchronous = FULL")

    @contextmanager
    def statement(self) -> Iterator[sqlite3.Connection]:
        """Run one statement, which is a durable transaction of its own."""
        connection = self._connection
        if connection is None:
            raise StoreUnavailable(f"{self.path}: the store is not open.")
        with self._turn():
            try:
                yield connection
            except BaseException:
                self._on_rollback()
                if connection.in_transaction:  # SQLite has rolled back by itself where the disk was full
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for one's turn, where others write to the file too."""
        if time.monotonic() > self._taking_turns_until:
            yield
            return
        try:
            self._turns.acquire(timeout=BUSY_TIMEOUT_MS / 1000, poll_interval=TURN_POLL_S)
        except filelock.Timeout:
            raise StoreUnavailable(f"{self.path}: the database is locked by another process.") from None
        try:
            yield
        finally:
            self._turns.release()

    def others_write(self) -> None:
        """Take turns from now on: another process was found to have written."""
        self._taking_turns_until = time.monotonic() + TAKING_TURNS_S

    # --- folding the write-ahead log into the file

    def appended(self, rows: int) -> None:
        """Count what was appended, and have the write-ahead log folded in where it has grown long.

        Most of it is done on another thread while batches are written. Only what was written in the meantime is left to
        the writing thread, so that the log starts anew at its beginning.
        """
        self._rows_in_wal += rows
        if self._rows_in_wal < CHECKPOINT_ROWS or self._folding:
            return
        self._folding = True
        with contextlib.suppress(RuntimeError):  # the file is being closed, which folds all of it in
            self._checkpointing.submit(self._fold)

    def _fold(self) -> None:
        self._checkpoint(self._reader())
        self.soon(self._fold_rest)

    def _fold_rest(self) -> None:
        if self._connection is not None:
            self._checkpoint(self._connection)
        self._rows_in_wal = 0
        self._folding = False

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        # A failure loses nothing: the log keeps what could not be folded in, and the next time comes soon.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def empty_wal(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that erased content is nowhere.

        A reader in another process can hold that up; then the next checkpoint does it.
        """
        if self._connection is not None:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a query on this reading thread's own connection."""
        return self._reader().execute(sql, parameters).fetchall()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
        return connection


def _punctual() -> None:
    """Have this thread's short waits end when they should, where the system can: Linux adds 50 us to each (proc(5), timerslack_ns).

    While requests are answered, the writing thread asks for the interpreter's lock after such a wait, and a batch does so several times.
    """
    with contextlib.suppress(OSError):
        Path(f"/proc/{threading.get_native_id()}/timerslack_ns").write_text("1", encoding="ascii")


def statements(sql: str) -> Iterator[str]:
    """Split a script where SQLite itself sees the end of a statement."""
    statement = ""
    for part in sql.splitlines(keepends=True):
        statement += part
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
