from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.decisions import record
from consent.model.categories import Category, ConsentState
from consent.model.errors import ConfigError, ScanError, StoreUnavailable
from consent.model.scans import ScanRun
from consent.model.schedule import ScheduleSettings
from consent.model.sites import Decision, Site
from consent.scans import new_run
from consent.store import Store, open_store
from consent.times import now_ms
from scanner.plan import CrawlPlan
from scanner.report import Report
from scanner.worker import scan as scans
from scanner.worker.scan import BACK_OFF_S, BEGUN_AT_MOST, TRIES, Outcome, do_scan, scan_site
from tests.scanner.factories import page, report
from tests.scanner.worker.made import a_report, becomes, left_in, scanning, settings


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def taken(store: Store, *, times: int = 1, **fields: Any) -> ScanRun:
    run = await store.queue_scan(new_run("larkspur", **({"trigger": "api"} | fields)))
    for _ in range(times):
        found = await store.take_scan(run.scan_id, "w1", now_ms())
        assert found is not None
    return found


async def stored(store: Store, run: ScanRun) -> ScanRun:
    found = await store.scan(run.scan_id)
    assert found is not None
    return found


async def test_a_scan_is_done_and_its_result_stored(store: Store) -> None:
    run = await taken(store)
    assert await do_scan(store, settings(), run, scan=scanning(), beat_s=0.01) is Outcome.FINISHED
    done = await stored(store, run)
    assert (done.status, done.verdict, done.items, done.message) == ("finished", "violations", 1, "")
    assert done.finished_ms is not None
    assert await store.scan_artefact(run.scan_id, "report.html") == b"<!doctype html><title>Report</title>"


async def test_what_the_officer_decided_holds_for_the_scan(store: Store) -> None:
    await record(store, "larkspur", [Decision(name="_ga", category=Category.ADVERTISING)])
    sites: list[Site] = []

    async def scan(site: Site, run: ScanRun, folder: Path, _on_progress: Any) -> Report:
        sites.append(site)
        return left_in(folder, a_report(site.id, run.scan_id))

    await do_scan(store, settings(), await taken(store), scan=scan)
    assert [one.name for one in sites[0].decisions] == ["_ga"]


async def test_a_scan_that_fails_is_tried_again_later_and_the_last_time_it_failed(store: Store) -> None:
    failing = scanning(error=ScanError("The start page did not answer.", hint="Is the site up?"))
    for number in range(TRIES):
        run = await taken(store)
        before = now_ms()
        outcome = await do_scan(store, settings(), run, scan=failing)
        after = await stored(store, run)
        assert after.message == "The start page did not answer. Is the site up?"
        if number < TRIES - 1:
            assert (outcome, after.status) == (Outcome.PUT_BACK, "queued")
            assert (
                before + BACK_OFF_S[number] * 1_000 <= after.due_ms <= now_ms() + BACK_OFF_S[number] * 1_000
            )
    assert (outcome, after.status) == (Outcome.FAILED, "failed")


async def test_what_trying_again_would_not_mend_fails_at_once(store: Store) -> None:
    run = await taken(store)
    assert await do_scan(store, settings("rowan"), run, scan=scanning()) is Outcome.FAILED
    assert "has no site 'larkspur'" in (await stored(store, run)).message
    run = await taken(store)
    failing = scanning(error=ConfigError("pages: expected more."))
    assert await do_scan(store, settings(), run, scan=failing) is Outcome.FAILED


