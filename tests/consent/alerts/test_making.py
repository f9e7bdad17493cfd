from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from consent.alerts.making import make_alerts, shown
from consent.model.alerts import Alert
from consent.scans import new_run
from consent.store import Store, open_store
from consent.times import now_ms
from tests.consent.alerts.factories import NEW, failed, scanned, settings
from tests.consent.factories import database

HOOK = "https://hooks.example/path-that-is-a-secret"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(database(tmp_path))
    yield store
    await store.close()


async def made(store: Store) -> list[Alert]:
    rows = sorted(await store.alerts("larkspur", 99), key=lambda row: row.alert_id)
    return [msgspec.json.decode(row.content, type=Alert) for row in rows]


async def test_one_alert_a_scan_and_target_however_much_changed(store: Store) -> None:
    await scanned(store, previous="")
    changes = [msgspec.structs.replace(NEW, name=f"cookie-{number}") for number in range(60)]
    scan_id = await scanned(store, *changes, worse=("new before consent: _fbp",))
    wanted = settings(webhooks=(HOOK,), email=("privacy@larkspur.example",))
    assert await make_alerts(store, wanted) == 2
    assert await make_alerts(store, wanted) == 0
    one, other = await made(store)
    assert one == other
    assert (one.scan_id, one.number, len(one.changes), one.more) == (scan_id, 2, 50, 10)
    assert one.url == f"https://consent.larkspur.example/admin/sites/larkspur/scans/{scan_id}"
    rows = await store.alerts("larkspur", 9)
    assert {row.shown for row in rows} == {"hooks.example", "privacy@larkspur.example"}
    assert not any("secret" in field for row in rows for field in map(str, row))


async def test_nothing_is_told_where_nothing_changed_nor_of_a_first_scan(store: Store) -> None:
    wanted = settings(webhooks=(HOOK,))
    await scanned(store, NEW, previous="")
    assert await make_alerts(store, wanted) == 0
    await scanned(store)
    await scanned(store, msgspec.structs.replace(NEW, flapping=True))
    assert await make_alerts(store, wanted) == 0
    assert await store.alerted() == {"larkspur": 3}


async def test_every_scan_since_the_last_look_is_told_of_but_no_old_ones_at_first(store: Store) -> None:
    wanted = settings(webhooks=(HOOK,))
    for _ in range(3):
        await scanned(store, NEW)
    assert await make_alerts(store, wanted) == 1
    for _ in range(2):
        await scanned(store, NEW)
    assert await make_alerts(store, wanted) == 2
    assert [alert.number for alert in await made(store)] == [3, 4, 5]


async def test_with_worse_only_what_is_worse_is_told(store: Store) -> None:
    wanted = settings(webhooks=(HOOK,), when="worse")
    await scanned(store, NEW)
    assert await make_alerts(store, wanted) == 0
    await scanned(store, NEW, worse=("new before consent: _fbp",))
    assert await make_alerts(store, wanted) == 1


async def test_a_site_without_alerts_is_left_alone(store: Store) -> None:
    await scanned(store, NEW)
    wanted = settings()
    silent = msgspec.structs.replace(wanted.sites["larkspur"], alerts=None)
    assert await make_alerts(store, msgspec.structs.replace(wanted, sites={"larkspur": silent})) == 0


def test_of_an_address_that_can_be_a_secret_only_the_host_is_shown() -> None:
    assert shown(HOOK) == "hooks.example"
    assert shown("env:SLACK_URL") == "env:SLACK_URL"
    assert shown("a@b.example") == "a@b.example"


async def test_the_first_scan_that_failed_is_told_of_and_those_after_it_are_not(store: Store) -> None:
    wanted = settings(webhooks=(HOOK,), when="worse", email=("privacy@larkspur.example",))
    await scanned(store, previous="")
    scan_id = await failed(store)
    assert await make_alerts(store, wanted) == 2
    await failed(store, "Again.")
    assert await make_alerts(store, wanted) == 0
    one, other = await made(store)
    assert one == other
    assert (one.type, one.scan_id, one.message) == ("scan.failed", scan_id, "The site did not answer.")
    assert one.url.endswith(f"/admin/sites/larkspur/scans/{scan_id}")
    await scanned(store)
    assert await make_alerts(store, wanted) == 0
    await failed(store, "Once more.")
    assert await make_alerts(store, wanted) == 2
    assert [alert.message for alert in await made(store)][::2] == ["The site did not answer.", "Once more."]


async def test_a_scan_that_somebody_cancelled_did_not_fail(store: Store) -> None:
    wanted = settings(webhooks=(HOOK,))
    run = await store.queue_scan(
        new_run("larkspur", trigger="dashboard", requested_by="ada", now_ms=now_ms())
    )
    assert await store.take_scan(run.scan_id, "worker", now_ms())
    assert await store.put_back_scan(run.scan_id, "worker", now_ms(), "It is tried again.")
    assert await make_alerts(store, wanted) == 0
    assert await store.cancel_scan(run.scan_id, now_ms(), "Cancelled by ada.")
    assert await make_alerts(store, wanted) == 0
    await failed(store)  # so nothing tells of this one's site yet
    assert [alert.message for alert in await made(store)] == []
    assert await make_alerts(store, wanted) == 1


async def test_a_failure_is_kept_for_a_site_whose_alerts_are_set_later(store: Store) -> None:
    await failed(store)
    silent = settings()
    assert await make_alerts(store, silent) == 0
    assert await make_alerts(store, settings(webhooks=(HOOK,))) == 1
