"""A banner asks for consent and offers no way to refuse that the scan could find.

Where a banner has a button to accept, the same layer has to hold one to refuse. The scan knows buttons by its rules
and by wording in many languages: look at the screenshot before you act.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.evidence import NO_CONTROL, pass_of
from scanner.report import Finding, Report, Severity

ID = "reject-missing"
TITLE = "The banner has no button to refuse"
LAW = "GDPR Art. 4(11), 7; EDPB Cookie Banner Taskforce 2023, practice A"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding where the refusing pass says that the banner has no control for it."""
    one = pass_of(report, ConsentState.REJECT)
    if one is None or one.applied or not one.banner_found or NO_CONTROL not in one.reason.lower():
        return
    yield Finding(
        rule=ID,
        severity=SEVERITY,
        title="The banner shows no button to refuse",
        subject=report.start_url or report.site,
        state=ConsentState.REJECT,
        page=report.start_url,
        evidence={
            "method": one.method,
            "reason": one.reason,
            "observed": list(one.evidence),
            "screenshot": one.screenshot_before,
        },
        law=LAW,
        fix="Add a button that refuses everything to the first layer of the banner: same place, size and style as the "
        "one that accepts.",
    )
