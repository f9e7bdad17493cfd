"""The refusal shows without scrolling."""

from __future__ import annotations

from typing import Any

from scanner.banners.model import Look
from scanner.practices.reject_in_view import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def refusal(**fields: Any) -> Look:
    return look(first=layer(controls=(control("accept"), control("reject", **fields))))


def test_a_refusal_in_view_passes_and_may_be_cut_a_little() -> None:
    assert verdict(look())[0] == "passed"
    assert verdict(refusal(seen=0.75))[0] == "passed"


def test_a_refusal_out_of_view_or_under_something_fails() -> None:
    assert verdict(refusal(seen=0.0)) == ("failed", "0 % of 'Reject all' shows in the viewport")
    assert verdict(refusal(covered=True)) == ("failed", "something lies over 'Reject all'")


def test_without_a_refusal_there_is_nothing_to_see() -> None:
    assert verdict(look(first=layer("accept")))[0] == "not applicable"
