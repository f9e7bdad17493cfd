"""What both stores keep beside the log is proved by test_contract.py; here is what only a server has."""

from __future__ import annotations

import asyncpg
import pytest

from consent.model.errors import StoreError
from consent.store import open_store
from consent.store.entries import TokenRow


async def test_only_a_whole_hash_is_stored_as_one(postgresql_url: str) -> None:
    store = await open_store(postgresql_url)
    try:
        with pytest.raises(StoreError):
            await store.add_token(TokenRow("0" * 12, "short", b"h" * 31, "read", "", 1, None, None))
        assert await store.tokens() == []
    finally:
        await store.close()


async def test_a_token_ended_by_one_program_is_ended_for_every_other(postgresql_url: str) -> None:
    store, other = await open_store(postgresql_url), await open_store(postgresql_url, exclusive=True)
    try:
        row = TokenRow("0" * 12, "backup", b"h" * 32, "read", "", 1, None, None)
        await store.add_token(row)
        assert await other.token(row.id) == row
        assert await other.revoke_token(row.id, 2)
        assert await store.token(row.id) == row._replace(revoked=2)
    finally:
        await store.close()
        await other.close()
    connection = await asyncpg.connect(postgresql_url)
    try:
        index = await connection.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = 'entry_audit'")
    finally:
        await connection.close()
    assert index.endswith("WHERE (kind = 3)")
