from __future__ import annotations

import socket
from typing import Any

import asyncpg
import pytest

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store.postgresql_server import PostgresqlServer, shown


async def nothing(connection: Any) -> None:
    """No chain is needed here."""


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://u:secret@db.example:5432/log", "postgresql://db.example:5432/log"),
        ("postgresql://u:se%40cret@db.example/log?password=secret", "postgresql://db.example/log"),
        ("postgresql:///log?host=/run/postgresql", "postgresql:///log"),
    ],
)
def test_no_message_shows_user_password_or_options(url: str, name: str) -> None:
    assert shown(url) == name


async def test_a_server_that_nobody_runs_is_unavailable_and_the_password_is_not_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    server = PostgresqlServer(f"postgresql://u:secret@127.0.0.1:{port}/log", on_connect=nothing)
    with pytest.raises(StoreUnavailable, match="cannot be reached") as refused:
        await server.open()
    assert "secret" not in str(refused.value)
    await server.close()


@pytest.mark.parametrize("url", ["postgresql://host:port/log", "postgresql://u@h/log?sslmode=sometimes"])
async def test_a_url_that_cannot_be_used_is_told_with_the_form(url: str) -> None:
    server = PostgresqlServer(url, on_connect=nothing)
    with pytest.raises(ConfigError) as refused:
        await server.open()
    assert "postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in refused.value.hint
    await server.close()


async def test_reading_connections_cannot_write(postgresql_url: str) -> None:
    server = PostgresqlServer(postgresql_url, on_connect=nothing)
    await server.open()
    try:
        with pytest.raises(StoreError, match="read-only"):
            await server.fetch("INSERT INTO writer VALUES (1, $1, 1)", bytes(16))
    finally:
        await server.close()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (asyncpg.DiskFullError("no space left"), StoreUnavailable),
        (asyncpg.AdminShutdownError("terminating"), StoreUnavailable),
        (asyncpg.CannotConnectNowError("starting up"), StoreUnavailable),
        (asyncpg.TooManyConnectionsError("too many"), StoreUnavailable),
        (asyncpg.ReadOnlySQLTransactionError("a standby"), StoreUnavailable),
        (asyncpg.InterfaceError("connection is closed"), StoreUnavailable),
        (TimeoutError(), StoreUnavailable),
        (ConnectionResetError("reset"), StoreUnavailable),
        (asyncpg.UndefinedTableError("no such table"), StoreError),
        (asyncpg.DataError("a wrong value"), StoreError),
    ],
)
def test_a_passing_state_is_told_from_a_broken_one(error: Exception, kind: type[StoreError]) -> None:
    server = PostgresqlServer("postgresql:///log", on_connect=nothing)
    with pytest.raises(StoreError) as told, server._explained():
        raise error
    assert type(told.value) is kind
