"""Each kind of evidence on its own, and the order in which they are asked.

Confidences are what a kind of evidence is worth against sites' own labels; they are compared with the threshold and
shown, never multiplied.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import StorageKind
from scanner import parties
from scanner.classify import fallback, further
from scanner.classify.facts import Classification, ItemFacts
from scanner.classify.values import IN_WORDS, pattern_of, shape_of
from scanner.knowledge import Knowledge, Match, RequestRule, Service
from scanner.knowledge.local import LocalKnowledge

HOST_CONFIDENCE = 0.72
"""A third party's cookie with an unknown name, from a host whose service is known."""
SETTER_CONFIDENCE = 0.66
"""A cookie with an unknown name that a known vendor's script set."""
LOOSE_CONFIDENCE = 0.6
"""A vendor's name that others use too, told without a host."""
FOREIGN_SESSION_CONFIDENCE = 0.45
"""A framework's session name on an unknown third party's host: nobody asked for that session."""
LANGUAGE_CONFIDENCE = 0.55
SHORT_S = 86400

_UNKNOWN = Classification(category=Category.UNCLASSIFIED)


def weigh(
    knowledge: Knowledge,
    facts: ItemFacts,
    party: Party | None,
    *,
    statistics: bool = True,
    local: LocalKnowledge | None = None,
    least: float = 0.0,
) -> Classification:
    """Return the best judgement on an item; `Category.UNCLASSIFIED` with what was considered where there is none.

    ``local`` is asked where the rules say nothing that reaches ``least``.
    """
    host_service = _host_service(knowledge, facts, party)
    setter = _setter(knowledge, facts)
    match, habit = _best_names(knowledge, facts, party, host_service)
    if match is not None:
        if setter is None and facts.lifetime_s is None:
            name = facts.name if match.rule.name.startswith("^") else match.rule.name
            return _by_name_alone(
                match, facts.kind, name, facts.host if match.rule.service.vendor.collective else ""
            )
        return _by_name(match, facts, setter)
    judged = _by_host(host_service, facts) if host_service is not None else None
    if judged is None and setter is not None:
        judged = _by_setter(setter, facts)
    if judged is None and habit is not None:
        judged = _by_habit(habit, facts, party)
    if local is None or (judged is not None and judged.confidence >= least):
        return judged or _by_value(facts, party, statistics=statistics)
    imported = further.imported_match(local, facts, party)
    found = further.by_import(imported, facts, party) if imported is not None else None
    found = found or further.by_list(local, knowledge, facts, party) or judged
    if found is not None:
        return found
    found = _by_value(facts, party, statistics=statistics)
    return further.with_import(found, imported) if imported is not None else found


def _best_names(
    knowledge: Knowledge, facts: ItemFacts, party: Party | None, host_service: Service | None
) -> tuple[Match | None, Match | None]:
    """Return the best vendor's name and the best generic one; each may be None."""
    habit: Match | None = None
    first = None if party is None else party is Party.FIRST
    for match in knowledge.rules_for(facts.name, facts.host, first_party=first):
        rule = match.rule
        if rule.longest_s is not None and (facts.lifetime_s or 0) > rule.longest_s:
            continue
        if rule.service.vendor.generic:
            habit = habit or match
        elif match.loose and habit is not None:
            continue  # without a host, a name of everybody's software is nobody's own
        elif rule.yields and host_service is not None and host_service.category is not rule.category:
            break
        else:
            return match, habit
    return None, habit


def _host_service(knowledge: Knowledge, facts: ItemFacts, party: Party | None) -> Service | None:
    """The service that owns the host of somebody else's item; a site's own host says nothing."""
    if party is Party.FIRST or not facts.host:
        return None
    found = knowledge.services_of_host(facts.host)
    return found[0] if found else None


def _setter(knowledge: Knowledge, facts: ItemFacts) -> RequestRule | Service | None:
    """What the nearest script or response is known as; a tag manager or code host sets for others and says nothing."""
    if not facts.setters:
        return None
    found = knowledge.request(facts.setters[0])
    if found is None or _service(found).loads_others:
        return None
    return found


