"""A host under the site's own domain is really a third party's tracking service.

Browsers and blockers take such a host for the site itself, so that its cookies outlive their limits for third parties.
The law looks at what it does, not at its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from consent.model.categories import Party
from scanner.evidence import UNCONSENTED_STATES, applied, evidence_of, first_page, in_order, some, strictest
from scanner.fixes import hold_back
from scanner.report import Finding, Report, Request, Severity

ID = "cloaked-tracker"
TITLE = "A third party's tracker under the site's own domain"
LAW = "ePrivacy Directive Art. 5(3); EDPB Guidelines 2/2023; GDPR Art. 13(1)(e)"
SEVERITY: Severity = "medium"


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each first-party host that a tracking vendor answers."""
    hosts: dict[str, list[Request]] = defaultdict(list)
    for request in report.requests:
        if (
            request.party is Party.FIRST
            and request.tracker
            and request.vendor
            and request.category.needs_consent
        ):
            hosts[request.host].append(request)
    for host, requests in sorted(hosts.items()):
        # Which request came first differs from scan to scan; so the same one is taken each time.
        first = min(requests, key=lambda one: (one.vendor, one.service, one.reason))
        early = [one for one in requests if one.state in UNCONSENTED_STATES]
        states = in_order(one.state for one in requests)
        cookies = [
            item.pattern or item.name for item in report.items if item.host == host and item.kind == "cookie"
        ]
        yield Finding(
            rule=ID,
            severity=SEVERITY if any(applied(report, one.state) for one in early) else "low",
            title=f"{host} belongs to the site by name and to {first.vendor} by service",
            subject=host,
            page=first_page(requests),
            evidence=evidence_of(
                requests,
                vendor=first.vendor,
                service=first.service,
                states=states,
                cookies=cookies[:8],
                alias_of=some(one.alias for one in requests),
                classified_because=first.reason,
            ),
            law=LAW,
            fix=_fix(report, requests, waits=not early),
        )


def _fix(report: Report, requests: list[Request], *, waits: bool) -> str:
    name = f"Name {requests[0].vendor} as a recipient in the policy"
    if waits:
        return (
            f"It was asked after consent only; keep it so. {name}: its host hides whose it is from visitors."
        )
    return f"{name}, and let the host wait for consent.\n\n" + hold_back(
        report, requests, strictest(requests)
    )
