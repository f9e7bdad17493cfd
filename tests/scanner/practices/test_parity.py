"""Refusing looks like accepting."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.banners.model import Look
from scanner.practices.parity import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def pair(**reject: Any) -> Look:
    return look(first=layer(controls=(control("accept"), control("reject", **reject))))


def test_two_buttons_of_one_style_pass() -> None:
    assert verdict(look()) == ("passed", "size, type and style are alike")


@pytest.mark.parametrize(
    ("reject", "problem"),
    [
        ({"width": 69.0}, "its area is 0.49 of the other's"),
        ({"height": 35.0}, "its height is 0.88 of the other's"),
        ({"font_px": 14.0}, "its type has 14 px, not 16"),
        ({"font_family": "Georgia"}, "its type is another"),
        ({"text_contrast": 4.2}, "its text has a contrast of 4.2:1, not 8.59:1"),
        ({"surface_contrast": 1.0}, "it has no surface of its own"),
    ],
)
def test_each_measure_that_is_not_met_is_named(reject: dict[str, Any], problem: str) -> None:
    assert verdict(pair(**reject)) == ("failed", f"refusing is not like accepting: {problem}")


def test_bold_beside_regular_fails_and_what_lies_within_the_room_passes() -> None:
    bold = layer(controls=(control("accept", font_weight=600), control("reject")))
    assert "weight 400, not 600" in verdict(look(first=bold))[1]
    assert verdict(pair(width=75.0, height=39.0))[0] == "passed"


def test_without_a_refusal_there_is_nothing_to_compare() -> None:
    assert verdict(look(first=layer("accept")))[0] == "not applicable"
