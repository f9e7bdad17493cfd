"""A log is made, tampered with by somebody who owns the database, and verified."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from consent.anchors import current_anchors
from consent.faults import Fault, Problem
from consent.log import RequestContext, decode_record, encode_record
from consent.publication import publish
from consent.store import chain, open_store
from consent.store.entries import Seal
from consent.store.notes import uuid7_time
from consent.store.payloads import PayloadCodec
from consent.store.sqlite import SqliteStore
from consent.verification import Verification, verify
from tests.consent.factories import PUBLIC_URL, consent_id, database, event, fill, inventory, opened_log, site
from tests.consent.test_log import id_at

BATCHES = 6
"""Each of one record, at positions 1 to 6, then one batch of ten, at 7 to 16."""
LAST = 16


@pytest.fixture
async def log_file(tmp_path: Path) -> Path:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, BATCHES)
        events = [event(version) for _ in range(10)]
        await asyncio.gather(*(log.append(one, RequestContext()) for one in events))
    return tmp_path / "consentry.db"


async def verified(path: Path, **options: object) -> Verification:
    store = await open_store(database(path.parent))
    try:
        return await verify(store, **options)  # type: ignore[arg-type]  # the only option is anchors
    finally:
        await store.close()


async def problem_of(path: Path, **options: object) -> Problem:
    result = await verified(path, **options)
    assert not result.intact
    assert result.problem is not None
    return result.problem


def tamper(path: Path, *statements: str, parameters: tuple[object, ...] = ()) -> None:
    """Do what whoever owns the file can do: indexes are no obstacle."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP INDEX IF EXISTS entry_event")
        connection.execute("DROP INDEX IF EXISTS entry_record")
        for statement in statements:
            connection.execute(statement, parameters if "?" in statement else ())


def saved(path: Path) -> bytes:
    return path.read_bytes()


def restore(path: Path, content: bytes) -> None:
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    path.write_bytes(content)


def payload_at(path: Path, position: int) -> bytes:
    with closing(sqlite3.connect(path)) as connection:
        stored = connection.execute("SELECT payload FROM entry WHERE position = ?", (position,)).fetchone()[0]
    return PayloadCodec().unpack(stored)


COLUMNS = "kind, time, record_id, site, consent_id, event_id, expires, salt, payload"


def copied(source: int, target: int) -> str:
    return f"INSERT INTO entry (position, {COLUMNS}) SELECT {target}, {COLUMNS} FROM entry WHERE position = {source}"


def swapped(one: int, other: int) -> tuple[str, ...]:
    return (
        f"UPDATE entry SET position = -1 WHERE position = {one}",
        f"UPDATE entry SET position = {one} WHERE position = {other}",
        f"UPDATE entry SET position = {other} WHERE position = -1",
    )


def shifted(first: int, by: int) -> tuple[str, ...]:
    return (
        f"UPDATE entry SET position = -position WHERE position >= {first}",
        f"UPDATE entry SET position = -position + {by} WHERE position < 0",
    )


async def test_a_log_that_nobody_touched_is_intact(log_file: Path) -> None:
    result = await verified(log_file)
    assert result.problem is None
    assert (result.intact, result.records, result.notices, result.anchored) == (True, LAST, 1, False)


async def test_an_empty_log_is_intact(tmp_path: Path) -> None:
    await (await open_store(database(tmp_path))).close()
    assert (await verified(tmp_path / "consentry.db")).intact


def altered_payload(path: Path, position: int, **fields: object) -> None:
    changed = msgspec.structs.replace(decode_record(payload_at(path, position)), **fields)
    tamper(
        path,
        f"UPDATE entry SET payload = ? WHERE position = {position}",
        parameters=(encode_record(changed),),
    )


@pytest.mark.parametrize("position", [1, 3, 6, 7, 12, LAST])
async def test_an_altered_record_is_named(log_file: Path, position: int) -> None:
    altered_payload(log_file, position, language="de")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.ALTERED, position)
    assert problem.record_id == decode_record(payload_at(log_file, position)).record_id


