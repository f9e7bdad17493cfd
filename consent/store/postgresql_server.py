"""One PostgreSQL database as the store uses it: a writing connection, reading connections, migrations, errors.

Connections come back by themselves: one that was lost is made anew for the next call, and the call that lost it fails.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store.migrations import pending

CONNECT_S = 10.0
COMMAND_S = 60.0
"""How long a new connection and a statement may take before the database counts as gone."""

LOCK_CLASS = 0x636F6E73
"""First key of all advisory locks: "cons" in ASCII. The second one is a writer's number, or one of the two below."""
MIGRATION_LOCK = -1
PUBLICATION_LOCK = -2

_READERS = 4
# PostgreSQL manual, appendix A: no connection, no resources (a full disk is 53100), stopped by an operator; then a
# standby that only reads, a lock that was not to be had, and two transactions in each other's way.
_PASSING_CLASSES = {"08", "53", "57"}
_PASSING_STATES = {"25006", "55P03", "40001", "40P01"}


class PostgresqlServer:
    """One database. ``clock`` returns milliseconds since 1970; ``on_connect`` prepares each new writing connection."""

    def __init__(
        self,
        url: str,
        *,
        create: bool = True,
        clock: Callable[[], int] | None = None,
        on_connect: Callable[[asyncpg.Connection], Awaitable[None]],
    ) -> None:
        self.name = shown(url)
        self.clock = clock or (lambda: time.time_ns() // 1_000_000)
        self._url = url
        self._create = create
        self._on_connect = on_connect
        self._connection: asyncpg.Connection | None = None
        self._pool: asyncpg.Pool | None = None
        self._turn = asyncio.Lock()
        self._closed = False

    async def open(self) -> None:
        """Connect and bring the schema up to date; raises `ConfigError` where there is no such database or log."""
        async with self._turn:
            with self._explained():
                self._connection = await self._connect()
                await self._migrate(self._connection)
                await self._on_connect(self._connection)
                # Created without a connection; readers make theirs when they are needed.
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=0,
                    max_size=_READERS,
                    timeout=CONNECT_S,
                    command_timeout=COMMAND_S,
                    server_settings={
                        "application_name": "consentry read",
                        "default_transaction_read_only": "on",
                    },
                )

    async def _connect(self) -> asyncpg.Connection:
        try:
            connection = await asyncpg.connect(
                self._url,
                timeout=CONNECT_S,
                command_timeout=COMMAND_S,
                server_settings={
                    "application_name": "consentry write",
                    "default_transaction_isolation": "read committed",
                },
            )
        except asyncpg.InvalidCatalogNameError as error:
            raise ConfigError(
                f"{self.name}: no such database on that server.", hint="Make it: createdb NAME"
            ) from error
        except asyncpg.InvalidAuthorizationSpecificationError as error:
            raise ConfigError(
                f"{self.name}: the server refuses this user: {error}.",
                hint="Check name and password in the URL.",
            ) from error
        except ValueError as error:
            raise ConfigError(
                f"{self.name}: this URL cannot be used: {error}.",
                hint="Expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
            ) from error
        # An answer means that the record is on the disk, whatever the database's default is.
        await connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        return connection

    async def _migrate(self, connection: asyncpg.Connection) -> None:
        """Apply what is pending; programs that open the database at once wait for each other."""
        there = await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        if not there and not self._create:
            raise ConfigError(
                f"{self.name}: there is no such database with a consent log.",
                hint="Give the one that `consentry serve` writes, or let it make the log: consentry serve --database URL",
            )
        # A user who may only read and write rows can still open a log that is up to date.
        if there and not pending("postgresql", await self._applied(connection)):
            return
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK_CLASS, MIGRATION_LOCK)
            await connection.execute(
                "CREATE TABLE IF NOT EXISTS migration"
                " (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied bigint NOT NULL)"
            )
            for migration in pending("postgresql", await self._applied(connection)):
                await connection.execute(migration.sql, timeout=None)
                row = (migration.number, migration.name, migration.sha256, self.clock())
                await connection.execute("INSERT INTO migration VALUES ($1, $2, $3, $4)", *row)

    async def _applied(self, connection: asyncpg.Connection) -> dict[int, str]:
        return dict(await connection.fetch("SELECT number, sha256 FROM migration"))

    async def close(self) -> None:
        """Let what runs finish, and close the connections."""
        self._closed = True
        async with self._turn:
            pool, self._pool = self._pool, None
            connection, self._connection = self._connection, None
            if pool is not None:
                try:
                    await asyncio.wait_for(pool.close(), CONNECT_S)
                except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                    pool.terminate()
            if connection is not None:
                try:
                    await connection.close(timeout=CONNECT_S)
                except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
                    connection.terminate()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[asyncpg.Connection]:
        """Have the writing connection for oneself. After a failure that may pass, it is dropped: its state is unknown."""
        async with self._turn:
            try:
                with self._explained():
                    self._check_open()
                    if self._connection is None or self._connection.is_closed():
                        self._connection = await self._connect()
                        await self._on_connect(self._connection)
                    yield self._connection
            except (StoreUnavailable, asyncio.CancelledError):
                if self._connection is not None:
                    self._connection.terminate()
                    self._connection = None
                raise

    async def fetch(self, sql: str, *parameters: Any) -> list[Any]:
        """Return all rows of one query, read on a connection that cannot write."""
        with self._explained():
            self._check_open()
            if self._pool is None:
                raise StoreUnavailable(f"{self.name}: the store is not open.")
            connection: PoolConnectionProxy
            async with self._pool.acquire(timeout=CONNECT_S) as connection:
                return list(await connection.fetch(sql, *parameters))

    def _check_open(self) -> None:
        if self._closed:
            raise StoreUnavailable(f"{self.name}: the store is closed.")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell a passing state (full, restarting, gone) from a broken one."""
        try:
            yield
        except asyncpg.PostgresError as error:
            state = str(error.sqlstate or "")
            hint = "Free space on the database's disk." if state == "53100" else ""
            if state[:2] in _PASSING_CLASSES or state in _PASSING_STATES:
                raise StoreUnavailable(f"{self.name}: {error}.", hint=hint) from error
            raise StoreError(f"{self.name}: {error}.", hint="See the database's own log.") from error
        except (OSError, TimeoutError) as error:
            reason = str(error) or "no answer in time"
            raise StoreUnavailable(
                f"{self.name}: the database cannot be reached: {reason}.", hint="Try again in a moment."
            ) from error
        except asyncpg.InterfaceError as error:
            kind = StoreError if isinstance(error, ValueError) else StoreUnavailable
            raise kind(f"{self.name}: {error}.") from error
        except asyncpg.InternalClientError as error:
            raise StoreUnavailable(f"{self.name}: {error}.") from error


def shown(url: str) -> str:
    """Return a URL without user, password and options, for messages."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