def _company(service: Service, host: str = "") -> str:
    """Name the company behind a service; one of many in a collective file is told by its domain."""
    if not service.vendor.collective:
        return service.vendor.name
    return parties.registrable_domain(host) if host else ""


def _sentence(text: str) -> str:
    """End a sentence with one full stop, also after ``Inc.``."""
    return text if text.endswith(".") else text + "."


def _known_as(service: Service, company: str) -> str:
    """Say a service with its company, for a sentence."""
    if service.vendor.collective:
        return service.name[:1].lower() + service.name[1:]
    return service.name if company in service.name else f"{service.name} by {company}"


def _service(found: RequestRule | Service) -> Service:
    return found if isinstance(found, Service) else found.service


@lru_cache(maxsize=16_384)
def _by_name_alone(match: Match, kind: StorageKind, name: str, host: str) -> Classification:
    """What a name says where nothing else is known: the same for everyone, so it is worked out once."""
    return _by_name(match, ItemFacts(kind=kind, name=name, host=host), None)


def _by_name(match: Match, facts: ItemFacts, setter: RequestRule | Service | None) -> Classification:
    rule = match.rule
    service = rule.service
    confidence = rule.confidence
    company = _company(service, facts.host if match.agrees else "")
    kind = "name" if rule.exact else "name pattern"
    parts = [f"Known {kind} {rule.name if rule.exact else repr(rule.name)} of {_known_as(service, company)}"]
    if match.agrees:
        confidence += 0.06
        parts.append("kept on that company's own host")
    if match.loose:
        confidence = min(confidence, LOOSE_CONFIDENCE)
        parts.append("which others use too, and no host is known")
    if facts.kind not in rule.kinds:
        confidence -= 0.15
        parts.append(
            f"though known as {rule.kinds[0].replace('_', ' ')} and found as {facts.kind.replace('_', ' ')}"
        )
    if setter is not None:
        other = _service(setter)
        if other.vendor is service.vendor:
            confidence += 0.04
            parts.append("set by its own script")
        elif not rule.yields:
            confidence -= 0.12
            parts.append(f"though set by a script of {_company(other) or other.name}")
    if rule.lifetime_s is not None and (facts.lifetime_s or 0) > 3 * rule.lifetime_s + SHORT_S:
        confidence -= 0.08
        parts.append(f"though it lives longer than the documented {rule.lifetime}")
    return Classification(
        category=rule.category,
        vendor=company,
        service=service.name,
        service_id=service.id,
        confidence=round(min(0.99, max(0.0, confidence)), 2),
        reason=_sentence(", ".join(parts)),
        purpose=rule.purpose,
        rule=rule.id,
        pattern=facts.name if rule.exact else _pattern(rule.name, facts.name),
        criterion=rule.criterion,
    )


def _pattern(rule_name: str, name: str) -> str:
    return pattern_of(name) if rule_name.startswith("^") else rule_name


def _by_host(service: Service, facts: ItemFacts) -> Classification | None:
    """Judge by the host alone. An unknown name is no ground for necessary unless it is gone within a day."""
    if service.loads_others:
        return None
    category = service.category
    confidence = HOST_CONFIDENCE
    company = _company(service, facts.host)
    reason = (
        f"Kept on {facts.host}, which belongs to {_known_as(service, company)}; the name itself is not known"
    )
    if category is Category.NECESSARY and (facts.lifetime_s or 0) > SHORT_S:
        confidence = 0.4
        reason += ", and it lasts longer than a necessary item of such a service would need to"
    return Classification(
        category=category,
        vendor=company,
        service=service.name,
        service_id=service.id,
        confidence=confidence,
        reason=_sentence(reason),
        purpose=service.purpose,
        rule=service.id,
        pattern=pattern_of(facts.name),
        criterion="B" if category is Category.NECESSARY else "",
    )


