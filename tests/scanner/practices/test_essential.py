"""Practice I."""

from __future__ import annotations

from typing import Any

from consent.model.categories import Category, ConsentState
from scanner.banners.model import Look
from scanner.practices.essential import judge
from scanner.report import Report
from tests.scanner.banners.made import look
from tests.scanner.factories import item, passed, report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


REFUSED = (passed(ConsentState.REJECT),)
KEPT: dict[str, Any] = {"states": (ConsentState.REJECT,), "set_after_action": (ConsentState.REJECT,)}


def test_what_is_stored_after_a_refusal_has_to_be_necessary() -> None:
    basket = item("basket", category=Category.NECESSARY, **KEPT)
    assert verdict(look(), report(items=(basket,), passes=REFUSED))[0] == "passed"


def test_statistics_after_a_refusal_fail_and_are_named() -> None:
    assert verdict(look(), report(items=(item("_ga", **KEPT),), passes=REFUSED)) == (
        "failed",
        "stored in spite of a refusal: _ga",
    )


def test_what_merely_stayed_from_before_is_no_treatment_as_essential() -> None:
    left = item("_ga", states=(ConsentState.BEFORE, ConsentState.REJECT))
    assert verdict(look(), report(items=(left,), passes=REFUSED))[0] == "passed"


def test_what_is_not_classified_leaves_the_question_open() -> None:
    unknown = item("x", category=Category.UNCLASSIFIED, **KEPT)
    assert verdict(look(), report(items=(unknown,), passes=REFUSED))[0] == "not measured"


def test_without_a_confirmed_refusal_there_is_no_verdict() -> None:
    assert verdict(look(), report(passes=()))[0] == "not measured"
    failed = passed(ConsentState.REJECT, applied=False)
    assert verdict(look(), report(passes=(failed,)))[0] == "not measured"
