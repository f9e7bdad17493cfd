"""Something is called necessary though it looks otherwise, and nobody recorded why it is exempt.

Exempt is what only carries the transmission (criterion A) or what is strictly necessary for a service that the visitor
asked for (criterion B). A third party's cookie, and one that stays longer than a consent itself would, seldom is. A
recorded criterion with its reason settles the doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent.model.categories import Category, Party
from scanner.evidence import by_service, counted, evidence_of, first_page, recorded
from scanner.fixes import decision
from scanner.lifetimes import CHOICE_S, lifetime_text
from scanner.report import Finding, Item, Report, Severity

ID = "essential-doubtful"
TITLE = "Called necessary without a recorded reason"
LAW = "WP29 Opinion 04/2012 (WP194), criteria A and B; EDPB Cookie Banner Taskforce 2023, practice I"
SEVERITY: Severity = "low"

_RECORDED = re.compile(r"criterion [AB]\b")
"""How a reason names the criterion that somebody decided by."""


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each service and kind of doubtfully necessary item."""
    for label, kind, items in by_service(item for item in report.items if _doubts(item)):
        doubts = sorted({doubt for item in items for doubt in _doubts(item)})
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(len(items), kind)} called necessary, though {' and '.join(doubts)}",
            subject=label,
            page=first_page(items),
            evidence=evidence_of(
                items,
                doubts=doubts,
                longest=lifetime_text(
                    max((item.lifetime_s or 0 for item in items), default=0) or None, kind=kind
                ),
                classified_because=items[0].reason,
            ),
            law=LAW,
            fix="Record by which criterion it is exempt, or give it a category that needs consent:\n\n"
            + decision(report, items[0], Category.NECESSARY),
        )


def _doubts(item: Item) -> list[str]:
    if item.category is not Category.NECESSARY or recorded(item) or _RECORDED.search(item.reason):
        return []
    doubts = []
    if item.party is Party.THIRD:
        doubts.append("a third party's")
    if (item.lifetime_s or 0) > CHOICE_S:
        doubts.append("kept over 6 months")
    return doubts
