"""Days put together so that a span of any length is some columns of a chart and some lines of a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from consent.statistics.groups import Group
from consent.statistics.rates import Rate, share_of

MOST = 62
"""Columns that can still be told apart on a phone: each is some five pixels wide there."""


class Bucket(NamedTuple):
    """What visitors answered within some days, the last one included."""

    first: dt.date
    last: dt.date
    shown: int
    accepted: int
    partial: int
    refused: int
    no_decision: int

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The four numbers in the order of `consent.statistics.charts.PARTS`."""
        return self.accepted, self.partial, self.refused, self.no_decision

    @property
    def rate(self) -> Rate | None:
        """The share of the answers that accepted everything."""
        return share_of(self.accepted, self.accepted + self.partial + self.refused)

    @property
    def name(self) -> str:
        """The days, for a table."""
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


def buckets(days: Sequence[Group]) -> tuple[str, list[Bucket]]:
    """Return what a bucket is (``day``, ``week``, ``month`` or ``year``) and the buckets, oldest first.

    Weeks begin on Monday (ISO 8601). The first and the last bucket may be cut off by the span.
    """
    unit, found = "day", [_bucket([day]) for day in days]
    for name, key in _LARGER:
        if len(found) <= MOST:
            break
        unit, found = name, [_bucket(list(together)) for _, together in groupby(days, key=key)]
    return unit, found


_LARGER: tuple[tuple[str, Callable[[Group], object]], ...] = (
    ("week", lambda day: day.first_day.isocalendar()[:2]),
    ("month", lambda day: (day.first_day.year, day.first_day.month)),
    ("year", lambda day: day.first_day.year),
)


def _bucket(days: Sequence[Group]) -> Bucket:
    return Bucket(
        first=days[0].first_day,
        last=days[-1].last_day,
        shown=sum(day.shown for day in days),
        accepted=sum(day.accepted for day in days),
        partial=sum(day.partial for day in days),
        refused=sum(day.refused for day in days),
        no_decision=sum(day.no_decision or 0 for day in days),
    )
