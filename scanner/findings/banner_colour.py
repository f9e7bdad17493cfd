"""The acceptance stands out from the banner in its colour, and the refusal fades into it.

Authorities judge colours case by case: look at the picture. What fails here is the plain case.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import same_style, told
from scanner.report import Finding, Report, Severity

ID = "banner-colour"
TITLE = "Colours push towards accepting"
LAW = "EDPB Cookie Banner Taskforce 2023, practice D; GDPR Art. 5(1)(a)"
SEVERITY: Severity = "low"

PRACTICE = "colour"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Accepting is highlighted by its colour, refusing fades",
        fix="Give both the same colours:\n\n" + same_style(report, PRACTICE),
    )
