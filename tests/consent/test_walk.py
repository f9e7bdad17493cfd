from __future__ import annotations

from pathlib import Path

import pytest

from consent import walk
from consent.store import chain
from consent.store.entries import StoredEntry
from tests.consent.factories import fill, opened_log


async def test_entries_are_taken_page_by_page_up_to_a_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "PAGE", 2)
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 5)
        [writer] = await log.store.writers()
        entries = walk.Entries(log.store, writer)
        assert [one.position for one in await entries.take(3)] == [1, 2, 3]
        left = await entries.first_left()
        assert left is not None
        assert left.position == 4
        assert [one.position for one in await entries.take(100)] == [4, 5]
        assert await entries.first_left() is None
        assert [seal.number async for seal in walk.seals(log.store, writer)] == [1, 2, 3, 4, 5]


async def test_an_entry_is_found_by_its_locator(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 4)
        store = log.store
        [writer] = await store.writers()
        third = (await store.entries(writer, after=2, limit=1))[0]
        locator = (chain.commitment_of(third) or b"")[:8]
        assert await walk.position_of(store, writer, locator) == 3
        assert await walk.sealed_position_of(store, writer, locator) == 3
        assert await walk.stands_at(store, writer, 3, locator)
        assert not await walk.stands_at(store, writer, 2, locator)
        assert await walk.position_of(store, writer, bytes(8)) == 0
        assert await walk.sealed_position_of(store, writer, bytes(8)) == 0


def test_whatever_stands_for_a_record_id_can_be_named() -> None:
    entry = StoredEntry(b"", 7, 0, 0, bytes(16), None, None, None, None, None, None, None, None)
    assert walk.name_of(entry) == "The entry 00000000-0000-0000-0000-000000000000 at position 7"
    assert walk.id_text(b"short") == "b'short'"
