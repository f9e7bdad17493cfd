"""Which groups are compared, and what the comparison says; nothing is called higher that the numbers cannot show to be.

Notices follow each other, so each is compared with the one before it. Of other groups each is compared with all the others
together, and two groups with each other. All comparisons of one table are corrected as one family.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import msgspec

from consent.statistics import sentences
from consent.statistics.groups import Group
from consent.statistics.significance import LEVEL, Outcome, Share, compared, difference, holm
from consent.user_agents import AUTOMATED

MOST = 20
"""Groups that are compared: the more there are, the less any one difference can show. The largest ones are taken."""
Measure = Literal["accepted", "refused"]
MEASURES: tuple[Measure, ...] = ("accepted", "refused")
REST = "*"
"""Stands for all the other groups together."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Two groups compared in one share of their answers.

    ``difference`` is the first one's share less the other's, from -1 to 1, and lies between ``low`` and ``high``: with 95 %
    confidence for all comparisons of the table together. ``p`` is corrected for their number. ``other`` is ``*`` where it
    stands for all the others together. ``sentence`` says it in words.
    """

    measure: Measure
    one: str
    other: str
    shares: tuple[float, float]
    answers: tuple[int, int]
    difference: float
    low: float
    high: float
    test: Literal["z", "fisher"]
    p: float
    significant: bool
    sentence: str


class _Pair(NamedTuple):
    one: Group
    other: tuple[Group, ...]
    name: str


class _Family(NamedTuple):
    """All comparisons of one table: by what, how groups are named, how many comparisons there are."""

    by: str
    labels: dict[str, str]
    size: int


def comparisons(by: str, groups: Sequence[Group]) -> list[Comparison]:
    """Compare groups; days are not compared, and neither is what says that it is a program."""
    pairs = [pair for pair in _pairs(by, groups) if pair.one.answers and sum(g.answers for g in pair.other)]
    tested = [
        (measure, pair, Share(getattr(pair.one, measure), pair.one.answers), _together(measure, pair.other))
        for pair in pairs
        for measure in MEASURES
    ]
    tests = [compared(one, other) for _, _, one, other in tested]
    corrected = holm([test.p for test in tests])
    family = _Family(
        by, {group.key: sentences.label(by, group.key, group.first_day) for group in groups}, len(tests)
    )
    return [
        _comparison(family, measure, pair, (one, other), Outcome(test.name, p))
        for (measure, pair, one, other), test, p in zip(tested, tests, corrected, strict=True)
    ]


def _pairs(by: str, groups: Sequence[Group]) -> list[_Pair]:
    if by == "day":
        return []
    if by == "notice":
        recent = list(groups)[-MOST - 1 :]
        return [_Pair(new, (old,), old.key) for old, new in pairwise(recent)]
    people = [group for group in groups if group.key != AUTOMATED and group.answers]
    if len(people) == 2:
        return [_Pair(people[0], (people[1],), people[1].key)]
    largest = sorted(people, key=lambda group: -group.answers)[:MOST]
    return [
        _Pair(group, tuple(other for other in people if other is not group), REST)
        for group in people
        if group in largest and len(people) > 1
    ]


def _together(measure: Measure, groups: Sequence[Group]) -> Share:
    return Share(sum(getattr(group, measure) for group in groups), sum(group.answers for group in groups))


def _comparison(
    family: _Family, measure: Measure, pair: _Pair, shares: tuple[Share, Share], test: Outcome
) -> Comparison:
    one, other = shares
    # Each interval is wider (Bonferroni), so that all of them together hold with 95 %.
    low, high = difference(one, other, confidence=1 - LEVEL / family.size)
    # Both must show it: the corrected test, and an interval without 0.
    significant = test.p < LEVEL and not low <= 0 <= high
    told = sentences.Told(
        measure=measure,
        one=family.labels[pair.one.key],
        other=sentences.rest(family.by) if pair.name == REST else family.labels[pair.name],
        shares=(one.value, other.value),
        answers=(one.whole, other.whole),
        between=(low, high),
        p=test.p,
        of=family.size,
        significant=significant,
    )
    return Comparison(
        measure=measure,
        one=pair.one.key,
        other=pair.name,
        shares=(one.value, other.value),
        answers=(one.whole, other.whole),
        difference=one.value - other.value,
        low=low,
        high=high,
        test=test.name,
        p=test.p,
        significant=significant,
        sentence=sentences.told(told),
    )
