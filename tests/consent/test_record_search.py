from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest

from consent import record_search
from consent.model.errors import NotFoundError
from consent.record_search import entry_of, search, standing
from consent.store.notes import uuid7_time
from tests.consent.factories import fill, opened_log


async def test_records_are_found_between_two_times_a_page_after_the_other(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 5)
        whole = await search(log.store, sites=["larkspur"])
        assert [one.record_id for one in whole.records] == [one.record_id for one in reversed(made)]
        assert whole.next == ""
        first = await search(log.store, sites=["larkspur"], limit=3)
        rest = await search(log.store, sites=["larkspur"], limit=3, before=first.next)
        assert (*first.records, *rest.records) == whole.records
        assert rest.next == ""
        third = uuid7_time(UUID(made[2].record_id).bytes)
        late = await search(log.store, sites=["larkspur"], since_ms=third)
        early = await search(log.store, sites=["larkspur"], until_ms=third)
        assert {one.record_id for one in late.records} & {one.record_id for one in early.records} == set()
        assert len(late.records) + len(early.records) == 5
        assert made[2] in late.records
        assert (await search(log.store, sites=["thyme"])).records == ()
        assert (await search(log.store, sites=["larkspur"], since_ms=third, until_ms=0)).records == ()


async def test_a_search_looks_so_far_and_says_how_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record_search, "EXAMINED", 2)
    async with opened_log(tmp_path) as (log, version):
        made = await fill(log, version, 5)
        found, before, rounds = [], "", 0
        while rounds == 0 or before:
            page = await search(log.store, sites=["larkspur"], before=before)
            found += [one.record_id for one in page.records]
            before, rounds = page.next, rounds + 1
        assert found == [one.record_id for one in reversed(made)]
        assert rounds == 3
        assert page.reached == "1970-01-01T00:00:00.000Z"


@pytest.mark.parametrize("before", ["x", "0193a5c0", "'; --"])
async def test_what_is_no_record_id_is_an_error(tmp_path: Path, before: str) -> None:
    async with opened_log(tmp_path) as (log, _):
        with pytest.raises(ValueError, match="UUID"):
            await search(log.store, sites=["larkspur"], before=before)
        with pytest.raises(NotFoundError):
            await entry_of(log.store, before)


async def test_a_record_stands_under_a_seal_also_after_it_was_erased(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        records = await fill(log, version, 3)
        for record in records:
            told = await standing(log.store, await entry_of(log.store, record.record_id))
            assert (told.intact, told.problem) == (True, "")
            assert len(told.seal) == 64
        await log.erase(records[1].consent_id, reason="visitor")
        entry = await entry_of(log.store, records[1].record_id)
        assert entry.payload is None
        assert (await standing(log.store, entry)).intact


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE entry SET time = time + 1 WHERE position = 2", "not what was sealed"),
        ("UPDATE entry SET salt = zeroblob(16) WHERE position = 2", "not what was sealed"),
        ("UPDATE entry SET time = 'x' WHERE position = 2", "not what was sealed"),
        ("UPDATE seal SET hash = zeroblob(32) WHERE number = 1", "not what was sealed"),
        ("DELETE FROM seal WHERE number = 1", "batch before it is missing"),
        ("DELETE FROM seal WHERE number = 2", "No seal"),
        ("UPDATE seal SET size = 2 WHERE number = 2", "not what was sealed"),
    ],
)
async def test_damage_to_a_records_batch_is_told_beside_it(tmp_path: Path, damage: str, told: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        records = await fill(log, version, 3)
        entry = await entry_of(log.store, records[1].record_id)
        with closing(sqlite3.connect(tmp_path / "consentry.db", isolation_level=None)) as connection:
            connection.execute(damage)
        found = await standing(log.store, (await entry_of(log.store, records[1].record_id)) or entry)
        assert not found.intact
        assert told in found.problem