def _by_setter(found: RequestRule | Service, facts: ItemFacts) -> Classification | None:
    service = _service(found)
    company = _company(service, parties.host_of(facts.setters[0]))
    if found.category is Category.NECESSARY:
        return None
    return Classification(
        category=found.category,
        vendor=company,
        service=service.name,
        service_id=service.id,
        confidence=SETTER_CONFIDENCE,
        reason=f"Set by {_known_as(service, company)}; the name itself is not known.",
        purpose=service.purpose,
        rule=found.id,
        pattern=pattern_of(facts.name),
    )


def _by_habit(match: Match, facts: ItemFacts, party: Party | None) -> Classification:
    """Judge by a name that sites' own software uses; the states may speak against necessary."""
    rule = match.rule
    confidence = rule.confidence
    known = (
        f"Known name of {rule.service.name}"
        if not rule.order
        else f"The name says what it is for: {rule.service.name.lower()}"
    )
    reason = f"{known}"
    if rule.category is Category.NECESSARY:
        if party is Party.THIRD:
            confidence = min(confidence, FOREIGN_SESSION_CONFIDENCE)
            reason += "; but an unknown third party keeps it, and nobody asked for that"
        if facts.states and set(facts.states) <= {ConsentState.ACCEPT}:
            confidence -= 0.2
            reason += "; but it came only after consent, so the site itself may hold it back"
    if facts.kind not in rule.kinds:
        confidence -= 0.05
    return Classification(
        category=rule.category,
        confidence=round(confidence, 2),
        reason=_sentence(reason),
        purpose=rule.purpose,
        rule=rule.id,
        pattern=pattern_of(facts.name),
        criterion=rule.criterion,
    )


def _by_value(facts: ItemFacts, party: Party | None, *, statistics: bool) -> Classification:
    """Judge by what is left: shape, lifetime and party; then the statistical estimate; else say what was considered."""
    considered = [
        "no rule knows the name",
        "the host is unknown" if party is not Party.FIRST else "the site itself keeps it",
    ]
    shape = shape_of(facts.value) if facts.value else None
    if shape is not None:
        considered.append(IN_WORDS[shape])
    if facts.lifetime_s is not None:
        considered.append(f"it lasts {in_days(facts.lifetime_s)}")
    if shape == "language" and party is Party.FIRST:
        return Classification(
            category=Category.FUNCTIONALITY,
            confidence=LANGUAGE_CONFIDENCE,
            reason="The site itself keeps a language code in it, so it remembers the visitor's language.",
            purpose="Remembers the language you chose.",
            pattern=pattern_of(facts.name),
        )
    estimate = fallback.estimate(facts, party) if statistics else None
    if statistics and estimate is None:
        considered.append("the statistical estimate points nowhere clearly")
    return estimate or msgspec.structs.replace(
        _UNKNOWN,
        reason=f"Not decided, somebody should look at it: {', '.join(considered)}.",
        pattern=pattern_of(facts.name),
    )


def in_days(seconds: float) -> str:
    """Say a duration in the unit that a reader expects."""
    for unit, size in (("year", 365 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            count = round(seconds / size)
            return f"{count} {unit}{'s' if count != 1 else ''}"
    return f"{round(seconds)} seconds"


def known_request(found: RequestRule | Service, host: str, *, own: bool) -> Classification:
    """Judge a request whose address is known."""
    service = _service(found)
    company = _company(service, host)
    if isinstance(found, Service):
        confidence, reason = 0.88, f"{host} belongs to {_known_as(service, company)}"
    elif found.host:
        confidence, reason = (
            0.95,
            f"{found.host}{found.path} is an address of {_known_as(service, company)}",
        )
    else:
        where = "under the site's own name" if own else f"on {host}"
        confidence = 0.85
        reason = f"The request has the form that only {_known_as(service, company)} uses; its collector runs {where}"
    return Classification(
        category=found.category,
        vendor=company,
        service=service.name,
        service_id=service.id,
        confidence=confidence,
        reason=_sentence(reason),
        purpose=found.purpose,
        rule=found.id,
    )


def unknown_request(host: str, kind: str) -> Classification:
    """Say that nothing is known of a third party's host."""
    return Classification(
        category=Category.UNCLASSIFIED,
        reason=f"Nothing is known of {host}, a third party to which {'this ' + kind if kind else 'this request'} goes.",
    )
