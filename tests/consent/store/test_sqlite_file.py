from __future__ import annotations

import contextlib
import sqlite3
import sys
import threading
from pathlib import Path

import pytest

from consent.model.errors import StoreError, StoreUnavailable
from consent.store.sqlite_file import SqliteFile, statements


def test_a_script_is_split_where_a_statement_ends_not_at_every_semicolon() -> None:
    script = "-- a comment; with one\nCREATE TABLE a (b TEXT DEFAULT ';');\n\nCREATE INDEX c\n  ON a (b);\n"
    assert [" ".join(statement.split()) for statement in statements(script)] == [
        "-- a comment; with one CREATE TABLE a (b TEXT DEFAULT ';');",
        "CREATE INDEX c ON a (b);",
    ]


async def test_a_transaction_that_fails_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    undone = []
    file = SqliteFile(tmp_path / "log.db", on_rollback=lambda: undone.append(True))
    await file.open()

    def fail() -> None:
        with file.transaction() as connection:
            connection.execute("INSERT INTO writer VALUES (?, 1)", (bytes(16),))
            raise ValueError("wrong")

    try:
        with pytest.raises(ValueError, match="wrong"):
            await file.write(fail)
        assert undone == [True]
        assert await file.fetch("SELECT * FROM writer") == []
    finally:
        await file.close()


@pytest.mark.skipif(sys.platform != "linux", reason="others have no such setting")
async def test_waits_of_the_writing_thread_end_when_they_should(tmp_path: Path) -> None:
    def slack() -> str:
        return Path(f"/proc/{threading.get_native_id()}/timerslack_ns").read_text(encoding="ascii").strip()

    file = SqliteFile(tmp_path / "log.db")
    try:
        assert await file.write(slack) == "1"
        assert await file.read(slack) != "1"
    finally:
        await file.close()


async def test_reading_connections_cannot_write(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "log.db")
    await file.open()
    try:
        with pytest.raises(StoreError, match="readonly"):
            await file.fetch("INSERT INTO writer VALUES (x'00', 1)")
    finally:
        await file.close()


async def test_a_wrong_statement_is_a_failure_and_a_vanished_disk_a_passing_state(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "log.db")
    wrong = sqlite3.OperationalError("no such table: x")
    wrong.sqlite_errorcode = sqlite3.SQLITE_ERROR
    assert type(file._explained(wrong)) is StoreError
    gone = sqlite3.OperationalError("disk I/O error")
    gone.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
    assert type(file._explained(gone)) is StoreUnavailable
    await file.close()


@pytest.mark.parametrize("fails", [False, True])
async def test_after_a_transaction_that_may_be_lost_every_other_one_waits_for_the_disk_again(
    tmp_path: Path, *, fails: bool
) -> None:
    file = SqliteFile(tmp_path / "log.db")
    await file.open()
    levels: list[int] = []

    def write() -> None:
        with contextlib.suppress(ZeroDivisionError), file.unhurried_transaction() as connection:
            levels.append(connection.execute("PRAGMA synchronous").fetchone()[0])
            connection.execute("CREATE TABLE unhurried (number INTEGER)")
            if fails:
                raise ZeroDivisionError
        with file.transaction() as connection:
            levels.append(connection.execute("PRAGMA synchronous").fetchone()[0])

    try:
        await file.write(write)
        assert levels == [1, 2]
        made = await file.fetch("SELECT name FROM sqlite_master WHERE name = 'unhurried'")
        assert len(made) == (0 if fails else 1)
    finally:
        await file.close()
