"""Why something is judged as it is: every rule that fits, in the order in which they are asked, and what decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from consent.model.categories import Category, Party
from scanner.classify import fallback
from scanner.classify.classifier import Classifier
from scanner.classify.facts import Classification, ItemFacts
from scanner.knowledge import ItemRule, Knowledge, RequestRule, Service
from scanner.knowledge.index import split
from scanner.parties import party_of, registrable_domain

MOST_ITEMS = 200
"""Names that the explanation of a host lists."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that speaks for a category.

    ``rank`` counts from 1, best first. ``kind`` is what it goes by; ``id`` is the rule's, ``rule`` its name, host or
    address. ``confidence`` is what it is worth alone, None where that depends. ``decides`` marks the one that did.
    """

    rank: int
    kind: Literal["name", "words", "host", "request", "signature", "imported", "filter list", "estimate"]
    id: str
    rule: str
    category: str
    purpose: str = ""
    service: str = ""
    vendor: str = ""
    source: str = ""
    confidence: float | None = None
    note: str = ""
    decides: bool = False


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """``subject`` was taken as ``taken_as``; ``names`` are those that a host is known for."""

    subject: str
    taken_as: Literal["name", "host", "url"]
    host: str
    reasons: tuple[Reason, ...]
    verdict: Classification
    names: tuple[dict[str, Any], ...] = ()


def explain(
    classifier: Classifier, subject: str, *, host: str = "", site: str = "", kind: str = "cookie"
) -> Explanation:
    """Explain a name (perhaps on a ``host``, for a page of ``site``), a host or a URL."""
    if "://" in subject:
        return _url(classifier, subject, site, taken_as="url")
    known = classifier.knowledge.rules_for(subject, host)
    if not host and not known and _is_host(subject):
        return _url(classifier, subject, site, taken_as="host")
    return _name(classifier, subject, host.lower().lstrip("."), site, kind)


def _is_host(text: str) -> bool:
    domain = registrable_domain(text)
    return "." in domain and not set(text) & set("/_*:@ ")


def _name(classifier: Classifier, name: str, host: str, site: str, kind: str) -> Explanation:
    party = party_of(host, site) if host and site else None
    facts = msgspec.convert(
        {"kind": kind, "name": name, "host": host, "site": site, "party": party}, ItemFacts
    )
    verdict = classifier.item(facts)
    matches = classifier.knowledge.rules_for(
        name, host, first_party=None if party is None else party is Party.FIRST
    )
    # In the order of the evidence: vendors' names, then the host, then names of everybody's software.
    named = [_of_item(match.rule, _how(match.agrees, match.loose)) for match in matches]
    vendors = [
        one for one, match in zip(named, matches, strict=True) if not match.rule.service.vendor.generic
    ]
    habits = [one for one, match in zip(named, matches, strict=True) if match.rule.service.vendor.generic]
    hosts = []
    if host and party is not Party.FIRST:
        hosts = [_of_request(one) for one in classifier.knowledge.services_of_host(host)]
    reasons = [*vendors, *hosts, *habits, *_further(classifier, facts, party)]
    return Explanation(
        subject=name, taken_as="name", host=host, reasons=_ranked(reasons, verdict), verdict=verdict
    )


def _further(classifier: Classifier, facts: ItemFacts, party: Party | None) -> Iterator[Reason]:
    local = classifier.local
    if local is not None and local.imported is not None:
        match = local.imported.match(facts.name, facts.host, party)
        if match is not None:
            fact = match.fact
            yield Reason(
                rank=0,
                kind="imported",
                id=f"import:{match.source.id}",
                rule=fact.name,
                category=fact.category or "not told",
                purpose=fact.purpose,
                service=fact.service,
                vendor=fact.vendor,
                source=f"{match.source.title}; licence: {match.source.licence}",
                note=f"filed there under {fact.filed}" if fact.filed else "",
            )
    if local is not None and facts.host and party is not Party.FIRST:
        yield from _listed(classifier, f"https://{facts.host}/", facts.site)
    estimate = fallback.estimate(facts, party) if classifier.statistics else None
    if estimate is not None:
        yield Reason(
            rank=0,
            kind="estimate",
            id=estimate.rule,
            rule=estimate.pattern,
            category=estimate.category.value,
            purpose=estimate.purpose,
            confidence=estimate.confidence,
            source="scanner/classify/fallback.json, trained by scripts/train_fallback.py",
        )


def _listed(classifier: Classifier, url: str, site: str) -> Iterator[Reason]:
    lists = classifier.local.lists if classifier.local is not None else None
    match = lists.match(url, site_host=site) if lists is not None else None
    if match is not None:
        yield Reason(
            rank=0,
            kind="filter list",
            id=f"list:{match.list.id}",
            rule=match.rule,
            category="advertising" if match.list.says == "advertising" else "tracking of any kind",
            source=f"{match.list.title}, version {match.list.version}; licence: {match.list.licence}",
        )


def _url(classifier: Classifier, subject: str, site: str, *, taken_as: Literal["host", "url"]) -> Explanation:
    url = subject if taken_as == "url" else f"https://{subject.strip('.').lower()}/"
    host = split(url)[0]
    party = party_of(host, site) if site and host else Party.THIRD
    verdict = classifier.request(url, party=party)
    reasons = [_of_request(one) for one in classifier.knowledge.requests_for(url)]
    reasons.extend(_listed(classifier, url, site))
    names = tuple(_names(classifier.knowledge, host)) if taken_as == "host" else ()
    return Explanation(
        subject=subject,
        taken_as=taken_as,
        host=host,
        reasons=_ranked(reasons, verdict),
        verdict=verdict,
        names=names[:MOST_ITEMS],
    )


def _names(knowledge: Knowledge, host: str) -> Iterator[dict[str, Any]]:
    """The names that are known on a host, or that its services keep elsewhere."""
    for service in knowledge.services_of_host(host):
        for rule in service.items:
            yield {
                "name": rule.name,
                "kinds": rule.kinds,
                "category": rule.category.value,
                "lifetime": rule.lifetime,
                "purpose": rule.purpose,
            }


def _of_item(rule: ItemRule, note: str) -> Reason:
    service = rule.service
    return Reason(
        rank=0,
        kind="words" if rule.order else "name",
        id=rule.id,
        rule=rule.name,
        category=rule.category.value,
        purpose=rule.purpose,
        service=service.name,
        vendor="" if service.vendor.generic or service.vendor.collective else service.vendor.name,
        source=service.source,
        confidence=rule.confidence,
        note=note,
    )


def _of_request(found: RequestRule | Service) -> Reason:
    service = found if isinstance(found, Service) else found.service
    is_rule = isinstance(found, RequestRule)
    address = f"{found.host}{found.path}" if isinstance(found, RequestRule) else ", ".join(service.hosts[:6])
    query = f"?{'&'.join(found.query)}" if isinstance(found, RequestRule) and found.query else ""
    return Reason(
        rank=0,
        kind="host"
        if not is_rule
        else ("request" if isinstance(found, RequestRule) and found.host else "signature"),
        id=found.id,
        rule=address + query,
        category=found.category.value,
        purpose=found.purpose,
        service=service.name,
        vendor="" if service.vendor.collective else service.vendor.name,
        source=service.source,
        note="one of many small companies of its kind" if service.vendor.collective else "",
    )


def _how(agrees: bool | None, loose: bool) -> str:
    if loose:
        return "others use this name too, and no host is given"
    return "kept on the company's own host" if agrees else ""


def _ranked(reasons: Iterable[Reason], verdict: Classification) -> tuple[Reason, ...]:
    decided = verdict.category is not Category.UNCLASSIFIED
    ranked: list[Reason] = []
    for number, one in enumerate(reasons, 1):
        decides = decided and one.id == verdict.rule and not any(other.decides for other in ranked)
        ranked.append(msgspec.structs.replace(one, rank=number, decides=decides))
    return tuple(ranked)
