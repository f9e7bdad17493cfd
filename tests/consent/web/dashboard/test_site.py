from __future__ import annotations

from consent.decisions import record
from consent.model.categories import Category
from consent.model.sites import Decision
from consent.scans import new_run
from tests.consent.web.dashboard.scans import HOSTILE, scanned
from tests.consent.web.dashboard.signing_in import Desk


async def test_a_site_tells_of_its_scans_its_notice_and_its_decisions(ada: Desk) -> None:
    run = await scanned(ada.store)
    await record(
        ada.store,
        "larkspur",
        [Decision(name=HOSTILE, category=Category.PERFORMANCE, reason="Counts.", reviewer="bo")],
    )
    await ada.store.queue_scan(new_run("larkspur", trigger="dashboard", requested_by="ada"))
    text = await ada.page("/admin/sites/larkspur")
    assert "Things that need consent happen without it." in text
    assert f"/admin/sites/larkspur/scans/{run.scan_id}" in text
    assert ada.version in text
    assert "Waiting for a worker" in text
    assert "1 worse" in text
    assert "Counts." in text
    assert HOSTILE not in text
    assert "&lt;img src=x" in text


async def test_a_site_that_nothing_is_known_of_says_so(ada: Desk) -> None:
    text = await ada.page("/admin/sites/thyme")
    for told in (
        "never scanned",
        "Nothing is published yet",
        "No schedule is set",
        "There is no scan yet",
        "Nothing was decided",
    ):
        assert told in text


async def test_older_scans_are_on_further_pages(ada: Desk) -> None:
    for _ in range(27):
        await scanned(ada.store, "thyme", items=1)
    first = await ada.page("/admin/sites/thyme")
    assert first.count("/scans/") == 25 + 1  # and the last one above
    last = (await ada.store.scans("thyme", limit=25))[-1].scan_id
    assert f"/admin/sites/thyme?before={last}" in first
    second = await ada.page(f"/admin/sites/thyme?before={last}")
    assert second.count("/scans/") == 2 + 1
    assert "Latest" in second


async def test_a_reviewer_is_not_offered_what_they_may_not_do(bo: Desk) -> None:
    assert "Start a scan" not in await bo.page("/admin/sites/larkspur")