@pytest.mark.parametrize("position", [2, 9])
@pytest.mark.parametrize(
    "change",
    [
        "site = 'thyme'",
        "consent_id = 'AAAAAAAAAAAAAAAAAAAAAA'",
        "event_id = 'another'",
        "expires = expires + 1",
        "salt = zeroblob(16)",
        "kind = 1",
        "kind = 7",
        "record_id = zeroblob(16)",
        "erased_by = record_id",
    ],
)
async def test_an_altered_column_is_named(log_file: Path, position: int, change: str) -> None:
    tamper(log_file, f"UPDATE entry SET {change} WHERE position = {position}")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.ALTERED, position)


@pytest.mark.parametrize(
    "change",
    ["payload = 'text'", "payload = 7", "salt = 'text'", "record_id = 'sixteen letters.'", "time = 'now'", "time = -1",
     "kind = 'x'", "kind = 999", "expires = 'x'", "payload = NULL", "payload = x''"],
)  # fmt: skip
async def test_values_of_a_wrong_kind_are_a_finding_and_no_failure(log_file: Path, change: str) -> None:
    tamper(log_file, f"UPDATE entry SET {change} WHERE position = 9")
    problem = await problem_of(log_file)
    assert problem.position == 9


@pytest.mark.parametrize(
    "change", ["hash = 'x'", "locators = 7", "size = 'x'", "sealed = -5", "first = NULL"]
)
async def test_seals_of_a_wrong_kind_are_a_finding_and_no_failure(log_file: Path, change: str) -> None:
    weak = change.replace("first = NULL", "first = 'x'")
    tamper(log_file, f"UPDATE seal SET {weak} WHERE number = 3")
    assert (await problem_of(log_file)).batch == 3


@pytest.mark.parametrize("position", [2, 9])
async def test_a_back_dated_record_is_named(log_file: Path, position: int) -> None:
    tamper(log_file, f"UPDATE entry SET time = time - 86400000 WHERE position = {position}")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.BACK_DATED, position)


@pytest.mark.parametrize("position", [1, 4, 7, 11, LAST])
async def test_a_missing_record_is_named(log_file: Path, position: int) -> None:
    tamper(log_file, f"DELETE FROM entry WHERE position = {position}")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.MISSING, position)


@pytest.mark.parametrize("position", [2, 9])
async def test_a_missing_record_is_named_where_the_others_were_moved_up(
    log_file: Path, position: int
) -> None:
    tamper(log_file, f"DELETE FROM entry WHERE position = {position}", *shifted(position + 1, -1))
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.MISSING, position)


@pytest.mark.parametrize(("one", "other"), [(2, 5), (8, 9), (3, 12)])
async def test_reordered_records_are_named(log_file: Path, one: int, other: int) -> None:
    tamper(log_file, *swapped(one, other))
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.REORDERED, one)


@pytest.mark.parametrize("target", [4, 10])
async def test_a_record_that_was_duplicated_in_anothers_place_is_named(log_file: Path, target: int) -> None:
    tamper(log_file, f"DELETE FROM entry WHERE position = {target}", copied(2, target))
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.DUPLICATED, target)


async def test_a_record_that_was_duplicated_between_others_is_named(log_file: Path) -> None:
    tamper(log_file, *shifted(4, 1), copied(2, 4))
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.DUPLICATED, 4)


async def test_a_record_that_was_duplicated_at_the_end_is_named(log_file: Path) -> None:
    tamper(log_file, copied(2, LAST + 1))
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.DUPLICATED, LAST + 1)


def foreign(path: Path, position: int) -> None:
    """Insert a record that was never sent, made from a real one."""
    real = decode_record(payload_at(path, 2))
    new_id = id_at(uuid7_time(UUID(real.record_id).bytes))
    invented = msgspec.structs.replace(real, record_id=str(new_id), consent_id=consent_id())
    tamper(
        path,
        copied(2, position),
        f"UPDATE entry SET payload = ? WHERE position = {position}",
        parameters=(encode_record(invented),),
    )
    tamper(path, f"UPDATE entry SET record_id = ? WHERE position = {position}", parameters=(new_id.bytes,))
    tamper(
        path,
        f"UPDATE entry SET consent_id = ? WHERE position = {position}",
        parameters=(invented.consent_id,),
    )


@pytest.mark.parametrize("position", [3, 9])
async def test_a_record_that_was_inserted_between_others_is_named(log_file: Path, position: int) -> None:
    tamper(log_file, *shifted(position, 1))
    foreign(log_file, position)
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.INSERTED, position)


