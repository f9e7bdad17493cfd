"""What the privacy officer decided on has changed: the item stays for another time, or somebody else sets it now.

The decision still holds, so that nothing changes for visitors overnight; somebody has to look at it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Category
from scanner.evidence import by_service, counted, evidence_of, first_page, some
from scanner.fixes import decision
from scanner.report import Finding, Report, Severity

ID = "decision-reopened"
TITLE = "Decided on something that has changed"
LAW = "GDPR Art. 5(2) and 24(1); WP29 Opinion 04/2012 (WP194), criteria A and B"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and kind of thing; what is exempt from consent is the graver."""
    for label, kind, items in by_service(item for item in report.items if item.reopened):
        exempt = any(item.category is Category.NECESSARY for item in items)
        yield Finding(
            rule=ID,
            severity=SEVERITY if exempt else "low",
            title=f"{label}: decision about {counted(len(items), kind)} to be made again",
            subject=label,
            page=first_page(items),
            evidence=evidence_of(
                items, changed=some(item.reopened for item in items), decision=items[0].reason
            ),
            law=LAW,
            fix="Look at it again, and write down what you decide now, with the lifetime and the setter of this scan:\n\n"
            + decision(report, items[0], items[0].category),
        )
