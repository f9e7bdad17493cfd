"""Something that needs consent happened before the visitor decided anything.

Storing information on a visitor's device, or reading it, needs consent unless it is strictly necessary for what the
visitor asked for. Scrolling, waiting and going on to another page are no consent. One finding stands for one service
and one kind of thing.
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
    severity_of,
    strictest,
)
from scanner.fixes import hold_back
from scanner.report import Finding, Report, Severity

ID = "before-consent"
TITLE = "Stored or requested before consent"
LAW = "ePrivacy Directive Art. 5(3); CJEU C-673/17 (Planet49)"
SEVERITY: Severity = "high"
PAGES_ONLY = True


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and kind of thing seen in the state before."""
    state = ConsentState.BEFORE
    if not applied(report, state):
        return
    seen = needing_consent(report, lambda item: state in item.states, lambda request: request.state is state)
    for label, kind, things in by_service(seen):
        evidence = evidence_of(things)
        category = strictest(things)
        unknown = " (not classified yet)" if category is Category.UNCLASSIFIED else ""
        yield Finding(
            rule=ID,
            severity=severity_of(things),
            title=f"{label}: {counted(evidence['count'], kind)} before consent{unknown}",
            subject=label,
            state=state,
            page=first_page(things),
            evidence=evidence,
            law=LAW,
            fix=hold_back(report, things, category),
        )
