"""The refusal is smaller, lighter or plainer than the acceptance.

The thresholds leave room for labels of different length; the numbers stand in the evidence, for a person to judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import same_style, told
from scanner.report import Finding, Report, Severity

ID = "banner-parity"
TITLE = "Refusing does not look like accepting"
LAW = "CNIL recommendation 2020-092; AEPD guide on cookies 2023; OLG Köln 6 U 80/23"
SEVERITY: Severity = "low"

PRACTICE = "parity"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The button that refuses is not like the one that accepts",
        fix="Give both the same size, type and style:\n\n" + same_style(report, PRACTICE),
    )
