"""Practice D."""

from __future__ import annotations

import pytest

from scanner.banners.model import Look
from scanner.practices.colour import judge
from scanner.report import Report
from tests.scanner.banners.made import control, layer, look
from tests.scanner.factories import report


def verdict(seen: Look, made: Report | None = None) -> tuple[str, str]:
    assert seen.first is not None
    judged = judge(seen, seen.first, made or report())
    return judged.verdict, judged.reason


def pair(accept: float | None, reject: float | None, border: float | None = None) -> Look:
    return look(
        first=layer(
            controls=(
                control("accept", surface_contrast=accept),
                control("reject", surface_contrast=reject, border_contrast=border),
            )
        )
    )


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (pair(8.6, 8.6), "passed"),
        (pair(8.6, 1.16), "failed"),
        (pair(8.6, 1.5), "passed"),
        (pair(2.9, 1.0), "passed"),
        (pair(8.6, 1.0, border=3.0), "passed"),
        (pair(8.6, 1.0, border=2.9), "failed"),
        (pair(None, 1.0), "not measured"),
        (look(first=layer("accept")), "not applicable"),
    ],
)
def test_a_refusal_must_not_fade_beside_an_acceptance_that_stands_out(seen: Look, expected: str) -> None:
    assert verdict(seen)[0] == expected


def test_the_numbers_tell_both_contrasts_and_their_ratio() -> None:
    seen = pair(8.0, 1.2)
    assert seen.first is not None
    numbers = judge(seen, seen.first, report()).numbers
    assert (numbers["accept_surface_contrast"], numbers["reject_surface_contrast"]) == (8.0, 1.2)
    assert numbers["contrast_ratio_reject_to_accept"] == 0.15
