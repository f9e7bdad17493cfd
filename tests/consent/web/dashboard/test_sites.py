from __future__ import annotations

import re
from pathlib import Path

from consent.scans import new_run
from tests.consent.factories import site
from tests.consent.web.dashboard.scans import scanned
from tests.consent.web.dashboard.signing_in import Desk, desk


async def test_a_person_sees_their_sites_and_no_others(nobody: Desk) -> None:
    for one in ("larkspur", "thyme"):
        await scanned(nobody.store, one)
    await nobody.sign_in("ada")
    text = await nobody.page("/admin/sites")
    assert "www.larkspur.example" in text
    assert "thyme.example" in text
    await nobody.sign_out()
    await nobody.sign_in("cy")
    text = await nobody.page("/admin/sites")
    assert "larkspur" not in text
    assert "thyme.example" in text
    assert re.search(
        r'unclassified at the last scan</dt><dd><a href="/admin/review"[^>]*>1<', text
    )  # of one site, not of two


async def test_each_site_is_told_with_verdict_trend_scan_and_notice_and_the_worst_come_first(
    ada: Desk,
) -> None:
    for _ in range(3):
        await scanned(ada.store, "thyme")
    await ada.store.queue_scan(new_run("larkspur", trigger="api"))
    text = await ada.page("/admin/sites")
    assert text.index('href="/admin/sites/thyme"') < text.index('href="/admin/sites/larkspur"')
    assert '<span class="tag violations">Violations</span>' in text
    assert "in the last 3 scans, oldest first: 1, 1, 1. Last verdict: violations." in text
    assert "a scan waits" in text
    assert "Never scanned" in text
    assert ada.version[:8] in text


async def test_sites_are_found_by_name_and_verdict_a_page_after_the_other(tmp_path: Path) -> None:
    many = [
        site(id=f"shop-{number:02d}", name=f"Shop {number:02d}", url="https://shop.example/")
        for number in range(45)
    ]
    async with desk(tmp_path, site(), *many) as opened:
        await opened.sign_in("ada")
        await scanned(opened.store, "shop-07")
        first = await opened.page("/admin/sites")
        assert "46 sites, page 1 of 2" in first
        assert first.count('scope="row"') == 40
        assert (await opened.page("/admin/sites?page=2")).count('scope="row"') == 6
        assert (await opened.page("/admin/sites?page=9999")).count('scope="row"') == 6
        assert (await opened.page("/admin/sites?q=SHOP+1")).count('scope="row"') == 10
        assert (await opened.page("/admin/sites?verdict=violations")).count('scope="row"') == 1
        assert "No site is like that" in await opened.page("/admin/sites?verdict=clean")
        assert (await opened.page("/admin/sites?verdict=wrong&page=x")).count('scope="row"') == 40


async def failed_scan(opened: Desk, site_id: str, message: str) -> None:
    run = await opened.store.queue_scan(new_run(site_id, trigger="schedule"))
    assert await opened.store.take_scan(run.scan_id, "worker", run.queued_ms)
    assert await opened.store.fail_scan(run.scan_id, "worker", run.queued_ms, message)


async def test_a_site_whose_last_scan_failed_is_told_before_those_that_are_clean_or_new(ada: Desk) -> None:
    await failed_scan(ada, "thyme", "The site did not answer.")
    text = await ada.page("/admin/sites")
    assert "Last scan failed</a>" in text
    assert text.index('href="/admin/sites/thyme"') < text.index('href="/admin/sites/larkspur"')
    only = await ada.page("/admin/sites?verdict=failed")
    assert only.count('scope="row"') == 1
    await scanned(ada.store, "thyme")  # which makes up for it
    assert "Last scan failed</a>" not in await ada.page("/admin/sites")


async def test_the_numbers_above_the_list_lead_to_the_sites_that_they_count(ada: Desk) -> None:
    await scanned(ada.store, "thyme")
    text = await ada.page("/admin/sites")
    assert '<a href="/admin/sites?verdict=violations" aria-label="1 site with violations">1</a>' in text
    assert "clean</dt><dd>0</dd>" in text