@pytest.mark.parametrize("position", [0, -5])
async def test_a_record_that_was_slipped_in_before_the_first_is_named(log_file: Path, position: int) -> None:
    foreign(log_file, position)
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.INSERTED, position)


async def test_a_record_that_was_inserted_at_the_end_is_named(log_file: Path) -> None:
    foreign(log_file, LAST + 1)
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.INSERTED, LAST + 1)


@pytest.mark.parametrize(
    "change",
    [
        "hash = zeroblob(32)",
        "sealed = sealed + 1",
        "size = 2",
        "size = 0",
        "first = 9",
        "locators = zeroblob(8)",
        "locators = x''",
    ],
)
async def test_an_altered_seal_is_named_by_its_batch(log_file: Path, change: str) -> None:
    tamper(log_file, f"UPDATE seal SET {change} WHERE number = 3")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.batch) == (Fault.ALTERED, 3)


async def test_a_missing_seal_is_named(log_file: Path) -> None:
    tamper(log_file, "DELETE FROM seal WHERE number = 3")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.MISSING, 3)


async def test_records_whose_seals_were_removed_are_named(log_file: Path) -> None:
    tamper(log_file, "DELETE FROM seal WHERE number >= 5")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.INSERTED, 5)


async def test_content_that_was_removed_without_an_erasure_is_named(log_file: Path) -> None:
    commitment = None
    with closing(sqlite3.connect(log_file)) as connection:
        salt = connection.execute("SELECT salt FROM entry WHERE position = 4").fetchone()[0]
        commitment = chain.commitment(salt, payload_at(log_file, 4))
    tamper(
        log_file,
        "UPDATE entry SET site = NULL, consent_id = NULL, event_id = NULL, expires = NULL, salt = NULL, payload = NULL,"
        " commitment = ? WHERE position = 4",
        parameters=(commitment,),
    )
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.MISSING, 4)
    assert "no erasure" in problem.message


