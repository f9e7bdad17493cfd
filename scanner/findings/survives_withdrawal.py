"""Consent was withdrawn, and what it allowed goes on or stays.

Withdrawing has to be as easy as consenting and has to take effect: tags stop, and cookies that the site can delete are
deleted. Only a withdrawal that the scan could confirm counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import ConsentState, Party
from scanner.evidence import (
    applied,
    by_service,
    counted,
    evidence_of,
    first_page,
    needing_consent,
    strictest,
)
from scanner.fixes import code, hold_back
from scanner.report import Finding, Item, Report, Severity

ID = "survives-withdrawal"
TITLE = "Goes on or stays after consent was withdrawn"
LAW = "GDPR Art. 7(3), 17(1)(b); ePrivacy Directive Art. 5(3)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield what is set or requested after the withdrawal, and what is left in the browser."""
    state = ConsentState.WITHDRAW
    if not applied(report, state):
        return
    again = needing_consent(
        report, lambda item: state in item.set_after_action, lambda request: request.state is state
    )
    for label, kind, things in by_service(again):
        evidence = evidence_of(things)
        yield Finding(
            rule=ID,
            severity="high",
            title=f"{label}: {counted(evidence['count'], kind)} after consent was withdrawn",
            subject=label,
            state=state,
            page=first_page(things),
            evidence=evidence,
            law=LAW,
            fix=hold_back(report, things, strictest(things)),
        )
    left = needing_consent(
        report, lambda item: state in item.states and state not in item.set_after_action, lambda _: False
    )
    for label, kind, things in by_service(left):
        own = any(thing.party is Party.FIRST for thing in things)
        names = [thing.name for thing in things if isinstance(thing, Item)]
        yield Finding(
            rule=ID,
            severity="medium" if own else "low",
            title=f"{label}: {counted(len(things), kind)} still there after consent was withdrawn",
            subject=label,
            state=state,
            page=first_page(things),
            evidence=evidence_of(things, deletable_by_the_site=own),
            law=LAW,
            fix="Publish the inventory of this scan, so that the widget deletes these when consent is withdrawn. An "
            "HttpOnly cookie is deleted by your server:\n\n"
            + code(f"Set-Cookie: {_shown(names[0])}=; Max-Age=0; Path=/")
            if own
            else "Only the third party can delete it: tell the visitor how, and make no further request to it.",
        )


def _shown(name: str) -> str:
    return "".join(character for character in name if character.isprintable() and character not in ";= ")[
        :100
    ]
