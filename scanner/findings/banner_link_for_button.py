"""The refusal is a link where the acceptance is a button, stands in a sentence, or outside the banner.

What counts as a button is what a visitor sees: a surface or a border of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import same_style, told
from scanner.report import Finding, Report, Severity

ID = "banner-link-for-button"
TITLE = "The refusal is a link, not a button"
LAW = "EDPB Cookie Banner Taskforce 2023, practice C"
SEVERITY: Severity = "medium"

PRACTICE = "link-for-button"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Refusing is a link beside a button that accepts",
        fix="Make it a button like the one that accepts, in the same row:\n\n" + same_style(report, PRACTICE),
    )
