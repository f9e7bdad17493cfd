from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.model.errors import StoreError
from consent.store import open_store
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
