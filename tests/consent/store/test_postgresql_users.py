"""What is PostgreSQL's own; the rest is in test_contract_users.py."""

from __future__ import annotations

import asyncio

import pytest

from consent.store import open_store
from consent.store.postgresql_users import _one
from consent.store.user_store import AccountRow


@pytest.mark.parametrize(("tag", "one"), [("DELETE 1", True), ("DELETE 0", False), ("UPDATE 11", False)])
def test_a_commands_tag_tells_whether_one_row_was_changed(tag: str, one: bool) -> None:
    assert _one(tag) == one


async def test_of_two_servers_that_add_one_name_at_once_one_is_told_that_it_is_taken(
    postgresql_url: str,
) -> None:
    stores = [await open_store(postgresql_url, exclusive=True) for _ in range(2)]
    row = AccountRow("ada", "admin", "", "", 1, 1)
    try:
        assert sorted(await asyncio.gather(*(store.add_account(row) for store in stores))) == [False, True]
    finally:
        for store in stores:
            await store.close()
