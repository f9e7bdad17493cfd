from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from consent.store import event_keys, open_store, sqlite_events
from consent.store.entries import NewEntry
from consent.store.notes import erasure_note
from consent.store.sqlite import SqliteStore
from tests.consent.store.test_contract import entry, everything


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A log whose keys are added to the table early, a few at a time."""
    monkeypatch.setattr(sqlite_events, "MERGE_AT", 40)
    monkeypatch.setattr(sqlite_events, "SLICE", 8)
    return f"sqlite:///{tmp_path}/log.db"


async def opened(url: str) -> SqliteStore:
    store = await open_store(url)
    assert isinstance(store, SqliteStore)
    return store


def numbered(first: int, last: int) -> list[NewEntry]:
    return [entry(f"visitor-{number}") for number in range(first, last)]


def rows(url: str, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        return connection.execute(sql).fetchall()


async def filled(store: SqliteStore, entries: int) -> list[NewEntry]:
    """Append in batches of five, as under load: between two of them some keys are added."""
    made = numbered(0, entries)
    for start in range(0, entries, 5):
        assert await store.append(made[start : start + 5]) == [None] * 5
    return made


async def test_keys_are_added_to_the_table_a_few_at_a_time_and_none_is_missing(url: str) -> None:
    store = await opened(url)
    try:
        await filled(store, 300)
        await store.probe()  # behind what waits for the writing thread
        [(indexed,)] = rows(url, "SELECT indexed FROM event_state")
        assert 40 <= indexed < 300
        [(missing,)] = rows(
            url,
            f"SELECT count(*) FROM entry WHERE position <= {indexed} AND position NOT IN (SELECT position FROM event_key)",
        )
        assert missing == 0
        keys = [row[0] for row in rows(url, "SELECT key FROM event_key")]
        assert keys == sorted(set(keys))
    finally:
        await store.close()


@pytest.mark.parametrize("again", [False, True])
async def test_a_repeated_event_is_found_wherever_its_key_is(url: str, *, again: bool) -> None:
    store = await opened(url)
    try:
        made = await filled(store, 130)
        if again:  # in the middle of adding keys
            await store.close()
            store = await opened(url)
        assert await store.append(made) == [one.payload for one in made]
        for one in made[::13]:
            assert [found.payload for found in await store.history(one.consent_id or "")] == [one.payload]
        assert len(await everything(store)) == 130
    finally:
        await store.close()


async def test_two_processes_that_both_add_keys_store_no_event_twice(url: str) -> None:
    stores = [await opened(url), await opened(url)]
    try:
        for start in range(0, 300, 5):
            some = numbered(start, start + 5)
            assert await stores[start // 5 % 2].append(some) == [None] * 5
        for store in stores:
            repeated = numbered(0, 300)
            assert await store.append(repeated) == [one.payload for one in repeated]
        assert len(await everything(stores[0])) == 300
    finally:
        for store in stores:
            await store.close()


async def test_events_whose_keys_are_alike_are_told_apart_by_their_ids(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_events, "event_key", lambda *_: 7)
    monkeypatch.setattr(sqlite_events, "keys_of_visitor", lambda *_: (7, 7))
    monkeypatch.setattr(
        "consent.store.sqlite_file.register",
        lambda connection: connection.create_function("event_key", 3, lambda *_: 7),
    )
    store = await opened(url)
    try:
        made = await filled(store, 100)
        assert await store.append(made) == [one.payload for one in made]
        assert [one.consent_id for one in await store.history(made[3].consent_id or "")] == [
            made[3].consent_id
        ]
    finally:
        await store.close()


async def test_no_key_of_an_erased_event_stays_and_its_ids_may_be_used_again(url: str) -> None:
    store, other = await opened(url), await opened(url)
    try:
        made = await filled(store, 100)
        assert await other.history(made[0].consent_id or "")  # it has gathered the keys too
        gone = [made[2], made[97]]
        await store.erase([one.record_id for one in gone], erasure_note([], reason="visitor"))
        secret = rows(url, "SELECT secret FROM event_state")[0][0]
        for start in range(100, 200, 5):  # the other one adds what it gathered before
            await other.append(numbered(start, start + 5))
        await other.probe()
        keys = {row[0] for row in rows(url, "SELECT key FROM event_key")}
        for one in gone:
            assert event_keys.event_key(secret, one.consent_id or "", one.event_id or "") not in keys
            assert await other.history(one.consent_id or "") == []
        assert await store.append([entry("visitor-2"), entry("visitor-97")]) == [None, None]
    finally:
        await store.close()
        await other.close()


async def test_a_batch_that_is_rolled_back_leaves_no_key(url: str) -> None:
    store = await opened(url)
    try:
        await store.append(numbered(0, 5))
        broken = entry("broken")._replace(record_id=b"short")
        with pytest.raises(Exception, match="constraint"):
            await store.append([*numbered(5, 9), broken])
        assert await store.append(numbered(5, 9)) == [None] * 4
        assert len(await everything(store)) == 9
    finally:
        await store.close()


async def test_the_keys_of_a_log_that_had_none_are_made_when_it_is_opened(url: str) -> None:
    store = await opened(url)
    made = await filled(store, 50)
    await store.close()
    # As the program left it before there were keys.
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        connection.execute("DROP TABLE event_key")
        connection.execute("DROP TABLE event_state")
        connection.execute("CREATE VIEW batch (position) AS SELECT position FROM entry")
        connection.execute(
            "CREATE UNIQUE INDEX entry_event ON entry (consent_id, event_id) WHERE consent_id IS NOT NULL"
        )
        connection.execute("DELETE FROM migration WHERE number >= 15")
    store = await opened(url)
    try:
        assert rows(url, "SELECT count(*) FROM event_key") == [(50,)]
        assert await store.append(made) == [one.payload for one in made]
    finally:
        await store.close()
