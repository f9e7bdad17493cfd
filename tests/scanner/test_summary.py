from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.summary import summary
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, item, judged, page, passed, report, request


def test_items_and_third_party_requests_are_counted_by_category_and_state() -> None:
    counts = judged(
        report(
            items=(
                item(states=(BEFORE, ACCEPT)),
                item("cart", category=Category.NECESSARY, states=(BEFORE,)),
            ),
            requests=(
                request(count=3),
                request(state=ACCEPT),
                request("https://m.larkspur.example/", party=Party.FIRST),
            ),
        )
    ).summary
    assert counts["items"]["performance"] == {"before": 1, "reject": 0, "accept": 1, "all": 1}
    assert counts["items"]["necessary"]["all"] == 1
    assert counts["third_party_requests"]["advertising"] == {"before": 3, "reject": 0, "accept": 1, "all": 4}
    assert counts["third_party_hosts"] == 1
    assert counts["findings"]["high"] == counts["rules"]["before-consent"] - 1


def test_downloads_are_counted_beside_the_pages_and_leave_the_verdict_alone() -> None:
    files = (page(f"{SHOP}{number}.pdf", "download") for number in range(5))
    counts = judged(report(pages=(page(), *files))).summary
    assert counts["pages"] == {"planned": 1, "measured": 1, "failed": 0, "documents": 5}
    assert counts["verdict"] == "clean"


def test_something_without_consent_is_a_violation_told_in_plain_words() -> None:
    counts = judged(
        report(items=(item(service="S"),), requests=(request(service="T", state=REJECT),))
    ).summary
    assert counts["verdict"] == "violations"
    assert (
        counts["verdict_text"]
        == "1 service was active before consent and 1 service was active after a refusal."
    )


def test_only_necessary_things_without_consent_are_clean() -> None:
    counts = judged(
        report(
            items=(item(category=Category.NECESSARY, states=(BEFORE, REJECT, ACCEPT)), item(states=(ACCEPT,)))
        )
    ).summary
    assert counts["verdict"] == "clean"
    assert (
        counts["verdict_text"]
        == "Nothing that needs consent was seen before consent or after a refusal, on 1 of 1 page."
    )


def test_an_unapplied_refusal_is_never_clean() -> None:
    passes = (passed(BEFORE), passed(REJECT, applied=False), passed(ACCEPT))
    counts = judged(report(passes=passes)).summary
    assert counts["verdict"] == "incomplete"
    assert "the state reject could not be applied" in counts["verdict_text"]


def test_a_site_without_banner_and_without_need_is_clean() -> None:
    passes = (passed(BEFORE, banner_found=False), passed(REJECT, applied=False, banner_found=False))
    assert judged(report(passes=passes)).summary["verdict"] == "clean"


def test_withheld_or_failed_pages_are_never_clean() -> None:
    assert judged(report(pages=(page(status="not_measured"),))).summary["verdict"] == "incomplete"
    some = judged(report(pages=(page(), page(SHOP + "a", "failed")))).summary
    assert some["verdict"] == "incomplete"
    assert "only 1 of 2 pages" in some["verdict_text"]
    assert some["pages"] == {"planned": 2, "measured": 1, "failed": 1, "documents": 0}


@pytest.mark.parametrize("status", ["http_error", "timeout"])
def test_a_site_that_shows_only_errors_is_not_called_clean(status: str) -> None:
    counts = judged(report(pages=(page(status=status), page(SHOP + "a", status)))).summary
    assert counts["verdict"] == "incomplete"
    assert "no page loaded without an error" in counts["verdict_text"]
    assert judged(report(pages=(page(), page(SHOP + "a", status)))).summary["verdict"] == "clean"


def test_the_unclassified_before_consent_is_incomplete_and_no_violation() -> None:
    counts = judged(report(items=(item(category=Category.UNCLASSIFIED),))).summary
    assert counts["verdict"] == "incomplete"
    assert "1 source active without consent is not classified yet" in counts["verdict_text"]


def test_an_empty_report_is_incomplete() -> None:
    assert summary(report(pages=(), passes=()))["verdict"] == "incomplete"


def test_a_start_page_or_a_tenth_of_all_pages_that_fails_on_the_server_is_never_clean() -> None:
    good = tuple(page(f"{SHOP}{number}") for number in range(20))
    broken = page(SHOP, "http_error", http_status=503)
    start = judged(report(pages=(broken, *good)))
    assert start.summary["verdict"] == "incomplete"
    assert "the start page did not load (HTTP 503)" in start.summary["verdict_text"]
    some = judged(report(pages=(*good[:8], broken, page(f"{SHOP}b", "http_error", http_status=500))))
    assert "the server failed on 2 of 10 pages" in some.summary["verdict_text"]
    missing = page(f"{SHOP}gone", "http_error", http_status=404)
    assert judged(report(pages=(*good[:8], missing, missing))).summary["verdict"] == "clean"
