"""What both stores keep of scans is proved by test_contract_scans.py; here is what a job queue is told."""

from __future__ import annotations

import uuid_utils

from consent.model.scans import ScanRun
from consent.store.postgresql import open_url


def a_run(site: str, due_ms: int) -> ScanRun:
    return ScanRun(scan_id=str(uuid_utils.uuid7()), site=site, due_ms=due_ms)


async def test_the_job_queue_is_told_of_a_run_once_and_anew_when_it_waits_again(postgresql_url: str) -> None:
    store = await open_url(postgresql_url)
    try:
        later, sooner = (
            await store.queue_scan(a_run("larkspur", 2)),
            await store.queue_scan(a_run("rowan", 1)),
        )
        assert await store.unhanded_scans(9, 10) == [sooner, later]
        assert await store.unhanded_scans(9, 1) == [sooner]
        assert await store.unhanded_scans(1, 10) == [sooner], "the other is not due yet"
        await store.hand_over_scan(sooner.scan_id)
        assert await store.unhanded_scans(9, 10) == [later]
        await store.queue_scan(a_run("rowan", 1))  # asked for again: the queue is told again
        assert len(await store.unhanded_scans(9, 10)) == 2
        await store.hand_over_scan(sooner.scan_id)
        await store.take_scan(sooner.scan_id, "w1", 5)
        assert await store.put_back_scan(sooner.scan_id, "w1", 9, "Again.")
        assert [run.site for run in await store.unhanded_scans(9, 10)] == ["larkspur", "rowan"]
    finally:
        await store.close()
