from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from consent.model.errors import StoreError
from consent.store import open_store
from consent.store.event_keys import register
from consent.store.migrations import migrations, pending
from consent.store.sqlite_file import statements

SCHEMA = Path(__file__).with_name("sqlite_schema.sql")


def schema_of(path: Path) -> str:
    """The schema as SQLite keeps it, one object after the other by name."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()
    return "\n\n".join(f"{row[0]};" for row in rows) + "\n"


def old_database(path: Path, newest: int) -> None:
    """A database as the program left it when ``newest`` was its last migration."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        register(connection)
        connection.execute(
            "CREATE TABLE migration"
            " (number INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied INTEGER NOT NULL)"
        )
        for migration in migrations("sqlite")[:newest]:
            for statement in statements(migration.sql):
                connection.execute(statement)
            row = (migration.number, migration.name, migration.sha256, 1)
            connection.execute("INSERT INTO migration VALUES (?, ?, ?, ?)", row)


async def test_a_new_database_has_the_schema_that_is_written_down(tmp_path: Path) -> None:
    await (await open_store(f"sqlite:///{tmp_path}/new.db")).close()
    assert schema_of(tmp_path / "new.db") == SCHEMA.read_text(encoding="utf-8"), (
        "a migration changed the schema: write the new one into sqlite_schema.sql"
    )


@pytest.mark.parametrize("newest", range(1, len(migrations("sqlite")) + 1))
async def test_each_older_database_with_its_migrations_has_the_same_schema(
    tmp_path: Path, newest: int
) -> None:
    old_database(tmp_path / "old.db", newest)
    await (await open_store(f"sqlite:///{tmp_path}/old.db")).close()
    assert schema_of(tmp_path / "old.db") == SCHEMA.read_text(encoding="utf-8")


async def test_what_an_older_database_holds_is_kept(tmp_path: Path) -> None:
    old_database(tmp_path / "old.db", 1)
    with closing(sqlite3.connect(tmp_path / "old.db", isolation_level=None)) as connection:
        connection.execute("INSERT INTO writer VALUES (?, 1)", (b"w" * 16,))
    store = await open_store(f"sqlite:///{tmp_path}/old.db")
    try:
        assert await store.writers() == [b"w" * 16]
        assert await store.publications() == []
    finally:
        await store.close()


async def test_migrations_are_recorded_and_applied_once(tmp_path: Path) -> None:
    for _ in range(2):
        await (await open_store(f"sqlite:///{tmp_path}/log.db")).close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        applied = connection.execute("SELECT number, name, sha256 FROM migration ORDER BY number").fetchall()
    assert applied == [(one.number, one.name, one.sha256) for one in migrations("sqlite")]


def test_a_database_of_a_newer_program_is_refused() -> None:
    applied = {one.number: one.sha256 for one in migrations("sqlite")} | {9999: "x"}
    with pytest.raises(StoreError, match="schema 9999") as refused:
        pending("sqlite", applied)
    assert refused.value.hint == "Use a newer consentry."


def test_a_migration_that_was_changed_after_it_was_applied_is_refused() -> None:
    with pytest.raises(StoreError, match="0001_initial was applied in another form"):
        pending("sqlite", {1: "another hash"})


_COLUMNS = """
SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
  || CASE WHEN a.attidentity <> '' THEN ' IDENTITY' ELSE '' END
  || CASE WHEN l.collname <> 'default' THEN ' COLLATE ' || l.collname ELSE '' END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY c.relname, a.attname
"""
_INDEXES = (
    "SELECT replace(indexdef, 'public.', '') FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
)
_CONSTRAINTS = """
SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p') ORDER BY conrelid::regclass::text, conname
"""


async def postgresql_schema(url: str) -> str:
    """Columns, indexes and constraints as PostgreSQL tells them."""
    connection = await asyncpg.connect(url)
    try:
        parts = [await connection.fetch(sql) for sql in (_COLUMNS, _INDEXES, _CONSTRAINTS)]
    finally:
        await connection.close()
    return "\n".join("".join(f"{row[0]}\n" for row in part) for part in parts)


async def test_a_new_postgresql_database_has_the_schema_that_is_written_down(postgresql_url: str) -> None:
    await (await open_store(postgresql_url)).close()
    schema = await postgresql_schema(postgresql_url)
    assert schema == SCHEMA.with_name("postgresql_schema.txt").read_text(encoding="utf-8"), (
        "a migration changed the schema: write the new one into postgresql_schema.txt"
    )


@pytest.mark.parametrize("newest", range(1, len(migrations("postgresql")) + 1))
async def test_each_older_postgresql_database_with_its_migrations_has_the_same_schema(
    postgresql_url: str, newest: int
) -> None:
    connection = await asyncpg.connect(postgresql_url)
    try:
        await connection.execute(
            "CREATE TABLE migration"
            " (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied bigint NOT NULL)"
        )
        for one in migrations("postgresql")[:newest]:
            await connection.execute(one.sql)
            await connection.execute(
                "INSERT INTO migration VALUES ($1, $2, $3, 1)", one.number, one.name, one.sha256
            )
        await connection.execute("INSERT INTO writer VALUES (0, $1, 1)", b"w" * 16)
    finally:
        await connection.close()
    store = await open_store(postgresql_url)
    try:
        assert await store.writers() == [b"w" * 16]  # what it holds is kept
    finally:
        await store.close()
    schema = await postgresql_schema(postgresql_url)
    assert schema == SCHEMA.with_name("postgresql_schema.txt").read_text(encoding="utf-8")


async def test_programs_that_open_a_new_postgresql_database_at_once_migrate_it_once(
    postgresql_url: str,
) -> None:
    stores = await asyncio.gather(*(open_store(postgresql_url) for _ in range(4)))
    for store in stores:
        await store.close()
    connection = await asyncpg.connect(postgresql_url)
    try:
        applied = await connection.fetch("SELECT number, name, sha256 FROM migration ORDER BY number")
    finally:
        await connection.close()
    assert [tuple(row) for row in applied] == [
        (one.number, one.name, one.sha256) for one in migrations("postgresql")
    ]
