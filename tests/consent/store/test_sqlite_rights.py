"""The contract (test_contract_rights.py) says how it behaves; this is what only this store can get wrong."""

from __future__ import annotations

from pathlib import Path

from consent.store import open_store
from tests.consent.store.test_contract_rights import a_request


async def test_of_what_was_erased_the_files_hold_nothing(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    written = "a-text-that-nothing-else-has"
    await store.add_request(a_request(message=written), [], most=9)
    await store.forget_requests(["aa"], ["larkspur"], 1, closed_only=False)
    assert [file.name for file in tmp_path.iterdir() if written.encode() in file.read_bytes()] == []
    await store.close()
