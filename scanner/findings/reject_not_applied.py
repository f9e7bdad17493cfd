"""A consent state could not be reached, so that the report says nothing about it.

This is a limit of the scan, never a verdict: the site may be in order or not. Look at the screenshots, and refuse by
hand to see what happens.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.evidence import NO_CONTROL
from scanner.report import Finding, Report, Severity

ID = "reject-not-applied"
TITLE = "A consent state could not be measured"
LAW = "No verdict; GDPR Art. 7(1) leaves the proof with the controller"
SEVERITY: Severity = "info"

_DONE = {
    ConsentState.BEFORE: "The state before consent",
    ConsentState.REJECT: "A refusal",
    ConsentState.ACCEPT: "An acceptance",
    ConsentState.WITHDRAW: "A withdrawal",
    ConsentState.GPC: "Global Privacy Control",
}


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each pass that was tried and not applied."""
    for one in report.passes:
        if one.applied or (one.state is ConsentState.REJECT and NO_CONTROL in one.reason.lower()):
            continue
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{_DONE[one.state]} could not be applied: nothing is known about this state",
            subject=str(one.state),
            state=one.state,
            page=report.start_url,
            evidence={
                "method": one.method,
                "reason": one.reason,
                "banner_found": one.banner_found,
                "observed": list(one.evidence),
                "screenshot": one.screenshot_after or one.screenshot_before,
            },
            law=LAW,
            fix="Do it by hand in a fresh browser profile and compare. Where the site has no banner yet, add one and "
            "scan again.",
        )
