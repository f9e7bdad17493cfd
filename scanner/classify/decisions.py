"""What the privacy officer decided for a site, and whether what was decided on is still what a scan sees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from consent.model.sites import Decision
from scanner.classify.facts import Classification, ItemFacts
from scanner.classify.values import pattern_of
from scanner.knowledge import Knowledge
from scanner.knowledge.model import Hosts
from scanner.lifetimes import lifetime_class
from scanner.parties import setter_of


def decision_for(decisions: Iterable[Decision], facts: ItemFacts) -> Decision | None:
    """Return the first decision about this item."""
    for decision in decisions:
        if decision.kind != facts.kind:
            continue
        if decision.host and not Hosts((decision.host.lstrip(".").lower(),)).cover(facts.host):
            continue
        if decision.name == facts.name or (
            "*" in decision.name and _wildcard(decision.name).fullmatch(facts.name)
        ):
            return decision
    return None


def by_decision(knowledge: Knowledge, decision: Decision, facts: ItemFacts) -> Classification:
    """Return the judgement that a decision makes; company and service come from the rules."""
    matches = knowledge.rules_for(facts.name, facts.host)
    service = matches[0].rule.service if matches and not matches[0].rule.service.vendor.generic else None
    by = f" by {decision.reviewer}" if decision.reviewer else ""
    on = f" on {decision.decided.isoformat()}" if decision.decided else ""
    why = f": {decision.reason.rstrip('.')}" if decision.reason else ""
    exempt = (
        f" It is exempt from consent by criterion {decision.criterion} of WP194."
        if decision.criterion
        else ""
    )
    changed = changes(decision, facts)
    again = f" To be decided again: {' and '.join(changed)}." if changed else ""
    return Classification(
        category=decision.category,
        vendor=decision.vendor or (service.vendor.name if service else ""),
        service=service.name if service else "",
        service_id=service.id if service else "",
        confidence=1.0,
        reason=f"Decided for this site{by}{on}{why}.{exempt}{again}",
        purpose=decision.purpose or (matches[0].rule.purpose if matches else ""),
        rule="decision",
        pattern=decision.name if "*" in decision.name else pattern_of(facts.name),
        criterion=decision.criterion or "",
        reopened="; ".join(changed),
    )


def changes(decision: Decision, facts: ItemFacts) -> list[str]:
    """Say what differs from what the decision was made on; only what a scan saw counts."""
    if not facts.states:
        return []
    found = []
    seen = lifetime_class(facts.lifetime_s, kind=facts.kind)
    if decision.lifetime and decision.lifetime != seen:
        found.append(f"it stays {_stay(seen)}, and stayed {_stay(decision.lifetime)} then")
    setter = setter_of(facts.setters)
    if decision.set_by and setter and setter != decision.set_by.lower():
        found.append(f"{setter} sets it, and {decision.set_by} did then")
    return found


def _stay(lifetime: str) -> str:
    return "for the session" if lifetime == "session" else lifetime


@lru_cache(maxsize=1024)
def _wildcard(pattern: str) -> re.Pattern[str]:
    """Compile a decision's name, in which only ``*`` is special."""
    return re.compile(".*".join(map(re.escape, re.split(r"\*+", pattern))), re.DOTALL)
