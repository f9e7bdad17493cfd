"""Practice E."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.banners.model import Look
from scanner.practices.contrast import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


@pytest.mark.parametrize(
    ("reject", "expected"),
    [
        ({"text_contrast": 4.5}, "passed"),
        ({"text_contrast": 4.49}, "failed"),
        ({"text_contrast": 3.0, "font_px": 24.0}, "passed"),
        ({"text_contrast": 3.0, "font_px": 19.0, "font_weight": 700}, "passed"),
        ({"text_contrast": 3.0, "font_px": 19.0, "font_weight": 600}, "failed"),
        ({"text_contrast": None}, "not measured"),
    ],
)
def test_the_refusals_text_needs_the_contrast_of_wcag(reject: dict[str, Any], expected: str) -> None:
    assert (
        verdict(look(first=layer(controls=(control("accept"), control("reject", **reject)))))[0] == expected
    )


def test_the_reason_names_both_contrasts() -> None:
    pale = layer(controls=(control("reject", text="Refuser", text_contrast=2.1),))
    assert verdict(look(first=pale)) == ("failed", "'Refuser' has a contrast of 2.1:1, 4.5:1 can be read")


def test_without_a_refusal_there_is_nothing_to_read() -> None:
    assert verdict(look(first=layer("accept")))[0] == "not applicable"
