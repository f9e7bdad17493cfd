"""What a rule about the banner says."""

from __future__ import annotations

from scanner.judged import Judged, ratio


def test_numbers_that_are_not_known_are_left_out() -> None:
    judged = Judged("passed", "so it is", known=0, unknown=None)
    assert (judged.verdict, judged.reason, judged.numbers) == ("passed", "so it is", {"known": 0})


def test_a_ratio_needs_both_numbers() -> None:
    assert ratio(1, 3) == 0.33
    assert ratio(None, 3) is None
    assert ratio(1, 0) is None
