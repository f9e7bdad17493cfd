"""Lifetimes in words and in classes, and the limits that law and browsers set."""

from __future__ import annotations

from consent.lifetimes import CHOICE_S, THIRTEEN_MONTHS_S, lifetime_class

__all__ = [
    "BROWSER_CAP_S",
    "CHOICE_S",
    "DAY_S",
    "HOUR_S",
    "THIRTEEN_MONTHS_S",
    "lifetime_class",
    "lifetime_text",
]

HOUR_S = 3_600
DAY_S = 86_400

BROWSER_CAP_S = 400 * DAY_S
"""RFC 6265bis, section 5.5: a browser keeps a cookie for at most 400 days, whatever was asked for."""


def lifetime_text(lifetime_s: float | None, *, kind: str = "cookie") -> str:
    """Return a lifetime in seconds as a visitor would say it: ``session``, ``30 minutes``, ``13 months``."""
    if lifetime_s is None:
        return lifetime_class(None, kind=kind)
    if lifetime_s <= 0:
        return "none"
    for size, word, least in (
        (DAY_S * 365, "year", DAY_S * 730),
        (DAY_S * 30.4375, "month", DAY_S * 89),
        (DAY_S, "day", DAY_S * 0.96),
        (HOUR_S, "hour", HOUR_S * 0.96),
        (60, "minute", 58),
    ):
        if lifetime_s >= least:
            number = round(lifetime_s / size)
            return f"{number} {word}{'s' if number != 1 else ''}"
    seconds = max(1, round(lifetime_s))
    return f"{seconds} second{'s' if seconds != 1 else ''}"
