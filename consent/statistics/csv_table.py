"""Statistics as CSV: one line a group, every number and every share with the ends of its interval."""

from __future__ import annotations

import csv
import io

from consent.model.categories import CONSENT_CATEGORIES
from consent.statistics.groups import Group
from consent.statistics.queries import Statistics

NUMBERS = (
    "shown",
    "shown_recorded",
    "accepted",
    "refused",
    "partial",
    "no_decision",
    "by_code",
    "changed",
    "withdrawn",
    "renewed",
    "signals",
)
RATES = ("accepted", "refused", "partial", "no_decision", "withdrawn", "signal")


def to_csv(statistics: Statistics) -> str:
    """Return the groups as CSV (RFC 4180) under one line of headings; an empty cell is what is not known."""
    text = io.StringIO()
    writer = csv.writer(text)
    decided = [f"{category}_{word}" for category in CONSENT_CATEGORIES for word in ("granted", "denied")]
    shares = [f"{name}_rate" for name in (*RATES, *CONSENT_CATEGORIES)]
    ends = [f"{name}{end}" for name in shares for end in ("", "_low", "_high")]
    writer.writerow([statistics.by, "first_day", "last_day", *NUMBERS, *decided, *ends])
    writer.writerows(_line(group) for group in statistics.groups)
    return text.getvalue()


def _line(group: Group) -> list[str]:
    key = f"'{group.key}" if group.key[:1] == "-" else group.key  # a browser decided it: no formula
    numbers = [getattr(group, name) for name in NUMBERS]
    categories = [group.categories[str(category)] for category in CONSENT_CATEGORIES]
    decided = [number for one in categories for number in (one.granted, one.denied)]
    ends: list[str] = []
    for rate in (*(group.rates[name] for name in RATES), *(one.rate for one in categories)):
        ends += (
            ["", "", ""] if rate is None else [f"{value:.6g}" for value in (rate.value, rate.low, rate.high)]
        )
    cells = ["" if number is None else str(number) for number in (*numbers, *decided)]
    return [key, str(group.first_day), str(group.last_day), *cells, *ends]
