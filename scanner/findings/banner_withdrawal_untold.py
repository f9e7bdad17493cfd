"""The banner does not say that consent can be withdrawn.

It has to be said before consent is given, on either layer. Looked for are words in the banner's language.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.banner_evidence import told
from scanner.report import Finding, Report, Severity

ID = "banner-withdrawal-untold"
TITLE = "The banner does not speak of withdrawing"
LAW = "GDPR Art. 7(3), 13(2)(c)"
SEVERITY: Severity = "low"

PRACTICE = "withdrawal-told"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="The banner does not say that consent can be withdrawn",
        fix='Say it beside the buttons, and where: "You can change your mind at any time under Cookie settings."',
    )
