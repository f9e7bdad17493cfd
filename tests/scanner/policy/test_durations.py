from __future__ import annotations

import datetime as dt

import pytest

from scanner.policy.durations import dates_in, durations_in
from scanner.policy.language import language

EN = language("en")
DAY = 86_400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2 years", 731 * DAY),
        ("two (2) years", 731 * DAY),
        ("24 hours", DAY),
        ("30-minute", 1_800),
        ("1 year and 1 month", 395 * DAY),
        ("13 months", 396 * DAY),
        ("180 days", 180 * DAY),
        ("Session", 0),
        ("until you close your browser", 0),
        ("expires at the end of the session", 0),
        ("when the browser is closed", 0),
    ],
)
def test_a_lifetime_is_read(text: str, seconds: float) -> None:
    found = durations_in(text, EN)
    assert len(found) == 1
    assert found[0].seconds == pytest.approx(seconds, rel=0.01)


def test_what_has_no_end_has_no_seconds_and_a_number_outranks_words() -> None:
    assert [one.seconds for one in durations_in("persistent", EN)] == [None]
    assert [one.text for one in durations_in("persistent, 90 days", EN)] == ["90 days"]
    assert durations_in("We are in business since 1990.", EN) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("17 May 2018", "2018-05-17"),
        ("May 17th, 2018", "2018-05-17"),
        ("20th of May, 2018", "2018-05-20"),
        ("March 2022", "2022-03-01"),
        ("2024-02-29", "2024-02-29"),
        ("12/08/2021", "2021-08-12"),
        ("08/25/2021", "2021-08-25"),
        ("17.05.2018", "2018-05-17"),
    ],
)
def test_a_date_is_read(text: str, day: str) -> None:
    assert [one.day for one in dates_in(f"as of {text}.", EN)] == [dt.date.fromisoformat(day)]


@pytest.mark.parametrize("text", ["31 February 2020", "99/99/2020", "May 2100000", "in may"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates_in(text, EN) == []
