from __future__ import annotations

import datetime as dt

import pytest

from consent.statistics.buckets import MOST, buckets
from consent.statistics.counting import day_number
from consent.statistics.groups import Group
from tests.consent.statistics.grouping import group

MONDAY = dt.date(2025, 12, 29)


def days(count: int, first: dt.date = MONDAY) -> list[Group]:
    start = day_number(first)
    return [group(start + number, start + number, shown=10, accepted=3, refused=2) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "unit"),
    [(1, "day"), (MOST, "day"), (MOST + 1, "week"), (366, "week"), (600, "month"), (3660, "year")],
)
def test_there_are_never_more_columns_than_can_be_told_apart_and_nothing_is_lost(
    count: int, unit: str
) -> None:
    found_unit, found = buckets(days(count))
    assert found_unit == unit
    assert len(found) <= MOST
    assert sum(bucket.accepted for bucket in found) == 3 * count
    assert sum(bucket.no_decision for bucket in found) == 5 * count


def test_weeks_begin_on_monday_also_over_new_year() -> None:
    _, found = buckets(days(MOST + 1))
    assert (found[0].first, found[0].last, found[1].first) == (
        MONDAY,
        dt.date(2026, 1, 4),
        dt.date(2026, 1, 5),
    )
    assert found[0].name == "2025-12-29 to 2026-01-04"


def test_a_bucket_has_its_share_and_its_parts() -> None:
    _, [one] = buckets(days(1))
    assert one.name == "2025-12-29"
    assert one.parts == (3, 0, 2, 5)
    assert one.rate is not None
    assert one.rate.value == 0.6


def test_no_days_are_no_buckets() -> None:
    assert buckets([]) == ("day", [])
