from __future__ import annotations

import re
from html import unescape

import pytest

from consent.audit import audit_log
from consent.decisions import record
from consent.model.categories import Category
from consent.model.sites import Decision
from consent.publication import current_inventory
from tests.consent.web.dashboard.reviewing import HOSTILE, scanned, waiting
from tests.consent.web.dashboard.signing_in import Desk

PATH = "/admin/sites/larkspur/publish"
PURPOSE = Decision(name="lk_visit", category=Category.PERFORMANCE, purpose="Counts visits.", reviewer="bo")
LIMIT = 100_000


@pytest.fixture
async def scan(ada: Desk) -> Desk:
    await scanned(ada.store, waiting("lk_visit"))
    return ada


def sent(html: str) -> dict[str, str]:
    """What the form to publish sends."""
    form = re.search(
        r'<form method="post" action="/admin/sites/larkspur/publish">(.*?)</form>', html, re.DOTALL
    )
    assert form is not None, html
    return {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[1])}


async def test_a_blank_purpose_stands_against_it_and_leads_to_the_review(scan: Desk) -> None:
    text = await scan.page(PATH)
    assert "1 item has no purpose yet." in text
    assert 'action="/admin/sites/larkspur/publish"><input type="hidden" name="csrf"' not in text
    link = re.search(r'href="(/admin/sites/larkspur/review\?[^"]*)" class="mono">lk_visit', text)
    assert link is not None
    assert "What is it for?" in await scan.page(unescape(link[1]))
    [run] = await scan.store.trend("larkspur", 1)
    version = re.search(r'<p class="mono">([0-9a-f]{64})', text)
    assert version is not None
    answer = await scan.post(PATH, {"scan": run.scan_id, "version": version[1]})
    assert answer.status == 400
    assert "nothing was published" in await answer.text()


async def test_what_differs_is_told_and_publishing_makes_the_new_notice(scan: Desk) -> None:
    await record(scan.store, "larkspur", [PURPOSE])
    text = await scan.page(PATH)
    assert "Every visitor is asked again." in text
    assert "What visitors are told to be new" in text
    assert re.search(r"lk_visit<small>Cookie, www.larkspur.example</small>", text)
    answer = await scan.post(PATH, sent(text), follow=True)
    after = await answer.text()
    assert answer.status == 200
    assert "Published. Visitors are shown the notice" in after
    assert "Visitors are shown exactly this." in after
    assert re.search(r'data-label="By">ada<', after)
    [current] = await scan.store.publications()
    assert (current.published_by, current.notice_version) == ("user:ada", sent(text)["version"])
    assert "lk_visit" in {one.name for one in (await current_inventory(scan.store, current)).items}
    [entry] = [entry for entry in await audit_log(scan.store) if entry.action == "widget.publish"]
    assert (entry.actor, entry.details["notice"]) == ("user:ada", current.notice_version)
    script = await (await scan.client.get("/w/larkspur.js")).text()
    assert current.notice_version in script


async def test_what_was_looked_at_is_what_is_published(scan: Desk) -> None:
    await record(scan.store, "larkspur", [PURPOSE])
    form = sent(await scan.page(PATH))
    other = Decision(name="lk_visit", category=Category.ADVERTISING, purpose="Follows visitors.")
    await record(scan.store, "larkspur", [other])
    before = await scan.store.publication_version()
    answer = await scan.post(PATH, form)
    assert answer.status == 409
    assert "This has changed since you looked." in await answer.text()
    assert await scan.store.publication_version() == before


async def test_a_reviewer_looks_and_an_admin_publishes(scan: Desk) -> None:
    await record(scan.store, "larkspur", [PURPOSE])
    form = sent(await scan.page(PATH))
    await scan.sign_out()
    await scan.sign_in("bo")
    assert "An admin publishes it." in await scan.page(PATH)
    assert (await scan.post(PATH, form | {"csrf": scan.csrf})).status == 403
    await scan.sign_out()
    await scan.sign_in("cy")
    await scan.page(PATH, 404)
    await scan.page(f"{PATH}/preview", 404)
    assert (await scan.post(PATH, form | {"csrf": scan.csrf})).status == 404


async def test_a_scan_of_another_site_or_none_is_not_found(scan: Desk) -> None:
    run = await scanned(scan.store, of="thyme")
    await scan.page(f"{PATH}?scan={run.scan_id}", 404)
    assert (await scan.post(PATH, {"scan": run.scan_id, "version": "x"})).status == 404
    assert (await scan.post(PATH, {"scan": "", "version": "x"})).status == 404


async def test_a_site_that_was_never_scanned_says_so(ada: Desk) -> None:
    text = await ada.page("/admin/sites/thyme/publish")
    assert "never scanned" in text
    assert 'href="/admin/sites/thyme/scans">Start a scan</a>' in text
    await ada.page("/admin/sites/thyme/publish/preview", 404)


async def test_a_first_banner_is_announced(scan: Desk) -> None:
    await scanned(scan.store, of="thyme")
    text = await scan.page("/admin/sites/thyme/publish")
    assert "Nothing is published yet." in text
    assert "Nothing was ever published." in text


async def test_hundreds_of_hostile_items_make_a_small_page(ada: Desk) -> None:
    await scanned(ada.store, *(waiting(f"{HOSTILE}{number}", vendor=HOSTILE) for number in range(400)))
    text = await ada.page(PATH)
    assert "400 items have no purpose yet." in text
    assert "<script>alert" not in text
    assert len(text) < LIMIT


async def test_each_difference_can_be_looked_at_a_page_after_the_other(ada: Desk) -> None:
    await scanned(ada.store, *(waiting(f"lk_{number:03d}", purpose="Counts.") for number in range(90)))
    first = await ada.page(PATH)
    assert "<details><summary>Each of them" in first
    seen = set(re.findall(r"lk_\d{3}(?=<small>Cookie)", first))
    pages = int(re.findall(r"Page 1 of (\d+)", first)[0])
    for number in range(2, pages + 1):
        text = await ada.page(f"{PATH}?page={number}")
        assert "<details open><summary>Each of them" in text
        seen |= set(re.findall(r"lk_\d{3}(?=<small>Cookie)", text))
    assert len(seen) == 90
    assert f"Page {pages} of {pages}" in await ada.page(f"{PATH}?page=9999")
