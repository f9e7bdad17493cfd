from __future__ import annotations

from consent.scans import new_run
from consent.web.dashboard.scan import REPORT_POLICY
from tests.consent.web.dashboard.scans import HOSTILE, PAGE, REPORT, scanned
from tests.consent.web.dashboard.signing_in import Desk


async def test_a_scan_tells_its_verdict_states_and_findings(ada: Desk) -> None:
    run = await scanned(ada.store)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}"
    text = await ada.page(here)
    assert "2 services &lt;img src=x" in text
    assert "took 1 min 5 s" in text
    assert "No banner was found." in text
    assert "name0, name1, name2, name3, name4, name5 and 3 more" in text
    assert "26 findings, page 1 of 2" in text
    assert text.count('<details class="finding">') == 20
    assert (await ada.page(f"{here}?page=2")).count('<details class="finding">') == 6
    assert (await ada.page(f"{here}?severity=high")).count('<details class="finding">') == 1
    assert (await ada.page(f"{here}?rule=before-consent&severity=low")).count("No finding is like that") == 1
    for page in (here, f"{here}/items", f"{here}/changes"):
        assert HOSTILE not in await ada.page(page)


async def test_items_are_filtered_and_come_a_page_after_the_other(ada: Desk) -> None:
    run = await scanned(ada.store, items=60)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}/items"
    first = await ada.page(here)
    assert first.count('scope="row"') == 50
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = await ada.page(following)
    assert second.count('scope="row"') == 10
    assert "_item_049" in first + second
    for query, amount in (
        ("category=unclassified", 1), ("kind=local_storage", 1), ("reopened=1", 1), ("q=ITEM_01", 10), ("state=accept", 0),
        ("party=first", 0), ("category=wrong", 50), ("q=%25", 0),
    ):  # fmt: skip
        assert (await ada.page(f"{here}?{query}")).count('scope="row"') == amount, query
    assert "1 day" in first


async def test_changes_are_told_with_where_and_what_got_worse(ada: Desk) -> None:
    run = await scanned(ada.store)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}/changes"
    text = await ada.page(here)
    assert text.count('scope="row"') == 3
    for told in (
        "is active before consent.",
        "lifetime: 1 → 2",
        "comes and goes",
        "no longer kept",
        "Insecure",
    ):
        assert told in text
    assert (await ada.page(f"{here}?what=gone")).count('scope="row"') == 1


async def test_that_two_scans_visited_unlike_pages_is_told_beside_what_changed(ada: Desk) -> None:
    run = await scanned(ada.store)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}"
    for path in (here, f"{here}/changes"):
        text = await ada.page(path)
        assert "The scans visited unlike pages &lt;img" in text
        assert HOSTILE not in text


async def test_a_report_is_kept_apart_from_the_dashboard(ada: Desk) -> None:
    run = await scanned(ada.store)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}"
    page = await ada.get(f"{here}/report.html")
    assert await page.read() == PAGE
    assert page.headers.getall("Content-Security-Policy") == [REPORT_POLICY]
    assert REPORT_POLICY.startswith("sandbox ")
    assert "allow-same-origin" not in REPORT_POLICY
    file = await ada.get(f"{here}/report.json")
    assert await file.json() == REPORT
    assert file.headers["Content-Disposition"] == 'attachment; filename="larkspur-1.json"'


async def test_a_scan_of_another_site_is_not_shown_under_this_one(nobody: Desk) -> None:
    run = await scanned(nobody.store, "larkspur")
    await nobody.sign_in("cy")
    for path in ("", "/items", "/changes", "/report.html", "/report.json"):
        text = await nobody.page(f"/admin/sites/thyme/scans/{run.scan_id}{path}", status=404)
        assert "thyme has no scan" in text


async def test_a_scan_under_way_is_told_anew_without_a_script_too(ada: Desk) -> None:
    run = await ada.store.queue_scan(new_run("larkspur", trigger="dashboard", requested_by="ada"))
    here = f"/admin/sites/larkspur/scans/{run.scan_id}"
    text = await ada.page(here)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in text
    assert "Waiting for a worker" in text
    assert await ada.store.take_scan(run.scan_id, "worker", run.queued_ms)
    await ada.store.scan_progress(
        run.scan_id, "worker", run.queued_ms, state="reject", pages_done=3, pages_total=9
    )
    text = await ada.page(here)
    assert "Scanning: after refusing" in text
    assert "3 of 9 pages" in text
    assert (await ada.get(f"{here}/items")).headers.get("Location") == here or "3 of 9" in await ada.page(
        here
    )
    await ada.store.fail_scan(run.scan_id, "worker", run.queued_ms, "The browser <b> was not found.")
    text = await ada.page(here)
    assert "The browser &lt;b&gt; was not found." in text
    assert "refresh" not in text


async def test_a_scan_that_is_tried_again_says_why_and_when_and_can_be_cancelled(ada: Desk) -> None:
    run = await ada.store.queue_scan(new_run("larkspur", trigger="schedule"))
    assert await ada.store.take_scan(run.scan_id, "worker", run.queued_ms)
    due = run.queued_ms + 20 * 60_000
    assert await ada.store.put_back_scan(run.scan_id, "worker", due, "The site did not answer.")
    text = await ada.page(f"/admin/sites/larkspur/scans/{run.scan_id}")
    assert "Waiting to be tried again" in text
    assert "It did not work once: The site did not answer." in text
    assert "<time" in text.partition("Next try: ")[2].partition("</p>")[0]
    assert text.count("data-live") == 2  # the button goes, too, once a worker has begun


async def test_a_state_that_could_not_be_measured_is_not_taken_for_one_that_was(ada: Desk) -> None:
    run = await scanned(ada.store)
    here = f"/admin/sites/larkspur/scans/{run.scan_id}"
    assert "3, each in 2 consent states" in await ada.page(here)  # and not the visits, pages times states
    told = "“After refusing” could not be measured in this scan."
    assert told in await ada.page(f"{here}/items")
    assert told not in await ada.page(
        f"{here}/items?q=_item_0"
    )  # where nothing that is listed has that state
