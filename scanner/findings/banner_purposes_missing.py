"""The first layer does not say what the storing is for.

Looked for are words for purposes in the banner's language; where the language is not known, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import told
from scanner.report import Finding, Report, Severity

ID = "banner-purposes-missing"
TITLE = "Purposes are not named on the first layer"
LAW = "CNIL recommendation 2020-092; DSK guidance for telemedia 2021/2022; GDPR Art. 13(1)(c)"
SEVERITY: Severity = "low"

PRACTICE = "purposes-named"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed; the fix names the purposes that this scan found."""
    found = sorted(
        {str(item.category) for item in report.items if item.category.needs_consent} - {"unclassified"}
    )
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The banner's first layer names no purpose",
        fix="Name each purpose in a word or two on the first layer, and the number of parties"
        + (f"; this scan found: {', '.join(found)}." if found else "."),
    )
