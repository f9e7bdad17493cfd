from __future__ import annotations

import pytest

from consent.deadlines import MONTHS_EXTENDED, days_left, in_words, months_after
from consent.times import DAY_MS, parse_rfc3339, rfc3339


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2026-11-25T04:00:00.123Z", 1, "2026-12-25T04:00:00.123Z"),
        ("2026-12-15T00:00:00.000Z", 1, "2027-01-15T00:00:00.000Z"),
        ("2027-01-31T23:59:59.999Z", 1, "2027-02-28T23:59:59.999Z"),
        ("2028-01-31T10:00:00.000Z", 1, "2028-02-29T10:00:00.000Z"),  # a leap year
        ("2028-01-29T10:00:00.000Z", 1, "2028-02-29T10:00:00.000Z"),
        ("2100-01-30T10:00:00.000Z", 1, "2100-02-28T10:00:00.000Z"),  # none, though divisible by four
        ("2000-01-30T10:00:00.000Z", 1, "2000-02-29T10:00:00.000Z"),
        ("2028-02-29T10:00:00.000Z", 1, "2028-03-29T10:00:00.000Z"),  # a month later, not the month's end
        ("2026-03-31T10:00:00.000Z", 1, "2026-04-30T10:00:00.000Z"),
        ("2026-11-30T10:00:00.000Z", MONTHS_EXTENDED, "2027-02-28T10:00:00.000Z"),
        (
            "2026-10-31T10:00:00.000Z",
            MONTHS_EXTENDED,
            "2027-01-31T10:00:00.000Z",
        ),  # from receipt, not from 30 November
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_there_is(received: str, months: int, due: str) -> None:
    assert rfc3339(months_after(parse_rfc3339(received), months)) == due


@pytest.mark.parametrize(
    ("left_ms", "days", "words"),
    [
        (12 * DAY_MS, 12, "12 days left"),
        (2 * DAY_MS - 1, 1, "1 day left"),
        (DAY_MS - 1, 0, "less than a day left"),
        (0, 0, "less than a day left"),
        (-1, -1, "overdue since today"),
        (-DAY_MS, -1, "overdue by 1 day"),
        (-3 * DAY_MS - 5, -4, "overdue by 3 days"),
    ],
)
def test_what_is_left_is_counted_in_whole_days_and_said_in_words(left_ms: int, days: int, words: str) -> None:
    assert days_left(10**12 + left_ms, 10**12) == days
    assert in_words(10**12 + left_ms, 10**12) == words
