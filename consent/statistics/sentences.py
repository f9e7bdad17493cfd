"""What a comparison says, in a sentence that claims no more than the numbers show."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

NOTICE_DIGITS = 8
_REST = {
    "language": "all other languages together",
    "device": "all other devices together",
    "country": "all other countries together",
    "jurisdiction": "all other jurisdictions together",
    "variant": "all other variants together",
}
_VERBS = {"accepted": "accepted everything", "refused": "refused everything"}
_DEVICES = {"desktop": "desktop computers", "phone": "phones", "tablet": "tablets", "other": "other devices"}
NOTICES_DIFFER_IN_TIME = (
    "Notices were shown one after the other. Whatever else changed in the meantime, visitors, season or page, is part of such"
    " a difference."
)


class Told(NamedTuple):
    """What a sentence is made of; shares and the interval's ends are from -1 to 1, ``of`` is the number of comparisons."""

    measure: str
    one: str
    other: str
    shares: tuple[float, float]
    answers: tuple[int, int]
    between: tuple[float, float]
    p: float
    of: int
    significant: bool


def label(by: str, key: str, first_day: dt.date) -> str:
    """Name a group within a sentence."""
    if by == "notice":
        return f"notice {key[:NOTICE_DIGITS]} (from {first_day})"
    if by == "device":
        return _DEVICES.get(key, key)
    if by == "language":
        return "other languages" if key == "other" else f"language {key}"
    return f"{by} {key}"


def rest(by: str) -> str:
    """Name all the other groups together."""
    return _REST[by]


def told(found: Told) -> str:
    """Say what a comparison shows, or that it shows nothing."""
    one, other = (percent(share) for share in found.shares)
    counts = f"{found.answers[0]:,} and {found.answers[1]:,} answers"
    verb = _VERBS[found.measure]
    beginning = f"{_capital(found.one)}: {one} {verb}; {found.other}: {other} ({counts})."
    low, high = found.between
    if not found.significant:
        return (
            f"{beginning} No difference that the numbers can show: it lies between {points(low, signed=True)} and"
            f" {points(high, signed=True)} points."
        )
    between = found.shares[0] - found.shares[1]
    direction = "higher" if between > 0 else "lower"
    ends = sorted((abs(low), abs(high)))
    corrected = f", corrected for {found.of} comparisons" if found.of > 1 else ""
    return (
        f"{beginning} That is {points(abs(between))} points {direction} (between {points(ends[0])} and"
        f" {points(ends[1])}), more than chance explains ({chance(found.p)}{corrected})."
    )


def percent(share: float, digits: int = 1) -> str:
    """Write a share in percent; what is not quite nothing or all does not read as if it were."""
    text = f"{100 * share:.{digits}f}"
    least = 10**-digits
    if share > 0 and float(text) == 0:
        return f"under {least:g} %"
    if share < 1 and float(text) == 100:
        return f"over {100 - least:g} %"
    return f"{text} %"


def points(difference: float, *, signed: bool = False) -> str:
    """Write a difference of two shares in percentage points."""
    text = f"{100 * difference:+.1f}" if signed else f"{100 * difference:.1f}"
    if float(text) == 0:
        text = "0.0" if signed or difference == 0 else "less than 0.1"
    return text.replace("-", "\N{MINUS SIGN}")


def chance(p: float) -> str:
    """Write a p value."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
