"""The way out of a mailing is itself counted: who leaves is told to the counter first, and may not reach the way out without it.

Withdrawing must be as easy as agreeing, and whoever objects need not be measured once more for it. A token for the reader is
needed to know who leaves; a counter in between is not.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.messages import by_company, evidence_of, first_message, links, state_of
from scanner.report import Finding, Report, Severity

ID = "mail-unsubscribe-tracked"
TITLE = "The way out of a mailing is tracked"
LAW = "GDPR Art. 7(3), 12(2), 21(2) and (3); ePrivacy Directive Art. 5(3)"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each company through whose counter ways out lead."""
    tracked = (
        (message, one)
        for message, one in links(report)
        if one.unsubscribe and one.tracked and not one.gateway
    )
    for label, things in by_company(tracked):
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"The link to unsubscribe leads through {label}",
            subject=label,
            state=state_of(things),
            page=first_message(things),
            evidence=evidence_of(things, "link"),
            law=LAW,
            fix="Except the link from click tracking (SendGrid: clicktracking=off on the link; others have a setting for it), and let it lead "
            "straight to the page or service that takes the reader off the list.",
        )
