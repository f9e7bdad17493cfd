"""Evidence that the user brought: imported facts and filter lists. It ranks below every rule of ours.

An imported fact may say any category, but necessary only for an exact name. A filter list says that an address tracks,
so it moves an item or request towards needing consent and never the other way.
"""

from __future__ import annotations

import msgspec

from consent.model.categories import Category, Party
from scanner.classify import fallback
from scanner.classify.facts import Classification, ItemFacts
from scanner.classify.values import pattern_of
from scanner.knowledge import Knowledge
from scanner.knowledge.filter_lists import ListMatch
from scanner.knowledge.imported import ImportedMatch
from scanner.knowledge.local import LocalKnowledge
from scanner.parties import host_of, registrable_domain

IMPORTED_EXACT = 0.6
IMPORTED_PATTERN = 0.55
AGREES = 0.04
"""What it adds that the item is on a host which the source names."""
IMPORTED_NECESSARY = 0.55
ADVERTISING_LIST = 0.7
"""Of 119 hosts that EasyList stops and no rule of ours knows, 85 % advertise."""
TRACKING_LIST = 0.55
"""Of 221 hosts that EasyPrivacy stops and no rule knows, 93 % need consent: 57 % advertise, 31 % measure."""

_SHOWN = 120


def imported_match(local: LocalKnowledge, facts: ItemFacts, party: Party | None) -> ImportedMatch | None:
    """Return the imported fact about an item."""
    return local.imported.match(facts.name, facts.host, party) if local.imported else None


def by_import(match: ImportedMatch, facts: ItemFacts, party: Party | None) -> Classification | None:
    """Judge by an imported fact; None where it does not say which category.

    Necessary is believed only of an exact name, and of a third party's item only on a host that the source names.
    """
    fact = match.fact
    exact = "*" not in fact.name
    category = Category(fact.category) if fact.category else None
    if category is None:
        return None
    if category is Category.NECESSARY and (not exact or (party is Party.THIRD and not match.agrees)):
        return None
    confidence = IMPORTED_EXACT if exact else IMPORTED_PATTERN
    if category is Category.NECESSARY:
        confidence = IMPORTED_NECESSARY
    reason = f"No rule knows it; {match.source.title} files {fact.name} under {fact.filed or category}"
    if match.agrees:
        confidence += AGREES
        reason += ", on this host"
    if match.others:
        reason += f", though elsewhere under {' and '.join(match.others)}"
    return Classification(
        category=category,
        vendor=fact.vendor,
        service=fact.service,
        confidence=round(confidence, 2),
        reason=reason + ".",
        purpose=fact.purpose,
        rule=f"import:{match.source.id}",
        pattern=pattern_of(facts.name) if exact else fact.name,
        criterion="B" if category is Category.NECESSARY else "",
    )


def with_import(judged: Classification, match: ImportedMatch) -> Classification:
    """Add to a judgement what a source says that gives no category: whose it is, what for, and how it files it."""
    fact = match.fact
    undecided = judged.category is Category.UNCLASSIFIED
    note = f" {match.source.title} files {fact.name} under {fact.filed or 'nothing'}, which is none of the four categories."
    return msgspec.structs.replace(
        judged,
        vendor=judged.vendor or fact.vendor,
        service=judged.service or fact.service,
        purpose=fact.purpose if undecided or judged.rule == "statistical" else judged.purpose,
        reason=judged.reason + note,
    )


def by_list(
    local: LocalKnowledge, knowledge: Knowledge, facts: ItemFacts, party: Party | None
) -> Classification | None:
    """Judge by a filter list: by the item's host where it is a third party's, else by the script that set it."""
    if local.lists is None:
        return None
    match, where = None, ""
    if party is not Party.FIRST and facts.host:
        match, where = local.lists.host(facts.host, site_host=facts.site), facts.host
    setter = facts.setters[0] if facts.setters else ""
    if match is None and setter.startswith(("http://", "https://")) and knowledge.request(setter) is None:
        host = host_of(setter)
        if registrable_domain(host) != registrable_domain(facts.site or facts.host):
            match, where = (
                local.lists.match(setter, site_host=facts.site),
                f"the script of {host} that set it",
            )
    if match is None:
        return None
    category, confidence, kind = _meaning(match)
    estimate = fallback.estimate(facts, party) if match.list.says == "tracking" else None
    if estimate is not None and estimate.category is Category.PERFORMANCE:
        category, kind = Category.PERFORMANCE, "tracking of a kind that its name suggests is measurement"
    return Classification(
        category=category,
        confidence=confidence,
        reason=f"No rule knows it; the filter list {match.list.title} stops {where} as {kind} ({_shown(match.rule)}).",
        purpose=fallback.PURPOSES[category],
        rule=f"list:{match.list.id}",
        pattern=pattern_of(facts.name),
    )


def request_by_list(
    local: LocalKnowledge, url: str, *, site_host: str, kind: str, own: bool
) -> Classification | None:
    """Judge a request that no rule knows by the filter lists."""
    match = local.lists.match(url, site_host=site_host, kind=kind or "other") if local.lists else None
    if match is None:
        return None
    category, confidence, words = _meaning(match)
    if own and match.list.says == "tracking":
        category = Category.PERFORMANCE  # what a site keeps to itself, it measures
    return Classification(
        category=category,
        confidence=confidence,
        reason=f"No rule knows this address; the filter list {match.list.title} stops it as {words} ({_shown(match.rule)}).",
        purpose=fallback.PURPOSES[category],
        rule=f"list:{match.list.id}",
    )


def _meaning(match: ListMatch) -> tuple[Category, float, str]:
    if match.list.says == "advertising":
        return Category.ADVERTISING, ADVERTISING_LIST, "advertising"
    return (
        Category.ADVERTISING,
        TRACKING_LIST,
        "tracking; which kind it does not say, so the strictest is assumed",
    )


def _shown(rule: str) -> str:
    return rule if len(rule) <= _SHOWN else rule[: _SHOWN - 1] + "…"
