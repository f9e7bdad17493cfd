"""Data goes to a company in a country without an adequacy decision, or with one for certified companies only.

Judged by the seat of the company that the vendor's rule names. Where the servers stand, which contract holds and whether a
company is certified cannot be seen from a browser: this is a question for the privacy officer, never a violation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.adequacy import TRANSFERS
from scanner.evidence import UNCONSENTED_STATES, applied, in_order
from scanner.report import Finding, Recipient, Report, Severity

ID = "transfer"
TITLE = "Recipients outside the EEA to be checked"
LAW = "GDPR Art. 13(1)(e) and (f), 44 to 49"
SEVERITY: Severity = "low"

_FIXES = {
    "none": (
        "Agree on standard contractual clauses and assess the transfer (GDPR Art. 46), or use a provider in the EEA. Name the "
        "country and the safeguard in the policy."
    ),
    "adequate-dpf": (
        "Look each company up in the list of the EU-US Data Privacy Framework; for one that is not in it, agree on standard "
        "contractual clauses. Name the country and the safeguard in the policy."
    ),
}


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each kind of transfer that needs a look."""
    groups: dict[str, list[Recipient]] = defaultdict(list)
    for recipient in report.recipients:
        if recipient.transfer in _FIXES:
            groups[recipient.transfer].append(recipient)
    for transfer, recipients in sorted(groups.items()):
        early = [
            one
            for one in recipients
            if any(state in UNCONSENTED_STATES and applied(report, state) for state in one.states)
        ]
        count = f"{len(recipients)} {'recipient' if len(recipients) == 1 else 'recipients'}"
        yield Finding(
            rule=ID,
            severity=SEVERITY if transfer == "none" and early else "info",
            title=f"{count} outside the EEA: {TRANSFERS[transfer]}",
            subject=transfer,
            evidence={
                "kind": "recipient",
                "count": len(recipients),
                "recipients": [f"{one.vendor} ({one.country})" for one in recipients[:20]],
                "without_consent": [one.vendor for one in early[:20]],
                "states": in_order(state for one in recipients for state in one.states),
            },
            law=LAW,
            fix=_FIXES[transfer],
        )
