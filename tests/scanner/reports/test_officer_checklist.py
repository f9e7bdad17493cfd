from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.report import Recipient
from tests.scanner.factories import (
    BEFORE,
    DAY,
    REJECT,
    item,
    judged,
    page,
    passed,
    report,
    request,
    shop_report,
)
from tests.scanner.reports.test_checklists import answer


def test_what_happens_without_consent_is_no_with_the_services_and_where_to_look() -> None:
    seen = shop_report()
    assert answer(seen, "Nothing that needs consent happens").verdict == "no"
    one = answer(seen, "Nothing is set or sent before consent")
    assert (one.verdict, one.link) == ("no", "findings")
    assert "services active" in one.answer


def test_a_clean_site_is_yes_in_every_state_that_was_reached() -> None:
    seen = judged(report(passes=tuple(passed(state) for state in ConsentState)))
    for words in (
        "Nothing is set or sent",
        "A refusal is",
        "A withdrawal is",
        "Global Privacy Control is",
        "All five",
    ):
        assert answer(seen, words).verdict == "yes", words


def test_the_inventory_says_what_is_lacking_and_to_be_decided() -> None:
    seen = judged(
        report(
            items=(
                item("a", category=Category.UNCLASSIFIED, purpose=""),
                item("PHPSESSID", category=Category.NECESSARY, purpose="p", criterion="B", rule="decision"),
                item("b", lifetime_s=400 * DAY, purpose="p", reopened="the lifetime is another"),
            ),
            recipients=(Recipient(vendor="A", country="US", transfer="adequate-dpf"), Recipient(vendor="B")),
        )
    )
    assert answer(seen, "Every entry has provider").answer.endswith("1 without provider or purpose.")
    assert answer(seen, "Nothing is unclassified").verdict == "no"
    assert answer(seen, "criterion, A or B").verdict == "yes"
    assert answer(seen, "Every decision still").verdict == "no"
    assert answer(seen, "longer than 13 months").answer == "1 cookie longer."
    assert answer(seen, "outlives the consent").verdict == "no"
    assert answer(seen, "country of every recipient").verdict == "no"


def test_coverage_is_told_with_what_was_left_out() -> None:
    seen = judged(report(pages=(page(), page(status="not_measured")), not_visited=40))
    assert (
        answer(seen, "Every known page").answer
        == "1 of 2 planned pages; 40 more are known and were not visited."
    )
    assert answer(seen, "withheld or blank").verdict == "no"
    assert answer(seen, "Logged-in areas").verdict == "not measured"
    logged_in = report(tool={"browser": "x", "settings": {"storage_state": "login.json"}})
    assert answer(judged(logged_in), "Logged-in areas").verdict == "yes"
    shot = report(
        passes=(passed(BEFORE), passed(REJECT, screenshot_before="a.png", screenshot_after="b.png"))
    )
    assert answer(judged(shot), "Pictures prove").answer.startswith("2 pictures")


def test_a_withdrawal_that_was_tried_and_failed_says_why() -> None:
    failed = passed(ConsentState.WITHDRAW, applied=False, reason="no control to withdraw was found")
    one = answer(
        judged(report(passes=(passed(BEFORE), failed), requests=(request(),))), "Consent can be withdrawn"
    )
    assert (one.verdict, one.answer) == ("no", "no control to withdraw was found")
