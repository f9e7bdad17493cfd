from __future__ import annotations

from pathlib import Path

from consent.alerts.making import alert_of, rows_of
from consent.decisions import record
from consent.model.alerts import AlertSettings
from consent.model.categories import Category
from consent.model.sites import Decision
from consent.scans import new_run
from tests.consent.factories import site
from tests.consent.web.dashboard.scans import HOSTILE, scanned
from tests.consent.web.dashboard.signing_in import Desk, desk


async def test_a_site_tells_of_its_scans_its_notice_and_its_decisions(ada: Desk) -> None:
    run = await scanned(ada.store)
    await record(
        ada.store,
        "larkspur",
        [
            Decision(
                name=HOSTILE,
                category=Category.PERFORMANCE,
                purpose="Told to visitors.",
                reason="Counts.",
                reviewer="bo",
            )
        ],
    )
    await ada.store.queue_scan(new_run("larkspur", trigger="dashboard", requested_by="ada"))
    text = await ada.page("/admin/sites/larkspur")
    assert "Things that need consent happen without it." in text
    assert f"/admin/sites/larkspur/scans/{run.scan_id}" in text
    assert ada.version in text
    assert "Waiting for a worker" in text
    assert "1 worse" in text
    assert "Counts." in text
    assert "Told to visitors." in text
    assert HOSTILE not in text
    assert "&lt;img src=x" in text


async def test_a_site_that_nothing_is_known_of_says_so(ada: Desk) -> None:
    text = await ada.page("/admin/sites/thyme")
    for told in (
        "never scanned",
        "Nothing is published yet",
        "No schedule is set",
        "Nobody is told by itself",
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


async def test_the_last_scan_that_failed_is_told_above_the_one_before(ada: Desk) -> None:
    await scanned(ada.store)
    run = await ada.store.queue_scan(new_run("larkspur", trigger="schedule"))
    assert await ada.store.take_scan(run.scan_id, "worker", run.queued_ms)
    assert await ada.store.fail_scan(run.scan_id, "worker", run.queued_ms, "The site <b>did not</b> answer.")
    text = await ada.page("/admin/sites/larkspur")
    assert "The last scan could not be done." in text
    assert text.index("The site &lt;b&gt;did not&lt;/b&gt; answer.") < text.index("Things that need consent")


async def test_the_lines_for_the_pages_are_where_somebody_who_published_looks_for_them(ada: Desk) -> None:
    text = await ada.page("/admin/sites/larkspur")
    assert "&lt;script src=&#34;http://127.0.0.1/w/larkspur.js&#34;&gt;&lt;/script&gt;" in text
    assert ">scan-1</dd>" in text  # of a scan that is not kept there is no page
    assert "/w/thyme.js" not in await ada.page("/admin/sites/thyme")  # which has no banner yet


async def test_who_is_told_and_what_became_of_it_is_shown_without_the_keys_of_the_receivers(
    tmp_path: Path,
) -> None:
    alerts = AlertSettings(
        when="worse", email=("ann@larkspur.example",), webhooks=("https://hooks.example/SECRET",)
    )
    told = site(alerts=alerts)
    async with desk(tmp_path, told) as opened:
        run = await scanned(opened.store)
        change = await opened.store.scan_change(run.scan_id)
        alert = alert_of(run, change, told)
        assert alert is not None
        await opened.store.add_alerts("larkspur", run.number, list(rows_of(alert, alerts)))
        await opened.sign_in("bo")
        text = await opened.page("/admin/sites/larkspur")
    assert "E-mail to ann@larkspur.example, Webhook of hooks.example, only where something got worse" in text
    assert text.count("Changes of scan 1") == 2
    assert "SECRET" not in text
