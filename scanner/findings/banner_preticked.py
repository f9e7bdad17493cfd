"""A box, switch or role of the banner is on before the visitor turned it on.

A consent that is ticked in advance is none. What cannot be changed, or is named as necessary, does not count.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import or_ours, told
from scanner.report import Finding, Report, Severity

ID = "banner-preticked"
TITLE = "Boxes are ticked in advance"
LAW = "EDPB Cookie Banner Taskforce 2023, practice B; CJEU C-673/17 (Planet49)"
SEVERITY: Severity = "medium"

PRACTICE = "preticked"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The banner has boxes that are ticked in advance",
        fix=or_ours(
            report,
            "Let every box but those of what is necessary be off when the banner opens: take `checked` from the mark-up, set the "
            "tool's default of each purpose to off.",
        ),
    )
