"""Statistics for a terminal: a table of the groups, and what the comparisons say."""

from __future__ import annotations

from collections.abc import Sequence

from consent.statistics.groups import Group
from consent.statistics.queries import By, Statistics
from consent.statistics.rates import Rate
from consent.statistics.sentences import NOTICE_DIGITS, NOTICES_DIFFER_IN_TIME, percent

_HEADINGS = (
    "shown",
    "accepted",
    "refused",
    "partial",
    "no decision",
    "accepted of answers",
    "withdrawn",
    "GPC",
)


def to_text(statistics: Statistics) -> str:
    """Return the table, a sentence for each comparison, and what is not counted yet."""
    span = (
        f"{statistics.since} to {statistics.until}"
        if statistics.since != statistics.until
        else f"{statistics.since}"
    )
    shown = [group for group in statistics.groups if statistics.by is not By.DAY or not _is_empty(group)]
    rows: list[tuple[str, ...]] = [(statistics.by.value, *_HEADINGS)]
    rows += [(_name(statistics.by, group), *_cells(group)) for group in shown]
    rows.append(("all", *_cells(statistics.total)))
    lines = [f"{statistics.site}, {span} (days in {statistics.time_zone})", "", *_aligned(rows)]
    if statistics.comparisons:
        lines += ["", *(one.sentence for one in statistics.comparisons)]
    if statistics.by is By.NOTICE and statistics.comparisons:
        lines.append(NOTICES_DIFFER_IN_TIME)
    if statistics.waiting:
        lines += ["", f"{statistics.waiting:,} entries of the log are not counted yet."]
    return "\n".join(lines)


def _is_empty(group: Group) -> bool:
    later = group.changed + group.withdrawn + group.renewed + group.by_code
    return not (group.shown or group.answers or later)


def _name(by: By, group: Group) -> str:
    return f"{group.key[:NOTICE_DIGITS]} ({group.first_day})" if by is By.NOTICE else group.key


def _cells(group: Group) -> list[str]:
    undecided = "" if group.no_decision is None else f"{group.no_decision:,}"
    return [
        f"{group.shown:,}",
        f"{group.accepted:,}",
        f"{group.refused:,}",
        f"{group.partial:,}",
        undecided,
        _rate(group.rates["accepted"]),
        f"{group.withdrawn:,}",
        _rate(group.rates["signal"]),
    ]


def _rate(rate: Rate | None) -> str:
    """Write a share with the ends of its interval, both as precise as the share."""
    if rate is None:
        return ""
    return f"{percent(rate.value)} ({100 * rate.low:.1f} to {100 * rate.high:.1f})"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
            ]
        )
        for row in rows
    ]
