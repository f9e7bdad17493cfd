"""Closing the banner stores what needs consent.

The cross was pressed in a fresh profile, and what came with it is known to need consent.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import told
from scanner.report import Finding, Report, Severity

ID = "banner-closing"
TITLE = "Closing the banner is taken for consent"
LAW = "Garante 10 June 2021; GDPR Art. 4(11), recital 32"
SEVERITY: Severity = "medium"

PRACTICE = "closing"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Closing the banner is taken for consent",
        fix="Let the cross do what refusing does: store that no consent was given, and nothing else.",
    )
