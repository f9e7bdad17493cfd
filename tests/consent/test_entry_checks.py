"""Any single change of a stored value, and any row taken away, copied or exchanged, is found."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from consent.anchors import Anchors, current_anchors
from consent.log import RequestContext
from consent.store import open_store
from consent.store.payloads import PayloadCodec
from consent.verification import Verification, verify
from tests.consent.factories import database, event, fill, opened_log

KEYS = {"entry": "position", "seal": "number", "writer": "id", "notice": "version"}
SEALED = {
    "entry": (
        "position", "kind", "time", "record_id", "site", "consent_id", "event_id", "expires", "salt", "payload",
        "commitment", "erased_by",
    ),
    "seal": ("number", "first", "size", "sealed", "hash", "locators"),
    "writer": ("id",),
    "notice": ("version", "content"),
}  # fmt: skip
"""Every column that proves something; when a row was made and by which publication is told, but not sealed."""


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Anchors]:
    """A log with single records, a batch of several, an erasure and its tombstones; and an anchor of it."""
    folder = tmp_path_factory.mktemp("log")

    async def make() -> Anchors:
        async with opened_log(folder) as (log, version):
            made = await fill(log, version, 4)
            events = [event(version) for _ in range(6)]
            await asyncio.gather(*(log.append(one, RequestContext()) for one in events))
            await log.erase(made[1].consent_id, reason="visitor")
            await fill(log, version, 2)
            return await current_anchors(log.store)

    anchors = asyncio.run(make())
    return folder / "consentry.db", anchors


def verified(path: Path, anchors: Anchors) -> Verification:
    async def run() -> Verification:
        store = await open_store(database(path.parent))
        try:
            return await verify(store, anchors)
        finally:
            await store.close()

    return asyncio.run(run())


def changed(value: Any, data: st.DataObject) -> Any:
    """One bit or one letter of a value made another; where there was nothing, something."""
    if value is None:
        return data.draw(st.sampled_from([0, "x", b"\0", b"\0" * 16, b"\1" * 32]))
    if isinstance(value, int):
        return value ^ (1 << data.draw(st.integers(0, 40)))
    if not value:
        return value + (b"\0" if isinstance(value, bytes) else "x")
    place = data.draw(st.integers(0, len(value) - 1))
    if isinstance(value, bytes):
        byte = value[place] ^ (1 << data.draw(st.integers(0, 7)))
        return value[:place] + bytes([byte]) + value[place + 1 :]
    return value[:place] + ("y" if value[place] == "x" else "x") + value[place + 1 :]


def copy_of(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / "consentry.db"
    for old in folder.iterdir():
        old.unlink()
    shutil.copy(path, target)
    return target


def connected(path: Path) -> closing[sqlite3.Connection]:
    """As whoever owns the file: constraints and indexes are no obstacle."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for name in ("entry_event", "entry_record"):
        connection.execute(f"DROP INDEX IF EXISTS {name}")
    return closing(connection)


MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_log_is_intact_before_it_is_touched(log_file: tuple[Path, Anchors]) -> None:
    result = verified(*log_file)
    assert (result.intact, result.records, result.erased, result.anchored) == (True, 11, 1, True)


@given(data=st.data())
@MANY
def test_any_single_altered_value_is_found(
    log_file: tuple[Path, Anchors], tmp_path: Path, data: st.DataObject
) -> None:
    path, anchors = log_file
    target = copy_of(path, tmp_path / "copy")
    table = data.draw(st.sampled_from(["entry", "entry", "entry", "seal", "seal", "writer", "notice"]))
    column = data.draw(st.sampled_from(SEALED[table]))
    with connected(target) as connection:
        keys = [row[0] for row in connection.execute(f"SELECT {KEYS[table]} FROM {table}")]
        key = data.draw(st.sampled_from(keys))
        sql = f"SELECT {column} FROM {table} WHERE {KEYS[table]} = ?"
        (value,) = connection.execute(sql, (key,)).fetchone()
        new = changed(value, data)
        if column == "payload" and isinstance(value, bytes) and isinstance(new, bytes):
            # Other bytes that decode to the same record are another encoding, and no alteration.
            assume(PayloadCodec().unpack(new) != PayloadCodec().unpack(value))
        connection.execute("PRAGMA foreign_keys = OFF")
        try:
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {KEYS[table]} = ?", (new, key))
        except sqlite3.IntegrityError:
            assume(False)
    result = verified(target, anchors)
    assert not result.intact, f"{table}.{column} of {key!r}: {value!r} became {new!r}"
    assert result.problem is not None
    assert result.problem.message


@given(data=st.data())
@settings(MANY, max_examples=30)
def test_any_row_taken_away_copied_or_exchanged_is_found(
    log_file: tuple[Path, Anchors], tmp_path: Path, data: st.DataObject
) -> None:
    path, anchors = log_file
    target = copy_of(path, tmp_path / "copy")
    table = data.draw(st.sampled_from(["entry", "seal"]))
    key = KEYS[table]
    rest = ", ".join(name for name in SEALED[table] if name != key)
    with connected(target) as connection:
        keys = [row[0] for row in connection.execute(f"SELECT {key} FROM {table} ORDER BY {key}")]
        one = data.draw(st.sampled_from(keys))
        deed = data.draw(st.sampled_from(["delete", "cut", "copy", "exchange"]))
        if deed == "delete":
            connection.execute(f"DELETE FROM {table} WHERE {key} = ?", (one,))
        elif deed == "cut":
            connection.execute(f"DELETE FROM {table} WHERE {key} >= ?", (one,))
        elif deed == "copy":
            place = data.draw(st.sampled_from([0, -1, keys[-1] + 1, keys[-1] + 7]))
            connection.execute(
                f"INSERT INTO {table} ({key}, {rest}) SELECT ?, {rest} FROM {table} WHERE {key} = ?",
                (place, one),
            )
        else:
            other = data.draw(st.sampled_from([each for each in keys if each != one]))
            for old, new in ((one, -99), (other, one), (-99, other)):
                connection.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", (new, old))
    result = verified(target, anchors)
    assert not result.intact, f"{deed} of {table} {one}"
