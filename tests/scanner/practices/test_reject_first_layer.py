"""Practice A."""

from __future__ import annotations

from scanner.banners.model import Look
from scanner.practices.reject_first_layer import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def test_a_refusal_beside_the_acceptance_passes_with_one_click_each() -> None:
    seen = look()
    assert seen.first is not None
    judged = judge(seen, seen.first, report())
    assert judged.verdict == "passed"
    assert judged.numbers == {"clicks_to_accept": 1, "clicks_to_reject": 1}


def test_a_refusal_on_the_second_layer_takes_two_clicks_and_fails() -> None:
    assert verdict(look(first=layer("accept", "settings"))) == (
        "failed",
        "refusing takes 2 clicks, accepting one",
    )


def test_a_banner_without_any_refusal_fails_and_says_why_no_second_layer_was_seen() -> None:
    seen = look(
        first=layer("accept"),
        second=None,
        second_reason="the first layer has no control that leads to settings",
    )
    assert verdict(seen) == (
        "failed",
        "no control refuses; the first layer has no control that leads to settings",
    )


def test_a_refusal_outside_the_banner_is_named() -> None:
    outside = layer(controls=(control("accept"), control("reject", in_banner=False)))
    assert verdict(look(first=outside, second=None)) == (
        "failed",
        "the only refusal, 'Reject all', stands outside the banner",
    )


def test_a_notice_that_accepts_nothing_needs_no_refusal() -> None:
    assert verdict(look(first=layer("reject")))[0] == "not applicable"
