"""Once consent was given, nothing on the page leads back to the choice.

Looked at are the first page in view, its end, and both again after a reload. A control that the scan does not recognise
looks the same as none.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.banner_evidence import or_ours, told
from scanner.report import Finding, Report, Severity

ID = "banner-no-way-back"
TITLE = "Consent cannot be withdrawn as easily as it was given"
LAW = "EDPB Cookie Banner Taskforce 2023, practice K; GDPR Art. 7(3)"
SEVERITY: Severity = "medium"

PRACTICE = "withdraw-control"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the rule failed in a viewport."""
    yield from told(
        report,
        PRACTICE,
        rule=ID,
        severity=SEVERITY,
        title="Nothing on the page leads back to the choice",
        state=ConsentState.ACCEPT,
        fix=or_ours(
            report,
            "Put a control on every page, in the footer or as a small icon that stays, that opens the choice again in one click, "
            'and say in words what it is: "Cookie settings".',
        ),
    )
