from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, NotFoundError, StoreError
from consent.model.inventory import encode_inventory
from consent.model.scans import INVENTORY_JSON, ScanChange
from consent.scans import artefact_of, ask_for_scan, cancel_scan, inventory_of_scan, new_run, scan_of
from consent.store import Store, open_store
from tests.consent import factories


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def test_who_asks_for_a_scan_is_told_the_one_that_waits(store: Store) -> None:
    site = factories.site()
    run = await ask_for_scan(store, site, trigger="dashboard", requested_by="user:alice", pages=3)
    again = await ask_for_scan(store, site, trigger="api", requested_by="token:ci")
    assert (run.site, run.pages, run.requested_by, run.status) == ("larkspur", 3, "user:alice", "queued")
    assert again.scan_id == run.scan_id
    assert await scan_of(store, "larkspur", run.scan_id) == run


async def test_a_scan_that_cannot_be_done_so_is_not_queued(store: Store) -> None:
    site = factories.site()
    with pytest.raises(ConfigError, match="pages: expected a number from 1"):
        await ask_for_scan(store, site, trigger="api", requested_by="", pages=0)
    with pytest.raises(ConfigError, match='states: expected "before"'):
        await ask_for_scan(store, site, trigger="api", requested_by="", states=(ConsentState.REJECT,))
    assert await store.open_scans() == []


async def test_a_scan_that_waits_can_be_cancelled_and_says_by_whom(store: Store) -> None:
    run = await ask_for_scan(store, factories.site(), trigger="api", requested_by="token:ci")
    await cancel_scan(store, run, by="user:alice")
    assert (await scan_of(store, "larkspur", run.scan_id)).message == "Cancelled by user:alice."
    with pytest.raises(ConfigError, match="does not wait any more"):
        await cancel_scan(store, run, by="user:alice")


async def test_a_scan_is_found_under_its_own_site_alone(store: Store) -> None:
    run = await store.queue_scan(new_run("rowan", trigger="command"))
    with pytest.raises(NotFoundError, match="larkspur has no scan"):
        await scan_of(store, "larkspur", run.scan_id)


async def test_the_inventory_of_a_finished_scan_is_what_publishing_takes(store: Store) -> None:
    run = new_run("larkspur", trigger="command", now_ms=1_000)
    done = msgspec.structs.replace(run, status="finished", finished_ms=2_000, verdict="clean")
    inventory = factories.inventory()
    await store.record_scan(done, [], ScanChange(), {INVENTORY_JSON: encode_inventory(inventory)})
    assert await inventory_of_scan(store, done) == inventory
    with pytest.raises(NotFoundError, match=r"has no report\.json"):
        await artefact_of(store, done, "report.json")


async def test_an_inventory_that_cannot_be_read_is_told_as_the_stores_fault(store: Store) -> None:
    done = msgspec.structs.replace(new_run("larkspur", trigger="command"), status="finished", finished_ms=1)
    await store.record_scan(done, [], ScanChange(), {INVENTORY_JSON: b"{}"})
    with pytest.raises(StoreError, match="cannot be read"):
        await inventory_of_scan(store, done)
