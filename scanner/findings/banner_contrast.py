"""The text of the refusal has too little contrast to be read.

The threshold is that of WCAG 2.2 for text: 4.5:1, for large text 3:1, with all transparency worked in.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import same_style, told
from scanner.report import Finding, Report, Severity

ID = "banner-contrast"
TITLE = "The text of the refusal can hardly be read"
LAW = "EDPB Cookie Banner Taskforce 2023, practice E; WCAG 2.2, 1.4.3"
SEVERITY: Severity = "medium"

PRACTICE = "contrast"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The text of the refusal has too little contrast",
        fix="Give its text at least 4.5:1 against its surface; as the acceptance has it:\n\n"
        + same_style(report, PRACTICE),
    )
