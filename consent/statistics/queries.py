"""A site's statistics as they are asked for: from the summed-up numbers to shares with intervals, groups and comparisons."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from consent.model.errors import ConfigError
from consent.statistics.comparisons import Comparison, comparisons
from consent.statistics.counting import DEVICES, OTHER, WHOLE, day_number
from consent.statistics.groups import Group, added_up, group_of, size_of
from consent.statistics.rates import CONFIDENCE
from consent.statistics.rollup import waiting
from consent.store import Store
from consent.store.statistics_store import COUNTS, Grouping, Sum
from consent.user_agents import AUTOMATED

DEFAULT_DAYS = 30
MOST_DAYS = 3660
"""Ten years: more days than that are no question that anybody asks."""
MOST_GROUPS = 50
"""More values than that are no table that anybody reads; the rest is summed up as ``other``."""


class By(StrEnum):
    """What visits are told apart by."""

    DAY = "day"
    LANGUAGE = "language"
    DEVICE = "device"
    NOTICE = "notice"
    COUNTRY = "country"
    JURISDICTION = "jurisdiction"
    VARIANT = "variant"


class Statistics(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one question. Days are UTC days, the last one included; ``waiting`` entries of the log are not counted yet."""

    site: str
    since: dt.date = msgspec.field(name="from")
    until: dt.date = msgspec.field(name="to")
    time_zone: str = "UTC"
    by: By
    confidence: float = CONFIDENCE
    waiting: int
    total: Group
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]


class Span(NamedTuple):
    """The first and the last day of a question, both included."""

    since: dt.date
    until: dt.date

    @property
    def days(self) -> tuple[int, int]:
        """The same as numbers that count from 1970."""
        return day_number(self.since), day_number(self.until)


def span_of(since: dt.date | None, until: dt.date | None, *, today: dt.date) -> Span:
    """Complete a span: it ends today, and has 30 days. Raises `ConfigError` where it ends before it begins, or is too long."""
    until = until or max(today, since or today)
    try:
        since = since or until - dt.timedelta(days=DEFAULT_DAYS - 1)
    except OverflowError:
        since = until
    if since > until:
        raise ConfigError(f"{since} comes after {until}.", hint="Give the earlier day first.")
    if (until - since).days >= MOST_DAYS:
        raise ConfigError(
            f"{since} to {until} is longer than {MOST_DAYS} days.", hint="Ask for less at once."
        )
    return Span(since, until)


async def statistics_of(store: Store, site: str, span: Span, by: By) -> Statistics:
    """Sum up one site's numbers."""
    groups, whole, left = await asyncio.gather(
        _groups(store, site, span, by), store.sums(site, WHOLE, span.days, ""), waiting(store)
    )
    return Statistics(
        site=site,
        since=span.since,
        until=span.until,
        by=by,
        waiting=left,
        total=_total(whole, span),
        groups=groups,
        comparisons=tuple(comparisons(by, groups)),
    )


async def _groups(store: Store, site: str, span: Span, by: By) -> tuple[Group, ...]:
    dimension, grouping = _place(by)
    found = await store.sums(site, dimension, span.days, grouping)
    if by is By.DAY:
        return _days(found, span)
    if by is By.NOTICE:
        return tuple(
            group_of(one) for one in sorted(found, key=lambda one: (one.first_day, one.last_day, one.key))
        )
    if by is By.DEVICE:
        order = (*DEVICES, AUTOMATED)
        return tuple(group_of(one) for one in sorted(found, key=lambda one: order.index(str(one.key))))
    return tuple(group_of(one) for one in _largest(found))


def _place(by: By) -> tuple[str, Grouping]:
    """Return the dimension that a question is about, and the column that it tells apart."""
    if by is By.DAY:
        return WHOLE, "day"
    return (WHOLE, "notice") if by is By.NOTICE else (by.value, "key")


def _total(whole: Sequence[Sum], span: Span) -> Group:
    return group_of(whole[0] if whole else _nothing("", *span.days))


def _nothing(key: str | int, first: int, last: int) -> Sum:
    return Sum(key, first, last, (0,) * len(COUNTS))


def _days(found: Sequence[Sum], span: Span) -> tuple[Group, ...]:
    """Return a group for each day of the span, also for those on which nothing happened."""
    known = {one.key: one for one in found}
    first, last = span.days
    return tuple(group_of(known.get(day) or _nothing(day, day, day)) for day in range(first, last + 1))


def _largest(found: Sequence[Sum]) -> list[Sum]:
    """Return the largest groups first, and what is over the limit as one, which is the last."""
    ordered = sorted(found, key=lambda one: (one.key == OTHER, -size_of(one), one.key))
    if len(ordered) <= MOST_GROUPS:
        return ordered
    return [*ordered[: MOST_GROUPS - 1], added_up(OTHER, ordered[MOST_GROUPS - 1 :])]
