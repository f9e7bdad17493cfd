"""What is SQLite's own; the rest is in test_contract_users.py."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.model.errors import StoreError
from consent.store import open_store
from consent.store.user_store import AccountRow


async def test_a_role_that_there_is_not_is_refused_by_the_table_itself(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    try:
        with pytest.raises(StoreError):
            await store.add_account(AccountRow("ada", "owner", "", "", 1, 1))
    finally:
        await store.close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (0,)