async def test_an_unexpected_error_is_told_without_its_innards(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    run = await taken(store)
    assert await do_scan(store, settings(), run, scan=scanning(error=KeyError("secret"))) is Outcome.PUT_BACK
    message = (await stored(store, run)).message
    assert "KeyError" in message
    assert "secret" not in message
    assert "failed unexpectedly" in caplog.text


async def test_a_scan_that_takes_its_workers_down_is_not_begun_for_ever(store: Store) -> None:
    run = await taken(store, times=BEGUN_AT_MOST + 1)
    assert await do_scan(store, settings(), run, scan=scanning()) is Outcome.FAILED
    assert f"begun {BEGUN_AT_MOST} times" in (await stored(store, run)).message


async def test_a_worker_that_is_stopped_puts_its_scan_back(store: Store) -> None:
    run = await taken(store)
    doing = asyncio.create_task(do_scan(store, settings(), run, scan=scanning(seconds=60), beat_s=0.01))

    async def has_begun() -> bool:
        return (await stored(store, run)).pages_done == 1

    await becomes(has_begun)
    doing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await doing
    waiting = await stored(store, run)
    assert (waiting.status, waiting.message) == ("queued", "The worker was stopped; the scan begins anew.")
    assert waiting.due_ms <= now_ms()


async def test_a_scan_that_cannot_wait_because_another_does_has_failed(store: Store) -> None:
    run = await taken(store)
    other = await store.queue_scan(new_run("larkspur", trigger="dashboard"))
    assert await do_scan(store, settings(), run, scan=scanning(error=ScanError("No."))) is Outcome.FAILED
    assert (await stored(store, run)).message == "No. Another scan of the site waits."
    assert (await stored(store, other)).status == "queued"


async def test_a_scan_that_was_given_to_another_worker_leaves_nothing(store: Store) -> None:
    run = await taken(store)
    await store.take_scan(run.scan_id, "w2", now_ms())
    assert await do_scan(store, settings(), run, scan=scanning(), beat_s=60) is Outcome.LOST
    assert (await stored(store, run)).worker == "w2"
    assert await store.scan_artefact(run.scan_id, "report.json") is None


async def test_a_scheduled_scan_whose_window_has_closed_waits_for_the_next(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = now_ms() + 3_600_000
    monkeypatch.setattr(scans, "may_begin_ms", lambda *_: opens)
    site = settings(schedule=ScheduleSettings(every="1 day", window="01:00-02:00"))
    run = await taken(store, trigger="schedule")
    assert await do_scan(store, site, run, scan=scanning()) is Outcome.PUT_BACK
    assert (await stored(store, run)).due_ms == opens
    await store.cancel_scan(run.scan_id, 1, "")
    asked_for = await taken(store, trigger="dashboard")
    assert await do_scan(store, site, asked_for, scan=scanning()) is Outcome.FINISHED


async def test_a_store_that_does_not_take_the_result_is_told_to_the_worker(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await taken(store)

    async def full(*_: Any) -> bool:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(store, "finish_scan", full)
    with pytest.raises(StoreUnavailable):
        await do_scan(store, settings(), run, scan=scanning())
    assert (await stored(store, run)).status == "running"


def test_a_site_that_answers_with_errors_alone_gave_no_result() -> None:
    gone = page(status="http_error", http_status=404, error="")
    assert scans.without_a_page(report(pages=[gone])) == f"no page could be measured: {gone.url}: HTTP 404"
    assert scans.without_a_page(report(pages=[])) == "no page could be measured: none answered"
    assert scans.without_a_page(report(pages=[gone, page()])) is None


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({}, (50, (ConsentState.BEFORE, ConsentState.GPC))),
        ({"pages": 3}, (3, (ConsentState.BEFORE, ConsentState.GPC))),
    ],
)
async def test_a_scan_without_numbers_of_its_own_is_done_as_the_scheduled_ones_are(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    own: dict[str, int],
    expected: tuple[int, tuple[ConsentState, ...]],
) -> None:
    plans = []

    async def seen(plan: CrawlPlan, *given: object, **more: object) -> None:
        plans.append(plan)
        raise ScanError("looked at enough")

    monkeypatch.setattr(scans, "see", seen)
    schedule = ScheduleSettings(every="7 days", pages=50, states=(ConsentState.BEFORE, ConsentState.GPC))
    site = Site(id="larkspur", url="https://www.larkspur.example/", schedule=schedule)
    run = msgspec.structs.replace(new_run("larkspur", trigger="dashboard"), **own)
    with pytest.raises(ScanError):
        await scan_site(site, run, tmp_path, lambda _: None)
    assert [(plan.pages, plan.states) for plan in plans] == [expected]
