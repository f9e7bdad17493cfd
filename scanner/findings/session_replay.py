"""A session recorder watches visitors: their clicks, scrolling, and often what they type.

Recorders are known by their service, since what they send is compressed and changes often. A recording needs consent
like any measuring by a third party, and it must be told: it shows single visits, not numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent.model.categories import ConsentState
from scanner.evidence import UNCONSENTED_STATES, applied, by_service, evidence_of, first_page, strictest
from scanner.fixes import hold_back
from scanner.report import Finding, Report, Request, Severity

ID = "session-replay"
TITLE = "A session recorder watches visitors"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 13(1), 25(2), 35(1)"
SEVERITY: Severity = "high"

RECORDERS = (
    "clarity", "contentsquare", "cux", "decibel", "dynatrace session replay", "fullstory", "full story", "glassbox",
    "heap session replay", "hotjar", "howuku", "inspectlet", "livesession", "logrocket", "lucky orange", "matomo heatmap",
    "medallia dxa", "mouseflow", "openreplay", "plerdy", "posthog", "quantum metric", "session rewind", "sessioncam",
    "sessionstack", "smartlook", "smart look", "tealeaf", "uxcam", "vwo insights", "webvisor", "yandex metrica",
    "yandex.metrica", "zoho pagesense",
)  # fmt: skip
"""Services that record sessions, as their names begin or contain it, in lower case."""

_NAMED = re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, RECORDERS)) + r")(?![a-z])", re.IGNORECASE)


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each recorder and state; with consent only where nothing worse is told of it."""
    told: set[str] = set()
    for state in (*UNCONSENTED_STATES, ConsentState.ACCEPT):
        if not applied(report, state):
            continue
        requests = [one for one in report.requests if one.state is state and is_recorder(one)]
        for label, _, things in by_service(requests):
            if state is ConsentState.ACCEPT and label in told:
                continue
            told.add(label)
            typed = [
                one
                for one in report.keystrokes
                if one.state is state and one.to and label in {one.service, one.vendor}
            ]
            yield Finding(
                rule=ID,
                severity="info" if state is ConsentState.ACCEPT else SEVERITY,
                title=f"{label} records visits"
                + (", and what is typed" if typed else "")
                + (" after consent" if state is ConsentState.ACCEPT else " without consent"),
                subject=label,
                state=state,
                page=first_page(things),
                evidence=evidence_of(
                    things, typed_fields=sorted({one.field or one.type for one in typed})[:8]
                ),
                law=LAW,
                fix="Record only after consent, mask every field and every text that names a person, and say in the policy "
                "that visits are recorded.\n\n" + hold_back(report, things, strictest(things)),
            )


def is_recorder(request: Request) -> bool:
    """Whether a request belongs to a service that records sessions."""
    return bool(_NAMED.search(request.service))
