from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from consent.statistics.sentences import Told, chance, label, percent, points, rest, told

DAY = dt.date(2026, 11, 3)


def found(**fields: Any) -> Told:
    base = Told(
        "accepted",
        "phones",
        "desktop computers",
        (0.412, 0.523),
        (4120, 5230),
        (-0.13, -0.09),
        0.0004,
        6,
        True,
    )
    return base._replace(**fields)


def test_a_difference_that_shows_is_told_with_its_size_and_its_certainty() -> None:
    assert told(found()) == (
        "Phones: 41.2 % accepted everything; desktop computers: 52.3 % (4,120 and 5,230 answers). That is 11.1 points lower"
        " (between 9.0 and 13.0), more than chance explains (p < 0.001, corrected for 6 comparisons)."
    )
    higher = told(found(shares=(0.6, 0.5), between=(0.02, 0.18), p=0.012, of=1, measure="refused"))
    assert "refused everything" in higher
    assert (
        "That is 10.0 points higher (between 2.0 and 18.0), more than chance explains (p = 0.012)." in higher
    )


def test_a_difference_that_does_not_show_is_called_neither_higher_nor_lower() -> None:
    sentence = told(found(shares=(0.5, 0.6), between=(-0.23, 0.031), significant=False))
    assert sentence.endswith(
        "No difference that the numbers can show: it lies between \N{MINUS SIGN}23.0 and +3.1 points."
    )
    assert not any(word in sentence for word in ("higher", "lower", "better", "worse", "more than"))


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.5, "50.0 %"), (0.0, "0.0 %"), (1.0, "100.0 %"), (0.0001, "under 0.1 %"), (0.9999, "over 99.9 %")],
)
def test_a_percentage_that_is_not_quite_nothing_or_all_does_not_read_so(share: float, text: str) -> None:
    assert percent(share) == text


def test_points_and_chances_are_written_as_precisely_as_they_are_known() -> None:
    assert points(0.0004) == "less than 0.1"
    assert points(-0.0004, signed=True) == "0.0"
    assert points(0.031, signed=True) == "+3.1"
    assert chance(0.0314) == "p = 0.031"


def test_groups_are_named_as_a_sentence_needs_it() -> None:
    assert label("notice", "3fa2b1c4" * 8, DAY) == "notice 3fa2b1c4 (from 2026-11-03)"
    assert label("device", "phone", DAY) == "phones"
    assert label("language", "de", DAY) == "language de"
    assert label("language", "other", DAY) == "other languages"
    assert label("country", "DE", DAY) == "country DE"
    assert rest("device") == "all other devices together"
