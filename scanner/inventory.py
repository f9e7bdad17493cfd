"""From a report to the inventory: what the widget needs to know of a site, and nothing else.

Names with a changing part become one pattern; each service that was seen brings all its hosts, so that a region or
shard that the scan did not meet is held back too; a host that nobody knows waits as unclassified.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model.categories import Party
from consent.model.errors import NotFoundError
from consent.model.inventory import BlockingRule, Inventory, InventoryItem, InventoryService
from scanner.knowledge import Knowledge, Service
from scanner.knowledge.index import split
from scanner.parties import host_of
from scanner.report import Item, Report, Request


def inventory_of(report: Report, knowledge: Knowledge) -> Inventory:
    """Build the inventory of a report, sorted, so that an unchanged site gives an unchanged digest."""
    services = _services(report, knowledge)
    return Inventory(
        site=report.site,
        scan_id=report.scan_id,
        created=report.finished,
        items=_items(report.items),
        services=tuple(_service(services[key]) for key in sorted(services)),
        rules=_rules(
            report.requests,
            services.values(),
            knowledge,
            page_hosts={host_of(page.url) for page in report.pages} | {host_of(report.start_url)},
        ),
    )


def _services(report: Report, knowledge: Knowledge) -> dict[str, Service]:
    """Every known service that was asked for something or that stored something."""
    found: dict[str, Service] = {}
    for request in report.requests:
        known = knowledge.request(request.url)
        if known is not None:
            service = known if isinstance(known, Service) else known.service
            found[service.id] = service
    for item in report.items:
        service_id = ".".join(item.rule.split(".")[:2])
        try:
            found[service_id] = knowledge.service(service_id)
        except NotFoundError:  # decided by hand, by evidence, or not at all
            continue
    return {key: service for key, service in found.items() if not service.vendor.generic}


def _service(service: Service) -> InventoryService:
    return InventoryService(
        service=service.name,
        vendor=service.vendor.name,
        category=service.category,
        country=service.vendor.country,
        policy_url=service.vendor.policy_url,
        purpose=service.purpose,
    )


def _items(items: Iterable[Item]) -> tuple[InventoryItem, ...]:
    merged: dict[tuple[str, str, str], InventoryItem] = {}
    for item in items:
        key = (item.kind, item.pattern or item.name, item.host)
        made = InventoryItem(
            kind=item.kind,
            name=key[1],
            host=item.host,
            party=item.party,
            category=item.category,
            vendor=item.vendor,
            service=item.service,
            purpose=item.purpose,
            lifetime_s=item.lifetime_s,
            http_only=item.http_only,
            states=item.states,
            reason=item.reason,
        )
        known = merged.get(key)
        merged[key] = made if known is None else _joined(known, made)
    return tuple(merged[key] for key in sorted(merged))


def _joined(one: InventoryItem, other: InventoryItem) -> InventoryItem:
    """Two items under one pattern: the longer lifetime, all states, removable by script only where both are."""
    return msgspec.structs.replace(
        one,
        lifetime_s=max(filter(None, (one.lifetime_s, other.lifetime_s)), default=None),
        states=tuple(sorted({*one.states, *other.states})),
        http_only=one.http_only or other.http_only,
    )


def _rules(
    requests: Iterable[Request],
    services: Iterable[Service],
    knowledge: Knowledge,
    *,
    page_hosts: set[str],
) -> tuple[BlockingRule, ...]:
    """What each request waits for. What was seen goes first: its category is the one that the report shows."""
    rules: dict[tuple[str, str, bool], BlockingRule] = {}

    def add(rule: BlockingRule) -> None:
        rules.setdefault((rule.host, rule.path, rule.exact_host), rule)

    for request in requests:
        if request.party is Party.FIRST and request.host not in page_hosts:  # cloaked: the host as a whole
            add(
                BlockingRule(
                    host=request.host, category=request.category, service=request.service, exact_host=True
                )
            )
            continue
        own = request.party is Party.FIRST
        rule = knowledge.blocking_rule_for(request.url, exact_host=own)
        if rule is None and own:
            # Only a filter list knows it. The host is the site's own, so no more than this path may wait.
            path = split(request.url)[1]
            if path != "/":
                add(BlockingRule(host=request.host, path=path, category=request.category, exact_host=True))
            continue
        add(rule or BlockingRule(host=request.host, category=request.category))
    for service in sorted(services, key=lambda one: one.id):
        for rule in knowledge.blocking_rules(service):
            add(rule)
    return tuple(rules[key] for key in sorted(rules))
