"""How sure a share is: Wilson's score interval, also where the whole is itself an estimate, and for a ratio of two counts.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927). Unlike the textbook
interval it holds for few answers and for shares near 0 and 1 (Brown, Cai and DasGupta, Statistical Science 16 (2001)).
"""

from __future__ import annotations

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

import msgspec

CONFIDENCE = 0.95


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """A share (0 to 1) or a ratio, the interval that it lies in with 95 % confidence, and how many cases it is of."""

    value: float
    low: float
    high: float
    of: int


@lru_cache(maxsize=64)
def z_of(confidence: float) -> float:
    """Return how many standard deviations on both sides hold so much of a normal distribution."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def interval(share: float, cases: float, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's interval for a share seen in so many cases; ``cases`` may be a fraction, and must be above 0."""
    z2 = z_of(confidence) ** 2
    middle = (share + z2 / (2 * cases)) / (1 + z2 / cases)
    half = z_of(confidence) / (1 + z2 / cases) * sqrt(share * (1 - share) / cases + z2 / (4 * cases**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def share_of(part: int, whole: int) -> Rate | None:
    """Return the share that a part has of a whole; None where the whole is 0."""
    if whole <= 0:
        return None
    share = min(1.0, part / whole)
    low, high = interval(share, whole)
    # At both ends the interval ends exactly there; what is left of the square root is rounding.
    return Rate(value=share, low=0.0 if part <= 0 else low, high=1.0 if part >= whole else high, of=whole)


def share_of_estimate(part: int, whole: float, variance: float) -> Rate | None:
    """Return the share that a counted part has of a whole that was estimated, with the variance of that estimate.

    None where the whole is not above the part: then it cannot be the whole. The interval is Wilson's for as many cases as
    would leave the same doubt as the sampling of the part and of the whole together (delta method).
    """
    if whole <= 0 or part > whole:
        return None
    share = part / whole
    # Drawn a little to the middle, for a share of 0 or 1 seems to leave no doubt.
    near = (part + 1) / (whole + 2)
    own = near * (1 - near) / whole
    cases = whole * own / (own + share**2 * variance / whole**2)
    low, high = interval(share, cases)
    return Rate(value=share, low=0.0 if part <= 0 else low, high=min(1.0, high), of=round(whole))


def ratio_of(part: int, base: int) -> Rate | None:
    """Return how many of one kind came for each of another; None where there were none of the other.

    The two are counted apart, so the ratio may be above 1. Given their sum, the first is a share of it, whose interval
    gives the ratio's (Przyborowski and Wilenski, Biometrika 31 (1940), with Wilson's interval).
    """
    if base <= 0:
        return None
    low, high = interval(part / (part + base), part + base)
    high = min(high, 1 - 1e-12)
    return Rate(value=part / base, low=0.0 if part <= 0 else low / (1 - low), high=high / (1 - high), of=base)


def complement(rate: Rate | None) -> Rate | None:
    """Return the share of all others."""
    if rate is None:
        return None
    return Rate(value=1 - rate.value, low=1 - rate.high, high=1 - rate.low, of=rate.of)
