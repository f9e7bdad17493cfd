"""What both stores keep of scans is proved by test_contract_scans.py; here is what only a file has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from consent.store import open_store

PLANS = {
    "scan_run_number": "SELECT site, max(number) FROM scan_run WHERE number IS NOT NULL GROUP BY site",
    "scan_run_site": "SELECT * FROM scan_run WHERE site = 'x' ORDER BY scan_id DESC LIMIT 10",
    "scan_item_site": "SELECT content FROM scan_item WHERE site = 'x' AND last_number >= 3 AND first_number <= 3",
    "scan_item_key": "SELECT * FROM scan_item WHERE site = 'x' AND kind = 'k' AND name = 'n' AND host = 'h'",
}


@pytest.mark.parametrize("index", PLANS)
async def test_what_pages_ask_for_is_found_by_an_index(tmp_path: Path, index: str) -> None:
    await (await open_store(f"sqlite:///{tmp_path}/log.db")).close()
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {PLANS[index]}"))
    assert index in plan
