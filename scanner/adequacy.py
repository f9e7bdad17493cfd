"""To which countries a site's visitors' data goes, by the seats of the vendors that were seen.

The seat is that of the company which the vendor rule names; where its servers stand is another matter, which a browser
cannot see.
"""

from __future__ import annotations

from collections.abc import Iterable

from consent.model.categories import ConsentState
from scanner.evidence import everything
from scanner.knowledge import Knowledge
from scanner.mail.model import MailLink, MailService, Remote
from scanner.report import Item, Recipient, Report

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)
"""The 27 member states of the European Union with Iceland, Liechtenstein and Norway."""

ADEQUATE = frozenset(["AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"])
"""Countries with an adequacy decision of the European Commission (GDPR Art. 45) as of 2025; Canada's holds for commercial
organisations. Decisions come and go: check the Commission's list before relying on it."""

DPF = frozenset({"US"})
"""Decision (EU) 2023/1795: adequate only for companies certified under the EU-US Data Privacy Framework."""

TRANSFERS = {
    "eea": "inside the EEA",
    "adequate": "adequacy decision (GDPR Art. 45)",
    "adequate-dpf": "adequate only if certified under the EU-US Data Privacy Framework",
    "none": "no adequacy decision: needs safeguards (GDPR Art. 46)",
    "unknown": "not known",
}


def transfer_to(country: str) -> str:
    """Return what Chapter V of the GDPR says of a country (ISO 3166-1 code): a key of `TRANSFERS`."""
    if country in EEA:
        return "eea"
    if country in ADEQUATE:
        return "adequate"
    if country in DPF:
        return "adequate-dpf"
    return "none" if country else "unknown"


def recipients_of(report: Report, knowledge: Knowledge) -> tuple[Recipient, ...]:
    """Return one entry for each vendor that was asked for something, stored something, or sent or counted mail."""
    known = {vendor.name: vendor for vendor in knowledge.vendors.values() if not vendor.generic}
    services: dict[str, set[str]] = {}
    states: dict[str, set[ConsentState]] = {}
    for one in everything(report):
        if one.vendor:
            services.setdefault(one.vendor, set()).add(one.service)
            states.setdefault(one.vendor, set()).update(one.states if isinstance(one, Item) else (one.state,))
    for message in report.mail:
        counters = (link for link in message.links if link.tracked)
        involved: list[MailService | Remote | MailLink] = [*message.sent_by, *message.remotes, *counters]
        for by in involved:
            if by.vendor:
                services.setdefault(by.vendor, set()).add(by.service)
                states.setdefault(by.vendor, set()).add(message.state)
    found = []
    for name in sorted(services):
        vendor = known.get(name)
        country = vendor.country if vendor else ""
        found.append(
            Recipient(
                vendor=name,
                country=country,
                transfer=transfer_to(country),
                policy_url=vendor.policy_url if vendor else "",
                services=tuple(sorted(filter(None, services[name]))),
                states=_in_order(states[name]),
            )
        )
    return tuple(found)


def _in_order(states: Iterable[ConsentState]) -> tuple[ConsentState, ...]:
    found = set(states)
    return tuple(state for state in ConsentState if state in found)
