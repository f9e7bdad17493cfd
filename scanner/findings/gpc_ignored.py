"""The visitor's browser objects to sale and sharing by Global Privacy Control, and advertising goes on.

The signal is the header ``Sec-GPC: 1`` and ``navigator.globalPrivacyControl``. Several states of the USA make it
binding; in the EU it says at least that no consent was given.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Category, ConsentState
from scanner.evidence import applied, by_service, counted, evidence_of, first_page, needing_consent
from scanner.fixes import hold_back
from scanner.report import Finding, Report, Severity

ID = "gpc-ignored"
TITLE = "Advertising in spite of Global Privacy Control"
LAW = "CCPA Regulations § 7025; W3C Global Privacy Control; GDPR Art. 21(5)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each advertising service and kind seen while the signal was sent."""
    state = ConsentState.GPC
    if not applied(report, state):
        return
    seen = needing_consent(report, lambda item: state in item.states, lambda request: request.state is state)
    for label, kind, things in by_service(one for one in seen if one.category is Category.ADVERTISING):
        evidence = evidence_of(things)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(evidence['count'], kind)} in spite of Global Privacy Control",
            subject=label,
            state=state,
            page=first_page(things),
            evidence=evidence,
            law=LAW,
            fix=hold_back(report, things, Category.ADVERTISING),
        )
