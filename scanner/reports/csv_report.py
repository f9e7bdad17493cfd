"""report.csv: the inventory, one row an item, for a spreadsheet (RFC 4180, UTF-8).

What the report covers and what it cannot tell stands below the items, in rows whose kind is ``note``: the format knows no
comments. A cell that a spreadsheet would read as a formula gets an apostrophe before it: names, paths and reasons come from the
scanned page.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from consent.model.categories import ConsentState
from scanner.lifetimes import lifetime_text
from scanner.limits import coverage_of, limits_of
from scanner.report import Item, Report
from scanner.reports.text import visible

COLUMNS = (
    "kind", "name", "pattern", "host", "path", "party", "category", "vendor", "service", "purpose", "confidence",
    "reason", "criterion", "rule", "lifetime", "lifetime_s", "requested_lifetime_s", "states", "set_in_states", "set_by",
    "set_via", "first_page", "http_only", "secure", "same_site", "partitioned", "size",
    "domain", "host_only", "partition_key", "priority", "source_scheme", "source_port", "set_at", "renewed",
)  # fmt: skip

NOTE = "note"
"""The kind of the rows that are no items."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell must not begin with (the full-width forms too): OWASP, CSV Injection."""


def render(report: Report) -> bytes:
    """Return the table with a header row, even where there is no item."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(item) for item in report.items)
    for name, sentences in (("coverage", coverage_of(report)), ("limit", limits_of(report))):
        writer.writerows(_note(name, sentence) for sentence in sentences)
    return out.getvalue().encode("utf-8", errors="backslashreplace")


def _row(item: Item) -> list[str]:
    values: dict[str, Any] = {column: getattr(item, column, "") for column in COLUMNS} | {
        "lifetime": lifetime_text(item.lifetime_s, kind=item.kind),
        "states": _listed(item.states),
        "set_in_states": _listed(item.set_after_action),
        "set_by": " < ".join(item.set_by),
        "set_via": item.via,
        "set_at": " < ".join(item.stack[:4]),
    }
    return [_cell(values[column]) for column in COLUMNS]


def _note(name: str, sentence: str) -> list[str]:
    values = {"kind": NOTE, "name": name, "reason": sentence}
    return [_cell(values.get(column, "")) for column in COLUMNS]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if value < 1e6 else f"{value:.0f}"
    text = visible(str(value))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _listed(states: tuple[ConsentState, ...]) -> str:
    return " ".join(map(str, states))
