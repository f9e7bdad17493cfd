from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from consent.model.errors import ConfigError, StoreUnavailable
from consent.store import Store, chain, open_store
from consent.store.entries import EntryKind
from consent.store.notes import erasure_note
from consent.store.sqlite import SqliteStore
from tests.consent.store.test_contract import entry, everything


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", "sqlite:///folder/", "sqlite://host/log.db"])
async def test_a_url_that_names_no_file_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="expected sqlite:///FILE"):
        await open_store(url)


async def assert_chain_holds(store: Store) -> None:
    [writer] = await store.writers()
    stored = await everything(store)
    head = chain.genesis(writer)
    for seal in await store.seals(writer, after=0, limit=1000):
        batch = stored[seal.first - 1 : seal.last]
        commitments = [chain.commitment_of(one) or b"" for one in batch]
        lines = [
            chain.line(one.kind, one.time, one.record_id, commitment)
            for one, commitment in zip(batch, commitments, strict=True)
        ]
        assert seal == chain.seal(writer, head, seal.sealed, lines, commitments)
        head = chain.after(seal)
    assert head.position == len(stored)


async def test_processes_that_serve_from_one_file_continue_one_chain_in_turns(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    stores = [await open_store(url, exclusive=True) for _ in range(3)]
    try:

        async def serve(name: int) -> None:
            for number in range(20):
                answer = await stores[name].append([entry(f"{name}-{number}-{n}") for n in range(5)])
                assert answer == [None] * 5

        await asyncio.gather(*(serve(name) for name in range(3)))
        stored = await everything(stores[0])
        assert [one.position for one in stored] == list(range(1, 301))
        assert len({one.consent_id for one in stored}) == 300
        await assert_chain_holds(stores[1])
    finally:
        for store in stores:
            await store.close()


async def test_an_event_that_another_process_has_stored_is_answered_with_its_record(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/log.db"
    first, second = await open_store(url), await open_store(url)
    try:
        await first.append([entry("a")])
        await second.append([entry("b")])
        sent = entry("c")
        assert await first.append([sent]) == [None]
        assert await second.append([entry("c"), entry("d")]) == [sent.payload, None]
    finally:
        await first.close()
        await second.close()


async def test_a_long_log_is_folded_in_beside_the_writing_thread_and_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.store.sqlite_file.CHECKPOINT_ROWS", 100)
    store = SqliteStore(tmp_path / "log.db")
    await store.open()
    try:
        for number in range(60):
            await store.append([entry(f"{number}-{n}") for n in range(50)])
        wal = (tmp_path / "log.db-wal").stat().st_size
        # 3,000 rows: 60 commits of several pages each; a log that never began anew would hold them all.
        assert (tmp_path / "log.db").stat().st_size > 500_000
        assert wal < 60 * 20 * 4096
        await assert_chain_holds(store)
    finally:
        await store.close()


async def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="the folder does not exist"):
        await open_store(f"sqlite:///{tmp_path}/none/log.db")


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(b"this is a text" * 100)
    with pytest.raises(Exception, match=r"is no SQLite database.*--database"):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == b"this is a text" * 100


async def test_a_full_disk_refuses_the_batch_stores_nothing_of_it_and_goes_on_when_there_is_space(
    tmp_path: Path,
) -> None:
    store = SqliteStore(tmp_path / "log.db")
    await store.open()
    try:
        await store.append([entry(event="before")])

        def limit(pages: int) -> None:
            connection = store._file._connection
            assert connection is not None
            connection.execute(f"PRAGMA max_page_count = {pages}")

        await store._file.write(limit, 1)  # SQLite raises this to the present size: no page can be added
        with pytest.raises(StoreUnavailable, match="full") as refused:
            await store.append([entry(event=f"during-{number}") for number in range(700)])
        assert "Free space" in refused.value.hint
        await store._file.write(limit, 1_000_000)
        await store.append([entry(event="after")])
        assert [one.event_id for one in await everything(store)] == ["before", "after"]
        [writer] = await store.writers()
        assert [seal.number for seal in await store.seals(writer, after=0, limit=9)] == [1, 2]
    finally:
        await store.close()


async def test_a_clock_that_was_set_back_is_noted_in_the_batch(tmp_path: Path) -> None:
    now = [1_800_000_000_000]
    store = SqliteStore(tmp_path / "log.db", clock=lambda: now[0])
    await store.open()
    try:
        await store.append([entry(event="1")])
        now[0] -= 500
        await store.append([entry(event="2")])
        now[0] -= 3_600_000
        await store.append([entry(event="3")])
        assert [one.kind for one in await everything(store)] == [
            EntryKind.RECORD,
            EntryKind.RECORD,
            EntryKind.CLOCK,
            EntryKind.RECORD,
        ]
    finally:
        await store.close()


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def test_what_was_erased_is_in_none_of_the_databases_files(tmp_path: Path) -> None:
    secret = "secret-visitor-4711"
    store = SqliteStore(tmp_path / "log.db")
    await store.open()
    try:
        gone = entry(secret, secret)
        await store.append([entry(), gone, entry("other")])
        assert secret.encode() in all_bytes(tmp_path)
        await store.erase([gone.record_id], erasure_note(["x"], reason="visitor"))
        assert secret.encode() not in all_bytes(tmp_path)
    finally:
        await store.close()


async def test_every_commit_is_synchronous_and_written_ahead(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "log.db")
    await store.open()
    try:

        def pragmas() -> tuple[object, ...]:
            connection = store._file._connection
            assert connection is not None
            names = ("journal_mode", "synchronous", "secure_delete")
            return tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)

        assert await store._file.write(pragmas) == ("wal", 2, 1)
    finally:
        await store.close()


async def test_a_locked_database_is_unavailable_not_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.store.sqlite_file.BUSY_TIMEOUT_MS", 50)
    store = SqliteStore(tmp_path / "log.db")
    await store.open()
    other = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.append([entry()])
        other.execute("ROLLBACK")
        assert await store.append([entry()]) == [None]
    finally:
        other.close()
        await store.close()
