"""report.json: the report itself."""

from __future__ import annotations

from scanner.report import Report, encode_report


def render(report: Report) -> bytes:
    """Return the report as indented JSON."""
    return encode_report(report)
