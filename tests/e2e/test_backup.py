"""The backup that docs/operations.md describes: taken while a log is written, restored, and proved whole by an anchor."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.anchors import current_anchors
from consent.store import open_store
from consent.verification import verify
from tests.consent.factories import database, fill, opened_log


@pytest.mark.parametrize("how", ["vacuum", "api"])
async def test_a_backup_of_a_running_log_is_whole_and_a_cut_one_shows(tmp_path: Path, how: str) -> None:
    copy = tmp_path / "backup.db"
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 5)
        with closing(sqlite3.connect(database(tmp_path).removeprefix("sqlite:///"))) as source:
            if how == "vacuum":
                source.execute("VACUUM INTO ?", (str(copy),))
            else:
                with closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
        store = await open_store(f"sqlite:///{copy}", create=False)
        try:
            result = await verify(store, await current_anchors(log.store))
            assert (result.intact, result.records, result.anchored) == (True, 5, True)
        finally:
            await store.close()
        await fill(log, version, 1)
        later = await current_anchors(log.store)
    store = await open_store(f"sqlite:///{copy}", create=False)
    try:
        assert not (await verify(store, later)).intact, "the anchor is younger than the backup"
    finally:
        await store.close()
