from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from consent.model.categories import Category, ConsentState
from consent.scans import inventory_of_scan, new_run
from consent.store import Store, open_store
from scanner.report import load_report
from scanner.worker.result import counts_of, items_of, record_result, store_result
from tests.scanner.factories import REJECT, item
from tests.scanner.worker.made import a_report, files_of, left_in, with_items


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


def test_items_under_one_pattern_are_one_and_what_is_unclassified_is_not_hidden() -> None:
    found = items_of(
        [
            item("_ga_1", pattern="_ga_*", lifetime_s=10.0, states=(REJECT,)),
            item(
                "_ga_2",
                pattern="_ga_*",
                lifetime_s=99.0,
                category=Category.UNCLASSIFIED,
                set_by=("https://a.example/",),
            ),
            item("a\x00b", reopened="its lifetime grew"),
        ]
    )
    assert [one.name for one in found] == ["_ga_*", "a\N{REPLACEMENT CHARACTER}b"]
    assert (found[0].lifetime_s, found[0].category) == (99.0, Category.UNCLASSIFIED)
    assert found[0].states == (ConsentState.BEFORE, ConsentState.REJECT)
    assert found[0].set_by == ("https://a.example/",)
    assert (found[1].reopened, found[1].reopened_reason) == (True, "its lifetime grew")


async def test_a_result_is_stored_with_its_counts_and_what_changed_since_the_scan_before(
    store: Store, tmp_path: Path
) -> None:
    first = a_report(scan_id="018f0000-0000-7000-8000-000000000001")
    await record_result(store, first, files_of(first), requested_by="alice", keep=9)
    [stored] = await store.latest_scans()
    assert (stored.scan_id, stored.trigger, stored.requested_by, stored.number) == (
        first.scan_id,
        "command",
        "alice",
        1,
    )
    assert (stored.verdict, stored.items, stored.new, stored.worse) == ("violations", 1, 0, 0)
    assert stored.findings.medium + stored.findings.high >= 1

    run = await store.queue_scan(new_run("larkspur", trigger="schedule"))
    taken = await store.take_scan(run.scan_id, "w1", 1)
    assert taken is not None
    second = with_items(msgspec.structs.replace(first, scan_id=run.scan_id), "_ga", "_fbp")
    finished = await store_result(store, taken, left_in(tmp_path, second), tmp_path, keep=9)
    assert finished is not None
    assert (finished.items, finished.number) == (2, None)
    latest = (await store.latest_scans())[0]
    assert (latest.scan_id, latest.number, latest.items) == (run.scan_id, 2, 2)
    change = await store.scan_change(run.scan_id)
    assert change is not None
    assert change.previous == first.scan_id
    assert [(one.what, one.name, one.page) for one in change.entries if one.subject == "item"] == [
        ("new", "_fbp", "https://www.larkspur.example/")
    ]
    assert latest.new >= 1
    assert latest.worse == len(change.worse) >= 1
    report = await store.scan_artefact(run.scan_id, "report.json")
    assert report == (tmp_path / "report.json").read_bytes()
    assert load_report(tmp_path / "report.json") == second
    assert (await inventory_of_scan(store, latest)).scan_id == run.scan_id


async def test_only_as_many_scans_are_kept_as_the_settings_say(store: Store, tmp_path: Path) -> None:
    for number in range(4):
        report = a_report(scan_id=f"018f0000-0000-7000-8000-00000000000{number}")
        await record_result(store, report, files_of(report), requested_by="", keep=2)
    assert [run.number for run in await store.scans("larkspur", limit=9)] == [4, 3]


async def test_a_report_that_this_program_cannot_read_stops_no_scan(store: Store, tmp_path: Path) -> None:
    report = a_report(scan_id="018f0000-0000-7000-8000-000000000001")
    files = files_of(report) | {"report.json": b'{"schema": 9}'}
    await record_result(store, report, files, requested_by="", keep=9)
    again = a_report(scan_id="018f0000-0000-7000-8000-000000000002")
    await record_result(store, again, files_of(again), requested_by="", keep=9)
    change = await store.scan_change(again.scan_id)
    assert change is not None
    assert (change.previous, change.entries) == ("", ())


def test_a_difference_counts_once_however_many_fields_differ() -> None:
    from consent.model.scans import ScanChange, ScanChangeEntry

    entries = tuple(
        ScanChangeEntry(what="changed", subject="item", kind="cookie", name="_ga", host="a", field=field)
        for field in ("category", "lifetime")
    )
    service = ScanChangeEntry(what="new", subject="service", name="Meta")
    counts = counts_of(a_report(), [], ScanChange(entries=(*entries, service), worse=("one",)))
    assert (counts["changed"], counts["new"], counts["worse"]) == (1, 0, 1)


async def test_what_comes_and_goes_from_scan_to_scan_is_no_change_any_more(store: Store) -> None:
    steady = a_report(scan_id="018f0000-0000-7000-8000-000000000001")
    told = []
    for number in range(2, 8):
        report = msgspec.structs.replace(steady, scan_id=f"018f0000-0000-7000-8000-00000000000{number}")
        if number % 2:
            report = with_items(report, "_ga", "_fbp")
        run = await record_result(store, report, files_of(report), requested_by="alice", keep=9)
        told.append((run.new + run.gone > 0, run.worse > 0))
    assert told[:3] == [(False, False), (True, True), (True, False)]
    assert told[3:] == [(False, False)] * 3
