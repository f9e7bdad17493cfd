"""A third party keeps something on the visitor's device.

That is allowed with consent; the visitor must be told that third parties have access, and for how long. The inventory
shows it, the policy has to name it.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Party
from scanner.evidence import by_service, counted, evidence_of, first_page, in_order
from scanner.report import Finding, Report, Severity

ID = "third-party-storage"
TITLE = "A third party stores on the visitor's device"
LAW = "CJEU C-673/17 (Planet49), 75-81; GDPR Art. 13(1)(e)"
SEVERITY: Severity = "info"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and kind of third-party item."""
    for label, kind, things in by_service(item for item in report.items if item.party is Party.THIRD):
        states = {state for one in things for state in one.states}
        partitioned = sum(one.partitioned for one in things)
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(len(things), kind)} of a third party",
            subject=label,
            page=first_page(things),
            evidence=evidence_of(things, states=in_order(states), partitioned=partitioned),
            law=LAW,
            fix="Name this recipient in the privacy policy and in the cookie declaration, with the purpose and the "
            "duration; the declaration that the widget publishes does so from the inventory.",
        )
