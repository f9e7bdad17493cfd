"""An identifier of one party reaches another, so that both know the same visitor.

The value itself is what is found in the other's request, in plain, encoded or hashed; where a service made an identifier
for the other and handed it over by a redirect, the finding says so. The site's own identifier in a third party's hands
is told too: a session's name is as good as the session.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from consent.model.categories import Category, ConsentState
from scanner.evidence import UNCONSENTED_STATES, applied, cut, some
from scanner.report import Finding, Report, Severity, Sharing

ID = "cookie-syncing"
TITLE = "An identifier is shared with another party"
LAW = "ePrivacy Directive Art. 5(3); GDPR Art. 13(1)(e), 26; EDPB Guidelines 2/2023 (unique identifiers)"
SEVERITY: Severity = "high"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each pair of parties; with consent only where nothing worse is told of the pair."""
    groups: dict[tuple[str, str, ConsentState], list[Sharing]] = defaultdict(list)
    for one in report.sharing:
        if applied(report, one.state):
            groups[one.owner, one.to, one.state].append(one)
    told: set[tuple[str, str]] = set()
    order = [*UNCONSENTED_STATES, ConsentState.ACCEPT]
    for (owner, to, state), group in sorted(
        groups.items(), key=lambda entry: (order.index(entry[0][2]), entry[0])
    ):
        consented = state is ConsentState.ACCEPT
        if consented and (owner, to) in told:
            continue
        told.add((owner, to))
        synced = any(one.synced for one in group)
        category = max((one.category for one in group), key=_STRICTNESS.index)
        evidence = {
            "kind": "identifier",
            "category": "" if category is Category.UNCLASSIFIED else str(category),
            "count": len(group),
            "names": some(f"{one.name} ({one.kind.replace('_', ' ')})" for one in group),
            "from_hosts": some(one.owner_host for one in group),
            "hosts": some(one.to_host for one in group),
            "encodings": some(_way(one) for one in group),
            "value_hashes": some(one.value_hash for one in group),
            "pages": some(one.page for one in group),
            "initiators": [cut(url) for url in group[0].initiators],
        }
        yield Finding(
            rule=ID,
            severity=_severity(group, state),
            title=f"{owner} and {to} share an identifier of the visitor"
            if synced
            else f"{to} receives an identifier of the site's own" + (" after consent" if consented else ""),
            subject=f"{owner} → {to}",
            state=state,
            page=group[0].page,
            evidence={key: value for key, value in evidence.items() if value not in ("", [], 0)},
            law=LAW,
            fix=_SYNC if synced else _OWN,
        )


_STRICTNESS = (Category.UNCLASSIFIED, Category.NECESSARY, Category.PERFORMANCE, Category.FUNCTIONALITY, Category.ADVERTISING)  # fmt: skip

_SYNC = (
    "Let the first of the two wait for consent to advertising: the exchange begins with its request. Name both in the "
    "policy as recipients, or switch off partner matching in the service's settings."
)
_OWN = (
    "Find out which script passes it on (see what caused the request), and leave it out or replace it by a value made for "
    "that service alone. A session's identifier must be HttpOnly, so that no script can read it."
)


def _severity(group: list[Sharing], state: ConsentState) -> Severity:
    if state is ConsentState.ACCEPT:
        return "info"
    if any(one.synced for one in group):
        return "high"
    return "medium"


def _way(one: Sharing) -> str:
    if one.part == "redirect":
        return "an identifier made for the receiver, by a redirect"
    return f"{one.encoding} in the {one.part}"