async def test_a_tombstone_cannot_be_altered_or_removed_either(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        records = await fill(log, version, 3)
        await log.erase(records[1].consent_id, reason="visitor")
    path = tmp_path / "consentry.db"
    assert (await verified(path)).intact
    for change, fault in (
        ("time = time + 1", Fault.BACK_DATED),
        ("commitment = zeroblob(32)", Fault.ALTERED),
        ("commitment = NULL", Fault.ALTERED),
        ("erased_by = NULL", Fault.MISSING),
    ):
        backup = saved(path)
        tamper(path, f"UPDATE entry SET {change} WHERE position = 2")
        problem = await problem_of(path)
        assert (problem.fault, problem.position) == (fault, 2), change
        restore(path, backup)
    tamper(path, "DELETE FROM entry WHERE position = 2")
    assert (await problem_of(path)).position == 2


async def test_a_record_that_came_back_after_its_erasure_is_named(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        records = await fill(log, version, 2)
        path = tmp_path / "consentry.db"
        with closing(sqlite3.connect(path)) as connection:
            row = connection.execute(f"SELECT {COLUMNS} FROM entry WHERE position = 1").fetchone()
        await log.erase(records[0].consent_id, reason="visitor")
    assignments = ", ".join(f"{name} = ?" for name in COLUMNS.split(", "))
    tamper(
        path,
        f"UPDATE entry SET {assignments}, commitment = NULL, erased_by = NULL WHERE position = 1",
        parameters=row,
    )
    problem = await problem_of(path)
    assert (problem.fault, problem.position) == (Fault.INSERTED, 1)
    assert "was erased, but it is there" in problem.message


async def test_an_altered_notice_and_a_missing_one_are_named(log_file: Path) -> None:
    backup = saved(log_file)
    tamper(log_file, "UPDATE notice SET content = x'7b7d'")
    problem = await problem_of(log_file)
    assert problem.fault is Fault.ALTERED
    assert "notice" in problem.message
    restore(log_file, backup)
    tamper(log_file, "DELETE FROM publication", "DELETE FROM notice")
    problem = await problem_of(log_file)
    assert (problem.fault, problem.position) == (Fault.MISSING, 1)


async def test_a_cut_tail_shows_only_against_an_anchor(log_file: Path) -> None:
    store = await open_store(database(log_file.parent))
    anchors = await current_anchors(store)
    await store.close()
    assert (await verified(log_file, anchors=anchors)).anchored
    tamper(log_file, "DELETE FROM entry WHERE position > 4", "DELETE FROM seal WHERE number > 4")
    assert (await verified(log_file)).intact
    problem = await problem_of(log_file, anchors=anchors)
    assert (problem.fault, problem.position) == (Fault.CUT_OFF, 5)


async def test_a_chain_that_was_sealed_anew_shows_only_against_an_anchor(log_file: Path) -> None:
    store = await open_store(database(log_file.parent))
    anchors = await current_anchors(store)
    await store.close()
    altered_payload(log_file, 2, language="de")
    await seal_anew(log_file)
    assert (await verified(log_file)).intact
    problem = await problem_of(log_file, anchors=anchors)
    assert problem.fault is Fault.REWRITTEN


async def seal_anew(path: Path) -> None:
    """What an administrator with the program's source can do: compute every seal again."""
    store = await open_store(database(path.parent))
    assert isinstance(store, SqliteStore)
    [writer] = await store.writers()
    entries = {one.position: one for one in await store.entries(writer, after=0, limit=1000)}
    seals = await store.seals(writer, after=0, limit=1000)
    await store.close()
    head = chain.genesis(writer)
    for old in seals:
        batch = [entries[position] for position in range(old.first, old.last + 1)]
        commitments = [chain.commitment_of(one) or b"" for one in batch]
        lines = [
            chain.line(one.kind, one.time, one.record_id, commitment)
            for one, commitment in zip(batch, commitments, strict=True)
        ]
        new: Seal = chain.seal(writer, head, old.sealed, lines, commitments)
        tamper(
            path,
            f"UPDATE seal SET hash = ?, locators = ? WHERE number = {old.number}",
            parameters=(new.hash, new.locators),
        )
        head = chain.after(new)


async def test_a_chain_that_is_gone_altogether_is_named(log_file: Path, tmp_path: Path) -> None:
    store = await open_store(database(log_file.parent))
    anchors = await current_anchors(store)
    await store.close()
    other = tmp_path / "other"
    other.mkdir()
    await (await open_store(database(other))).close()
    problem = await problem_of(other / "consentry.db", anchors=anchors)
    assert problem.fault is Fault.CUT_OFF


async def test_a_new_record_with_an_old_time_is_named_even_where_it_was_sealed(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 2)
        log._new_id = lambda: id_at(1_700_000_000_000)
        await fill(log, version, 1)
        result = await verify(log.store)
    assert result.problem is not None
    assert (result.problem.fault, result.problem.position) == (Fault.BACK_DATED, 3)


async def test_a_clock_that_was_set_back_is_reported_but_no_fault(tmp_path: Path) -> None:
    now = [1_800_000_000_000]
    async with opened_log(tmp_path, new_id=lambda: id_at(now[0])) as (log, version):
        assert isinstance(log.store, SqliteStore)
        log.store._file.clock = lambda: now[0]
        await fill(log, version, 2)
        now[0] -= 86_400_000
        await fill(log, version, 2)
        result = await verify(log.store)
    assert result.problem is None
    assert result.clock_steps == 1


def stored_bytes(path: Path) -> list[tuple[str, str, int, bytes]]:
    """Every blob of the log: table, column, row and content."""
    found: list[tuple[str, str, int, bytes]] = []
    with closing(sqlite3.connect(path)) as connection:
        for table, key, columns in (
            ("entry", "position", ("record_id", "salt", "payload")),
            ("seal", "number", ("hash", "locators")),
        ):
            for column in columns:
                rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
                found += [(table, column, row[0], row[1]) for row in rows]
    return found


async def test_any_flipped_bit_of_the_log_shows(log_file: Path) -> None:
    """A sample of all bits, another one each time the data differ; the seed makes a failure repeatable."""
    chosen = random.Random(4711)
    codec = PayloadCodec()
    blobs = stored_bytes(log_file)
    for table, column, key, content in chosen.sample(blobs, 40):
        changed = bytearray(content)
        changed[chosen.randrange(len(changed))] ^= 1 << chosen.randrange(8)
        keyed = "position" if table == "entry" else "number"
        statement = f"UPDATE {table} SET {column} = ? WHERE {keyed} = {key}"
        tamper(log_file, statement, parameters=(bytes(changed),))
        same = column == "payload" and codec.unpack(bytes(changed)) == codec.unpack(content)
        result = await verified(log_file)
        assert result.intact == same, (table, column, key, bytes(changed).hex())
        tamper(log_file, statement, parameters=(content,))
    assert (await verified(log_file)).intact


async def test_memory_does_not_grow_with_the_log(log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    original = SqliteStore.entries

    async def watched(self: SqliteStore, writer: bytes, *, after: int, limit: int) -> list[object]:
        page = await original(self, writer, after=after, limit=limit)
        sizes.append(len(page))
        return list(page)

    monkeypatch.setattr(SqliteStore, "entries", watched)
    monkeypatch.setattr("consent.walk.PAGE", 3)
    assert (await verified(log_file)).intact
    assert max(sizes) == 3
    assert sum(sizes) == LAST


@pytest.mark.parametrize("noted", [True, False])
async def test_what_a_server_appends_while_the_log_is_read_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 3)
        read = log.store.seals
        grown = False

        async def seals(writer: bytes, *, after: int, limit: int) -> list[Seal]:
            nonlocal grown
            page = await read(writer, after=after, limit=limit)
            if (
                not page and not grown
            ):  # the last seal was read; the entries behind it were not looked for yet
                grown = True
                if noted:
                    name = site(name="Larkspur")
                    publication, _ = await publish(log.store, name, inventory(), public_url=PUBLIC_URL)
                    log.forget_notices()
                    await fill(log, publication.notice_version, 1)
                else:
                    await fill(log, version, 1)
            return page

        monkeypatch.setattr(log.store, "seals", seals)
        result = await verify(log.store)
        assert (result.problem, result.records) == (None, 4)


# ------------------------------------------------------------------------------------ only what came after an anchor ---


async def test_only_what_came_after_an_anchor_is_read(log_file: Path) -> None:
    since = (await verified(log_file)).anchors
    async with opened_log(log_file.parent) as (log, version):
        await fill(log, version, 3)
    result = await verified(log_file, since=since)
    assert (result.intact, result.records, result.batches, result.since) == (True, 3, 3, LAST)
    tamper(log_file, "UPDATE entry SET site = 'thyme' WHERE position = 2")
    assert (await verified(log_file, since=since)).intact, "it lies before the anchor"
    assert not (await verified(log_file)).intact
    tamper(log_file, f"UPDATE entry SET site = 'thyme' WHERE position = {LAST + 2}")
    problem = await problem_of(log_file, since=since)
    assert (problem.fault, problem.position) == (Fault.ALTERED, LAST + 2)


async def test_verifying_on_from_anchor_to_anchor_ends_where_the_whole_verification_does(
    log_file: Path,
) -> None:
    anchors = (await verified(log_file)).anchors
    for _ in range(3):
        async with opened_log(log_file.parent) as (log, version):
            await fill(log, version, 2)
        step = await verified(log_file, anchors=anchors, since=anchors)
        assert (step.intact, step.anchored, step.batches) == (True, True, 2)
        anchors = step.anchors
    assert anchors.chains == (await verified(log_file)).anchors.chains


async def test_a_log_that_does_not_lead_on_from_the_anchor_is_told(log_file: Path) -> None:
    since = (await verified(log_file)).anchors
    before = saved(log_file)
    tamper(log_file, "UPDATE seal SET hash = zeroblob(32) WHERE number = (SELECT max(number) FROM seal)")
    assert (await problem_of(log_file, since=since)).fault is Fault.REWRITTEN
    restore(log_file, before)
    tamper(
        log_file,
        "DELETE FROM entry WHERE position >= 5",
        "DELETE FROM seal WHERE number >= 5",
    )
    problem = await problem_of(log_file, since=since)
    assert (problem.fault, problem.batch) == (Fault.CUT_OFF, 5)
    restore(log_file, before)
    tamper(log_file, "UPDATE seal SET size = size + 1 WHERE number = (SELECT max(number) FROM seal)")
    assert (await problem_of(log_file, since=since)).fault is Fault.ALTERED


async def test_a_chain_that_the_anchor_does_not_know_is_read_from_its_beginning(log_file: Path) -> None:
    known = (await verified(log_file)).anchors
    result = await verified(log_file, since=msgspec.structs.replace(known, chains=()))
    assert (result.intact, result.records, result.since) == (True, LAST, 0)
