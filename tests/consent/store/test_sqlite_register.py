"""What both stores keep beside the log is proved by test_contract.py; here is what only a file has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.model.errors import StoreError
from consent.store import open_store
from consent.store.entries import TokenRow


async def test_only_a_whole_hash_is_stored_as_one(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    try:
        with pytest.raises(StoreError):
            await store.add_token(TokenRow("0" * 12, "short", b"h" * 31, "read", "", 1, None, None))
        assert await store.tokens() == []
    finally:
        await store.close()


async def test_the_audit_is_found_by_its_index_and_not_by_reading_every_record(tmp_path: Path) -> None:
    await (await open_store(f"sqlite:///{tmp_path}/log.db")).close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        sql = "EXPLAIN QUERY PLAN SELECT * FROM entry WHERE kind = 3 AND (? IS NULL OR record_id < ?) ORDER BY record_id DESC"
        plan = " ".join(row[3] for row in connection.execute(sql, (None, None)))
    assert "entry_audit" in plan
