"""The contract of what a store keeps of alerts, on every store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from consent.store import Store, open_store, store_modules
from consent.store.alert_store import AlertRow
from tests.consent.alerts.factories import failed, scanned


@pytest.fixture(params=store_modules())
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = await open_store(request.getfixturevalue(f"{request.param}_url"))
    yield store
    await store.close()


def an_alert(alert_id: str = "a1", **fields: Any) -> AlertRow:
    known: dict[str, Any] = {
        "site": "larkspur", "scan_id": f"scan-of-{alert_id}", "channel": "webhook", "target": "ab", "shown": "hooks.example",
        "status": "waiting", "attempts": 0, "due_ms": 1_000, "created_ms": 1_000, "done_ms": None, "error": "", "content": b"{}",
    }  # fmt: skip
    return AlertRow(alert_id=alert_id, **(known | fields))


async def test_alerts_of_a_scan_are_made_once(store: Store) -> None:
    assert await store.alerted() == {}
    assert await store.add_alerts("larkspur", 3, [an_alert()])
    assert not await store.add_alerts("larkspur", 3, [an_alert("a2")])
    assert not await store.add_alerts("larkspur", 2, [an_alert("a3")])
    assert await store.add_alerts("thyme", 1, [])
    assert await store.alerted() == {"larkspur": 3, "thyme": 1}
    assert [row.alert_id for row in await store.alerts("larkspur", 9)] == ["a1"]


async def test_a_target_gets_one_alert_of_one_scan(store: Store) -> None:
    await store.add_alerts("larkspur", 1, [an_alert("a1", scan_id="s"), an_alert("a2", scan_id="s")])
    await store.add_alerts("larkspur", 2, [an_alert("a3", scan_id="s", target="cd")])
    assert sorted(row.alert_id for row in await store.alerts("larkspur", 9)) == ["a1", "a3"]


async def test_what_is_claimed_is_nobody_elses_before_the_lease_is_over(store: Store) -> None:
    await store.add_alerts("larkspur", 1, [an_alert("a1"), an_alert("a2", due_ms=5_000)])
    [row] = await store.claim_alerts(1_500, 100, 9)
    assert (row.alert_id, row.attempts, row.content) == ("a1", 1, b"{}")
    assert await store.claim_alerts(1_550, 100, 9) == []
    [again] = await store.claim_alerts(1_600, 100, 9)
    assert again.attempts == 2
    assert len(await store.claim_alerts(9_000, 100, 1)) == 1


async def test_what_became_of_it_is_told(store: Store) -> None:
    await store.add_alerts("larkspur", 1, [an_alert("a1"), an_alert("a2"), an_alert("a3")])
    await store.settle_alert("a1", "sent", 2_000, due_ms=0, error="")
    await store.settle_alert("a2", "failed", 2_000, due_ms=0, error="410")
    await store.settle_alert("a3", "waiting", 2_000, due_ms=7_000, error="503")
    told = {row.alert_id: (row.status, row.done_ms, row.error) for row in await store.alerts("larkspur", 9)}
    assert told == {"a1": ("sent", 2_000, ""), "a2": ("failed", 2_000, "410"), "a3": ("waiting", None, "503")}
    assert await store.claim_alerts(6_999, 1, 9) == []
    assert [row.alert_id for row in await store.claim_alerts(7_000, 1, 9)] == ["a3"]


async def test_the_first_scan_of_a_site_that_failed_since_its_last_result_waits_to_be_told(
    store: Store,
) -> None:
    first = await failed(store)
    await failed(store)
    other = await failed(store, site_id="thyme")
    assert [(run.site, run.scan_id) for run in await store.failures_to_tell()] == [
        ("larkspur", first),
        ("thyme", other),
    ]
    assert await store.add_alerts("larkspur", None, [an_alert(scan_id=first)])
    assert await store.alerted() == {}
    assert [run.scan_id for run in await store.failures_to_tell()] == [other]
    await scanned(store)
    assert [run.scan_id for run in await store.failures_to_tell()] == [other]
    again = await failed(store)
    assert [run.scan_id for run in await store.failures_to_tell()] == [again, other]
