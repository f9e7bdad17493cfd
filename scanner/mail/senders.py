"""Which service sent a message: its own headers, and the domains that signed, bounced or first relayed it.

The newest Received lines are of the reader's own servers, so that only the two oldest count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.knowledge.mail import MailRules
from scanner.knowledge.model import Service
from scanner.mail.model import MailService
from scanner.mail.parts import Parts

_SIGNER = re.compile(r"(?:^|;)\s*d\s*=\s*([A-Za-z0-9._-]{3,253})")
_RELAY = re.compile(r"\b(?:from|by)\s+([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_OLDEST = 2
_MAX_EVIDENCE = 6


def senders_of(parts: Parts, rules: MailRules) -> tuple[MailService, ...]:
    """Return the services that sent the message, those with the most evidence first."""
    found: dict[str, tuple[Service, dict[str, None]]] = {}

    def add(service: Service | None, evidence: str) -> None:
        if service is not None:
            found.setdefault(service.id, (service, {}))[1].setdefault(evidence)

    for name, value in parts.headers:
        add(rules.by_header(name, value), f"header {name}")
    for words, domain in _domains(parts):
        add(rules.by_sender(domain), f"{words} {domain}")
    told = [
        MailService(
            vendor="" if service.vendor.collective else service.vendor.name,
            service=service.name,
            evidence=tuple(evidence)[:_MAX_EVIDENCE],
        )
        for service, evidence in found.values()
    ]
    return tuple(sorted(told, key=lambda one: (-len(one.evidence), one.service)))


def _domains(parts: Parts) -> Iterator[tuple[str, str]]:
    for value in parts.values("dkim-signature")[:20]:
        for domain in _SIGNER.findall(value):
            yield "signed (DKIM) by", domain.lower()
    for name in ("return-path", "sender", "errors-to"):
        for _, address in parts.addresses(name):
            yield {"return-path": "bounces to"}.get(name, f"{name} at"), address.rpartition("@")[2]
    for value in parts.values("received")[-_OLDEST:]:
        for host in _RELAY.findall(value)[:4]:
            yield "relayed by", host.lower()
