"""Something that needs consent happened after the visitor had refused.

Only a refusal that the scan could confirm counts (the banner went away and the consent state changed). What was stored
before the refusal and merely stayed is not told here, what was stored or sent anew is.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Category, ConsentState
from scanner.evidence import (
    applied,
    by_service,
    counted,
    evidence_of,
    first_page,
    needing_consent,
    pass_of,
    strictest,
)
from scanner.fixes import hold_back
from scanner.report import Finding, Report, Severity

ID = "after-reject"
TITLE = "Stored or requested after a refusal"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 4(11)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and kind of thing that happened after an applied refusal."""
    state = ConsentState.REJECT
    if not applied(report, state):
        return
    one = pass_of(report, state)
    seen = needing_consent(
        report, lambda item: state in item.set_after_action, lambda request: request.state is state
    )
    for label, kind, things in by_service(seen):
        evidence = evidence_of(things, refused_by=one.method if one else "")
        category = strictest(things)
        unknown = category is Category.UNCLASSIFIED
        yield Finding(
            rule=ID,
            severity="medium" if unknown else "high",
            title=f"{label}: {counted(evidence['count'], kind)} after the visitor refused"
            + (" (not classified yet)" if unknown else ""),
            subject=label,
            state=state,
            page=first_page(things),
            evidence=evidence,
            law=LAW,
            fix=hold_back(report, things, category),
        )
