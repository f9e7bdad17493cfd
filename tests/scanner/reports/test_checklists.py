from __future__ import annotations

import pytest

from scanner.report import Report
from scanner.reports.checklists import Answer, Checklist, answered, checklists, told
from tests.scanner.banners.made import audited, control, layer, look
from tests.scanner.factories import BEFORE, REJECT, judged, passed, report, shop_report


def every(seen: Report) -> list[Answer]:
    return [one for checklist in checklists(seen) for group in checklist.groups for one in group.answers]


def answer(seen: Report, words: str) -> Answer:
    (found,) = [one for one in every(seen) if words in one.statement]
    return found


def test_both_readers_have_their_list_and_every_statement_is_answered_once() -> None:
    officer, developer = checklists(shop_report())
    assert (officer.title, developer.title) == ("For the privacy officer", "For the web developer")
    statements = [one.statement for one in every(shop_report())]
    assert len(statements) == len(set(statements)) > 45
    assert all(one.answer for one in every(shop_report()))


def test_verdicts_are_counted() -> None:
    officer: Checklist = checklists(shop_report())[0]
    total = sum(len(group.answers) for group in officer.groups)
    assert officer.count("yes") + officer.count("no") + officer.count("not measured") == total


@pytest.mark.parametrize(
    "words",
    [
        "declared is found",
        "consent log",
        "changed since the last scan",
        "Other languages",
        "held back which element",
    ],
)
def test_what_no_scan_can_know_is_not_measured_and_says_where_to_ask(words: str) -> None:
    one = answer(shop_report(), words)
    assert one.verdict == "not measured"
    assert one.answer


def test_the_banner_audit_counts_what_was_judged() -> None:
    assert answer(shop_report(), "practices A to K").verdict == "not measured"
    unseen = judged(audited(look(found=False, first=None, reason="no consent banner was found")))
    one = answer(unseen, "practices A to K")
    assert (one.verdict, one.answer) == ("not measured", "Desktop: no consent banner was found.")
    pale = layer("accept", controls=(control("accept"), control("reject", text_contrast=1.8)))
    one = answer(judged(audited(look(), look(viewport="phone", first=pale))), "practices A to K")
    assert (one.verdict, one.link) == ("no", "banner")
    assert one.answer.startswith("Failed: E. Passed: A, B, C, D, H, ")
    assert answer(judged(audited(look(), look(viewport="phone"))), "practices A to K").verdict == "yes"


def test_an_unapplied_state_is_neither_yes_nor_no() -> None:
    seen = judged(report(passes=(passed(BEFORE), passed(REJECT, applied=False))))
    assert answer(seen, "A refusal is obeyed").verdict == "not measured"
    assert (
        answer(seen, "All five consent states").answer == "Not measured: Refused, Accepted, Withdrawn, GPC."
    )
    assert answer(seen, "Consent can be refused").verdict == "no"


def test_a_verdict_is_yes_no_or_not_measured() -> None:
    assert answered("s", ok=True, answer="a").verdict == "yes"
    assert answered("s", ok=False, answer="a").verdict == "no"
    assert answered("s", ok=None, answer="a").verdict == "not measured"
    assert (told(1, "entry", "entries"), told(1_200, "cookie")) == ("1 entry", "1,200 cookies")
