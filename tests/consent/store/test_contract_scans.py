"""The contract of what a store keeps of scans, on every store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import uuid_utils

from consent.model.categories import Category, ConsentState, Party
from consent.model.errors import StoreError
from consent.model.scans import (
    ItemFilter,
    ItemKey,
    PlannedScan,
    ScanChange,
    ScanChangeEntry,
    ScanFindings,
    ScanItem,
    ScanRun,
)
from consent.store import Store, open_store, store_modules
from consent.store.scan_store import LEASE_MS, ScanQueue

DONE: dict[str, Any] = {
    "finished_ms": 9_000,
    "pages_done": 12,
    "pages_total": 12,
    "verdict": "violations",
    "items": 3,
    "unclassified": 1,
    "findings": ScanFindings(high=2, low=1),
    "new": 1,
    "worse": 1,
    "report_sha256": "ab" * 32,
}


@pytest.fixture(params=store_modules())
def url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


def a_run(site: str = "larkspur", **fields: Any) -> ScanRun:
    return ScanRun(
        scan_id=str(uuid_utils.uuid7()), site=site, **{"queued_ms": 1_000, "due_ms": 1_000, **fields}
    )


def item(name: str = "_ga", **fields: Any) -> ScanItem:
    given: dict[str, Any] = {
        "kind": "cookie",
        "name": name,
        "host": "larkspur.example",
        "party": Party.FIRST,
        "category": Category.PERFORMANCE,
        "vendor": "Google",
        "states": (ConsentState.BEFORE, ConsentState.ACCEPT),
        "set_by": ("https://www.googletagmanager.com/gtag/js",),
    }
    return ScanItem(**(given | fields))


async def taken(store: Store, site: str = "larkspur", worker: str = "w1") -> ScanRun:
    run = await store.queue_scan(a_run(site))
    taken = await store.take_scan(run.scan_id, worker, 2_000)
    assert taken is not None
    return taken


async def finished(store: Store, *items: ScanItem, site: str = "larkspur", **fields: Any) -> ScanRun:
    """A finished scan of a site, as it is stored."""
    run = msgspec.structs.replace(await taken(store, site), **(DONE | fields))
    assert await store.finish_scan(run, items, ScanChange(), {})
    stored = await store.scan(run.scan_id)
    assert stored is not None
    return stored


async def test_a_run_is_stored_as_it_was_queued(store: Store) -> None:
    run = a_run(
        trigger="schedule", requested_by="alice", pages=7, states=(ConsentState.BEFORE, ConsentState.GPC)
    )
    assert await store.queue_scan(run) == run
    assert await store.scan(run.scan_id) == run
    assert await store.open_scans() == [run]
    assert await store.scan("none") is None


async def test_one_run_of_a_site_waits_and_a_second_wish_makes_it_due_sooner(store: Store) -> None:
    first = await store.queue_scan(a_run(due_ms=5_000))
    again = await store.queue_scan(a_run(due_ms=1_000))
    assert again == msgspec.structs.replace(first, due_ms=1_000)
    assert (await store.queue_scan(a_run(due_ms=8_000))).due_ms == 1_000
    assert (await store.queue_scan(a_run("rowan"))).site == "rowan"
    assert len(await store.open_scans()) == 2


async def test_one_run_of_a_site_runs_at_a_time(store: Store) -> None:
    running = await taken(store)
    assert (running.status, running.worker, running.started_ms, running.attempts) == (
        "running",
        "w1",
        2_000,
        1,
    )
    waiting = await store.queue_scan(a_run())
    assert waiting.scan_id != running.scan_id
    assert await store.take_scan(waiting.scan_id, "w2", 3_000) is None
    assert await store.fail_scan(running.scan_id, "w1", 4_000, "The site did not answer.")
    assert (await store.take_scan(waiting.scan_id, "w2", 5_000) or running).worker == "w2"


async def test_who_was_given_a_run_takes_it_from_whoever_had_it(store: Store) -> None:
    run = await taken(store)
    again = await store.take_scan(run.scan_id, "w2", 9_000)
    assert again is not None
    assert (again.worker, again.attempts, again.started_ms) == ("w2", 2, 9_000)
    # The first one finds out, and stores nothing more.
    assert not await store.scan_progress(
        run.scan_id, "w1", 9_001, state="before", pages_done=1, pages_total=2
    )
    assert not await store.finish_scan(
        msgspec.structs.replace(run, **DONE), [item()], ScanChange(), {"a": b"b"}
    )
    assert not await store.fail_scan(run.scan_id, "w1", 9_002, "late")
    assert not await store.put_back_scan(run.scan_id, "w1", 9_003, "late")
    assert await store.scan(run.scan_id) == again
    assert await store.scan_artefact(run.scan_id, "a") is None


async def test_what_is_over_is_never_taken_again(store: Store) -> None:
    done = await finished(store)
    assert await store.take_scan(done.scan_id, "w2", 10_000) is None
    assert await store.scan(done.scan_id) == done


async def test_progress_is_stored_and_begins_anew_when_a_run_is_taken_again(store: Store) -> None:
    run = await taken(store)
    assert await store.scan_progress(run.scan_id, "w1", 3_000, state="reject", pages_done=4, pages_total=9)
    [seen] = await store.open_scans()
    assert (seen.state, seen.pages_done, seen.pages_total) == ("reject", 4, 9)
    again = await store.take_scan(run.scan_id, "w2", 9_000)
    assert again is not None
    assert (again.state, again.pages_done, again.pages_total) == ("", 0, 0)


async def test_a_failed_run_says_why(store: Store) -> None:
    run = await taken(store)
    assert await store.fail_scan(run.scan_id, "w1", 4_000, "No page answered.")
    failed = await store.scan(run.scan_id)
    assert failed is not None
    assert (failed.status, failed.message, failed.finished_ms) == ("failed", "No page answered.", 4_000)
    assert await store.open_scans() == []
    assert await store.latest_scans() == []


async def test_a_run_is_put_back_only_where_none_waits(store: Store) -> None:
    run = await taken(store)
    assert await store.put_back_scan(run.scan_id, "w1", 60_000, "Tried once.")
    waiting = await store.scan(run.scan_id)
    assert waiting is not None
    assert (waiting.status, waiting.due_ms, waiting.message) == ("queued", 60_000, "Tried once.")
    await store.take_scan(run.scan_id, "w1", 60_000)
    await store.queue_scan(a_run())
    assert not await store.put_back_scan(run.scan_id, "w1", 90_000, "Tried twice.")


async def test_a_run_that_waits_can_be_cancelled_and_no_other(store: Store) -> None:
    waiting = await store.queue_scan(a_run())
    assert await store.cancel_scan(waiting.scan_id, 5_000, "Cancelled by alice.")
    assert not await store.cancel_scan(waiting.scan_id, 5_000, "Cancelled twice.")
    running = await taken(store)
    assert not await store.cancel_scan(running.scan_id, 5_000, "Cancelled.")


async def test_a_finished_scan_is_stored_with_all_that_belongs_to_it(store: Store) -> None:
    run = msgspec.structs.replace(await taken(store), **DONE)
    items = [
        item(),
        item("cart", host="www.larkspur.example", category=Category.NECESSARY),
        item("IDE", reopened=True),
    ]
    change = ScanChange(
        previous="before",
        entries=(ScanChangeEntry(what="new", subject="item", name="IDE"),),
        worse=("new: IDE",),
    )
    report = b'{"schema": 1, "padding": "' + b"tea " * 10_000 + b'"}'
    assert await store.finish_scan(run, items, change, {"report.json": report, "report.html": b"<p>"})
    stored = await store.scan(run.scan_id)
    assert stored == msgspec.structs.replace(run, status="finished", number=1)
    assert await store.scan_items(run.scan_id, limit=10) == [items[2], items[0], items[1]]
    assert await store.scan_change(run.scan_id) == change
    assert await store.scan_artefact(run.scan_id, "report.json") == report
    assert await store.scan_artefact(run.scan_id, "report.html") == b"<p>"
    assert await store.scan_artefact(run.scan_id, "nothing") is None
    assert await store.scan_change("none") is None
    assert await store.scan_items("none", limit=10) == []


async def test_a_scan_that_cannot_be_stored_whole_leaves_nothing(store: Store) -> None:
    run = msgspec.structs.replace(await taken(store), **DONE)
    with pytest.raises(StoreError):
        await store.finish_scan(run, [item(), item()], ScanChange(), {"report.json": b"{}"})
    still = await store.scan(run.scan_id)
    assert still is not None
    assert still.status == "running"
    assert await store.scan_artefact(run.scan_id, "report.json") is None
    assert await store.finish_scan(run, [item()], ScanChange(), {"report.json": b"{}"})


async def test_a_commands_scan_is_stored_at_once(store: Store) -> None:
    await taken(store)  # another one of the site may be running meanwhile
    run = a_run(status="finished", started_ms=1_000, **DONE)
    await store.record_scan(run, [item()], ScanChange(), {"report.json": b"{}"})
    assert await store.latest_scans() == [msgspec.structs.replace(run, number=1)]
    assert await store.scan_items(run.scan_id, limit=10) == [item()]


async def test_items_are_listed_by_pages_and_by_what_is_asked_for(store: Store) -> None:
    items = [item(f"c{number:02}") for number in range(30)]
    items[4] = item(
        "c04",
        category=Category.UNCLASSIFIED,
        party=Party.THIRD,
        kind="local_storage",
        reopened=True,
        vendor="A_B",
    )
    items[5] = item("c05", states=(ConsentState.WITHDRAW,), service="100% Tea")
    run = await finished(store, *items)
    pages: list[ScanItem] = []
    after = None
    while page := await store.scan_items(run.scan_id, after=after, limit=7):
        pages += page
        after = ItemKey(page[-1].host, page[-1].name, page[-1].kind)
    assert pages == items

    async def found(**fields: Any) -> list[ScanItem]:
        return await store.scan_items(run.scan_id, ItemFilter(**fields), limit=100)

    assert await found(category=Category.UNCLASSIFIED) == [items[4]]
    assert await found(party=Party.THIRD) == [items[4]]
    assert await found(kind="local_storage") == [items[4]]
    assert await found(reopened=True) == [items[4]]
    assert await found(reopened=False, text="c0") == items[:4] + items[5:10]
    assert await found(state=ConsentState.WITHDRAW) == [items[5]]
    assert await found(text="% tea") == [items[5]]
    assert await found(text="a_b") == [items[4]]
    assert await found(text="_04") == []


async def test_an_item_is_followed_over_the_scans_of_its_site(store: Store) -> None:
    longer = item(lifetime_s=86_400.0)
    scans = [
        await finished(store, *items, finished_ms=number)
        for number, items in enumerate([[item(), item("IDE")], [item()], [], [item()], [longer]])
    ]
    await finished(store, item(category=Category.NECESSARY), site="rowan")
    history = await store.item_history("larkspur", "cookie", "_ga", "larkspur.example", 4)
    assert [(one.scan_id, one.item) for one in history] == [
        (scans[4].scan_id, longer),
        (scans[3].scan_id, item()),
        (scans[2].scan_id, None),
        (scans[1].scan_id, item()),
    ]
    for scan, expected in zip(scans, ([item("IDE"), item()], [item()], [], [item()], [longer]), strict=True):
        assert await store.scan_items(scan.scan_id, limit=10) == expected


async def test_lists_of_runs_are_in_order_and_of_one_site_or_all(store: Store) -> None:
    mine = [await finished(store, verdict=verdict) for verdict in ("clean", "violations", "incomplete")]
    other = await finished(store, site="rowan")
    waiting = await store.queue_scan(a_run())
    assert await store.scans("larkspur", limit=10) == [waiting, *reversed(mine)]
    assert await store.scans(None, limit=2) == [waiting, other]
    assert await store.scans(None, before=other.scan_id, limit=10) == list(reversed(mine))
    assert await store.latest_scans() == [mine[-1], other]
    assert await store.trend("larkspur", 2) == mine[1:]
    assert await store.trend(None, 2) == [*mine[1:], other]
    assert await store.trend("hazel", 2) == []
    assert await store.trends(["hazel", other.site], 2) == {other.site: [other]}
    assert await store.trends([mine[0].site, other.site], 2) == {mine[0].site: mine[1:], other.site: [other]}
    assert await store.trends([], 2) == {}


async def test_old_scans_go_with_all_that_belongs_to_them(store: Store) -> None:
    failed = await taken(store)
    await store.fail_scan(failed.scan_id, "w1", 1, "No.")
    scans = [await finished(store, item("always"), item(f"only-{number}")) for number in range(4)]
    other = await finished(store, item(), site="rowan")
    assert await store.prune_scans("larkspur", 2) == 3
    assert await store.scans("larkspur", limit=10) == scans[:1:-1]
    assert await store.scan_change(scans[0].scan_id) is None
    assert [one.name for one in await store.scan_items(scans[2].scan_id, limit=9)] == ["always", "only-2"]
    assert await store.scan_items(other.scan_id, limit=9) == [item()]
    assert await store.prune_scans("larkspur", 2) == 0
    assert await store.prune_scans("hazel", 2) == 0


async def test_a_due_schedule_queues_its_run_once_whoever_finds_it_due(store: Store) -> None:
    due = PlannedScan(site="larkspur", spec="every 7 days", next_ms=1_000)
    await store.plan_scan(due)
    answers = await asyncio.gather(*(store.queue_planned(due, 8_000, a_run()) for _ in range(4)))
    assert sorted(answers) == [False, False, False, True]
    assert len(await store.open_scans()) == 1
    assert await store.planned_scans() == [msgspec.structs.replace(due, next_ms=8_000)]
    await store.plan_scan(msgspec.structs.replace(due, spec="every 1 day", next_ms=2_000))
    assert not await store.queue_planned(msgspec.structs.replace(due, next_ms=2_000), 9_000, a_run())
    await store.unplan_scan("larkspur")
    assert await store.planned_scans() == []


async def test_a_store_that_hands_out_runs_gives_each_to_one_worker_and_one_of_a_site_at_a_time(
    store: Store,
) -> None:
    if not isinstance(store, ScanQueue):
        assert hasattr(store, "unhanded_scans"), "then a job queue must be told of them"
        return
    later = await store.queue_scan(a_run("hazel", due_ms=5_000))
    first, second = await store.queue_scan(a_run()), await store.queue_scan(a_run("rowan"))
    claims = await asyncio.gather(*(store.claim_scan(f"w{number}", 2_000) for number in range(4)))
    assert {claim.scan_id for claim in claims if claim} == {first.scan_id, second.scan_id}
    await store.queue_scan(a_run())  # its site is being scanned
    assert await store.claim_scan("w5", 2_000) is None
    assert (await store.claim_scan("w5", 5_000) or first).scan_id == later.scan_id


async def test_a_run_whose_worker_is_silent_is_given_to_another(store: Store) -> None:
    if not isinstance(store, ScanQueue):
        assert hasattr(store, "unhanded_scans"), "then a job queue must see that workers live"
        return
    run = await store.queue_scan(a_run())
    await store.claim_scan("w1", 2_000)
    await store.scan_progress(run.scan_id, "w1", 3_000, state="before", pages_done=1, pages_total=2)
    assert await store.claim_scan("w2", 3_000 + LEASE_MS) is None
    again = await store.claim_scan("w2", 3_001 + LEASE_MS)
    assert again is not None
    assert (again.scan_id, again.worker, again.attempts) == (run.scan_id, "w2", 2)
    assert not await store.scan_progress(run.scan_id, "w1", 70_000, state="", pages_done=1, pages_total=2)
