"""No evidence decides what something is for; the privacy officer has to.

Until then it is treated as advertising: it waits for consent, and is never called necessary. One finding stands for
one host and one kind of thing, with a table for sites.toml for each.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Category
from scanner.evidence import by_service, counted, evidence_of, first_page, in_order, kind_of
from scanner.fixes import decision
from scanner.report import Finding, Item, Report, Request, Severity

ID = "unclassified"
TITLE = "To be decided by the privacy officer"
LAW = "ePrivacy Directive Art. 5(3); EDPB Cookie Banner Taskforce 2023, practice I"
SEVERITY: Severity = "low"

TABLES = 5
"""How many decision tables one finding spells out."""


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each host and kind of unclassified thing."""
    unknown: list[Item | Request] = [one for one in report.items if one.category is Category.UNCLASSIFIED]
    unknown += [one for one in report.requests if one.category is Category.UNCLASSIFIED]
    for label, kind, things in by_service(unknown):
        states = {
            state for one in things for state in (one.states if isinstance(one, Item) else (one.state,))
        }
        evidence = evidence_of(things, states=in_order(states))
        yield Finding(
            rule=ID,
            severity=SEVERITY,
            title=f"{label}: {counted(evidence['count'], kind)} to be decided",
            subject=label,
            page=first_page(things),
            evidence=evidence,
            law=LAW,
            fix=_fix(report, things),
        )


def _fix(report: Report, things: list[Item | Request]) -> str:
    items = {(one.kind, one.pattern or one.name, one.host): one for one in things if isinstance(one, Item)}
    if not items or kind_of(things[0]) == "request":
        return (
            "Find out what this host is asked for, and whether the site needs it. Until it is known, the widget holds "
            "it back like advertising. Load what the visitor asked for from your own host; drop what nobody needs."
        )
    tables = [decision(report, item) for item in list(items.values())[:TABLES]]
    more = len(items) - len(tables)
    text = ["Find out what it is for, and write the decision into sites.toml:", *tables]
    if more:
        text.append(f"And {more} more of this host, each with such a table; the CSV report lists them.")
    return "\n\n".join(text)
