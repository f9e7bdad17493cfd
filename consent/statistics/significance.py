"""Whether two shares differ by more than chance explains, with a correction where several are compared at once.

Two shares are compared by the two-proportion z test, pooled; where one of the four expected counts is below 5, by Fisher's
exact test (R. A. Fisher, "The Design of Experiments", 1935), since the z test does not hold there (Cochran's rule). The
difference has Newcombe's interval (Statistics in Medicine 17 (1998), method 10). Several p values are corrected after Holm
(Scandinavian Journal of Statistics 6 (1979)).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

from consent.statistics.rates import CONFIDENCE, interval

LEVEL = 1 - CONFIDENCE
LEAST_EXPECTED = 5.0
_TIE = 1e-5
"""Two tables are as probable as each other where they differ by no more than rounding among a hundred million does."""


class Outcome(NamedTuple):
    """The outcome of one comparison: which test it was, and the probability of such a difference by chance."""

    name: Literal["z", "fisher"]
    p: float


class Share(NamedTuple):
    """A counted share: ``part`` of ``whole``, which is above 0."""

    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.part / self.whole


def compared(one: Share, other: Share) -> Outcome:
    """Compare two shares, two-sided."""
    parts, whole = one.part + other.part, one.whole + other.whole
    pooled = parts / whole
    least = min(one.whole, other.whole) * min(pooled, 1 - pooled)
    if least < LEAST_EXPECTED:
        return Outcome("fisher", _fisher(one, other))
    z = (one.value - other.value) / sqrt(pooled * (1 - pooled) * (1 / one.whole + 1 / other.whole))
    return Outcome("z", 2 * NormalDist().cdf(-abs(z)))


def _fisher(one: Share, other: Share) -> float:
    """Return the probability of all tables with these sums that are no more probable than the one seen.

    One of the sums is small wherever this is called, so there are few such tables.
    """
    parts, whole = one.part + other.part, one.whole + other.whole
    # The rarer outcome and the smaller group are gone through: the table is the same seen from there.
    rare = min(parts, whole - parts)
    group, seen = (one.whole, one.part) if one.whole <= other.whole else (other.whole, other.part)
    if parts > whole - parts:
        seen = group - seen

    def log_p(number: int) -> float:
        return (
            _log_choose(rare, number) + _log_choose(whole - rare, group - number) - _log_choose(whole, group)
        )

    limit = log_p(seen) + _TIE
    least, most = max(0, group - (whole - rare)), min(group, rare)
    return min(1.0, sum(exp(value) for number in range(least, most + 1) if (value := log_p(number)) <= limit))


def _log_choose(of: int, number: int) -> float:
    return lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)


def difference(one: Share, other: Share, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Newcombe's interval for ``one.value - other.value``."""
    low, high = interval(one.value, one.whole, confidence=confidence)
    other_low, other_high = interval(other.value, other.whole, confidence=confidence)
    between = one.value - other.value
    down = sqrt((one.value - low) ** 2 + (other_high - other.value) ** 2)
    up = sqrt((high - one.value) ** 2 + (other.value - other_low) ** 2)
    return max(-1.0, between - down), min(1.0, between + up)


def holm(values: Sequence[float]) -> list[float]:
    """Return p values corrected for being several: the chance that any of them is below the level by chance is kept."""
    order = sorted(range(len(values)), key=values.__getitem__)
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, number in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[number]))
        corrected[number] = highest
    return corrected
