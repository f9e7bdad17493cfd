"""What a report comes to: counts, and one verdict in plain words.

The verdict is technical: ``violations`` where something that is known to need consent happened without it, ``clean``
where nothing did on what could be measured, ``incomplete`` where too little could be measured or is not classified yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import UNCONSENTED_STATES, applied, everything, label_of
from scanner.report import SEVERITIES, Finding, Item, Page, Report, Request

MEASURED = {"ok", "http_error", "redirected", "timeout"}
"""Page statuses in which the browser showed something to look at."""

LOADED = {"ok", "redirected"}
"""Those in which it showed the page that visitors get, and not an error in its place."""

NO_PAGES = {"download"}
"""Those of links that lead to no page but to a document to download: it has no part in what was planned, measured or failed."""

ENOUGH = 0.9
"""The share of pages that must be measured for a clean verdict."""

_WITHOUT_CONSENT = {
    ConsentState.BEFORE: "before consent",
    ConsentState.REJECT: "after a refusal",
    ConsentState.WITHDRAW: "after a withdrawal",
    ConsentState.GPC: "in spite of Global Privacy Control",
}


def summary(report: Report) -> dict[str, Any]:
    """Count and conclude; the report has its findings already.

    Keys: verdict, verdict_text, pages (planned, measured, failed, and documents besides), states (state: applied or not applied), items and
    third_party_requests (category: {state: count, all: count}), third_party_hosts, services (that need consent),
    services_without_consent (state: count; classified ones, applied states), findings (severity: count), rules (rule: count).
    """
    states = scanned_states(report)
    third = [one for one in report.requests if one.party is Party.THIRD]
    verdict, text = _verdict(report)
    planned, measured = pages_of(report), measured_of(report)
    severities = Counter(finding.severity for finding in report.findings)
    return {
        "verdict": verdict,
        "verdict_text": text,
        "pages": {
            "planned": len(planned),
            "measured": measured,
            "failed": len(planned) - measured,
            "documents": len(report.pages) - len(planned),
        },
        "states": {str(one.state): "applied" if one.applied else "not applied" for one in report.passes},
        "items": {str(category): _item_counts(report.items, category, states) for category in Category},
        "third_party_requests": {
            str(category): _request_counts(third, category, states) for category in Category
        },
        "third_party_hosts": len({one.host for one in third}),
        "services": len({label_of(one) for one in everything(report) if one.category.needs_consent}),
        "services_without_consent": {
            str(state): len(active_services(report, state))
            for state in UNCONSENTED_STATES
            if state in states and applied(report, state)
        },
        "findings": {severity: severities[severity] for severity in SEVERITIES},
        "rules": dict(sorted(Counter(finding.rule for finding in report.findings).items())),
    }


def scanned_states(report: Report) -> tuple[ConsentState, ...]:
    """Return the states that the scan tried, in the order of `ConsentState`."""
    tried = {one.state for one in report.passes} | {state for page in report.pages for state in page.states}
    return tuple(state for state in ConsentState if state in tried)


def active_services(report: Report, state: ConsentState) -> set[str]:
    """Return the services known to need consent that stored or asked for something in a state without it.

    Empty for a state that was not applied, and for the state accept. In the other states but before, what was stored
    earlier and merely stayed does not count.
    """
    if state not in UNCONSENTED_STATES or not applied(report, state):
        return set()
    return {
        label_of(one)
        for one in everything(report)
        if one.category.needs_consent and one.category is not Category.UNCLASSIFIED and _is_active(one, state)
    }


def _is_active(thing: Item | Request, state: ConsentState) -> bool:
    if isinstance(thing, Request):
        return thing.state is state
    return state in (thing.states if state is ConsentState.BEFORE else thing.set_after_action)


def is_violation(finding: Finding) -> bool:
    """Whether a finding shows that something known to need consent happened without it, or that none can be given."""
    return (
        finding.severity in {"high", "medium"} and finding.evidence.get("category") != Category.UNCLASSIFIED
    )


def pages_of(report: Report) -> tuple[Page, ...]:
    """Return what was planned and is a page: what turned out to be a document to download is none, and did not fail."""
    return tuple(page for page in report.pages if page.status not in NO_PAGES)


def measured_of(report: Report) -> int:
    """Return on how many pages the browser showed something to look at."""
    return sum(page.status in MEASURED for page in report.pages)


def _item_counts(items: Iterable[Item], category: Category, states: Iterable[ConsentState]) -> dict[str, int]:
    own = [item for item in items if item.category is category]
    return {str(state): sum(state in item.states for item in own) for state in states} | {"all": len(own)}


def _request_counts(
    requests: Iterable[Request], category: Category, states: Iterable[ConsentState]
) -> dict[str, int]:
    own = Counter[ConsentState]()
    for request in requests:
        if request.category is category:
            own[request.state] += request.count
    return {str(state): own[state] for state in states} | {"all": own.total()}


def _verdict(report: Report) -> tuple[str, str]:
    violations = [finding for finding in report.findings if is_violation(finding)]
    if violations:
        return "violations", _violations_text(report, violations)
    reasons = list(_gaps(report))
    if reasons:
        return (
            "incomplete",
            f"No violation was seen, but the scan cannot call the site clean: {'; '.join(reasons)}.",
        )
    return "clean", _clean_text(report)


def _violations_text(report: Report, violations: list[Finding]) -> str:
    parts = []
    for state, words in _WITHOUT_CONSENT.items():
        if count := len(active_services(report, state)):
            parts.append(f"{count} {'service was' if count == 1 else 'services were'} active {words}")
    if not parts:
        parts = [violations[0].title + (f", and {len(violations) - 1} more" if len(violations) > 1 else "")]
    joined = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return f"{joined}."


def _gaps(report: Report) -> Iterable[str]:
    planned, measured = len(pages_of(report)), measured_of(report)
    needing = any(one.category.needs_consent for one in everything(report))
    banner = any(one.banner_found for one in report.passes)
    if report.tool.get("partial"):
        yield "the scan broke off before all pages were visited in all states"
    if not measured:
        yield "no page could be measured"
        return
    if not any(page.status in LOADED for page in report.pages):
        yield "no page loaded without an error"
    elif (start := report.pages[0]).status not in LOADED:
        answer = (
            f"HTTP {start.http_status}" if start.status == "http_error" and start.http_status else "no page"
        )
        yield f"the start page did not load ({answer})"
    elif planned - (broken := sum(map(_server_failed, report.pages))) < planned * ENOUGH:
        yield f"the server failed on {broken} of {planned} pages"
    if measured < planned * ENOUGH:
        yield f"only {measured} of {planned} pages could be measured"
    missed = [one for one in report.passes if not one.applied]
    if missed and (needing or banner):  # where nothing needs consent there is nothing to refuse
        names = ", ".join(str(one.state) for one in missed)
        yield f"{'the state' if len(missed) == 1 else 'the states'} {names} could not be applied"
    unknown = {
        label_of(one)
        for one in everything(report)
        if one.category is Category.UNCLASSIFIED
        and any(applied(report, state) and _is_active(one, state) for state in UNCONSENTED_STATES)
    }
    if unknown:
        yield (
            f"{len(unknown)} {'source' if len(unknown) == 1 else 'sources'} active without consent "
            f"{'is' if len(unknown) == 1 else 'are'} not classified yet"
        )


def _server_failed(page: Page) -> bool:
    return page.status == "http_error" and (page.http_status or 0) >= 500


def _clean_text(report: Report) -> str:
    states = [_WITHOUT_CONSENT[state] for state in scanned_states(report) if state in _WITHOUT_CONSENT]
    planned, noun = len(pages_of(report)), "message" if report.mail else "page"
    where = f"{measured_of(report)} of {planned} {noun}{'' if planned == 1 else 's'}"
    asked = [one for one in report.passes if one.state is not ConsentState.BEFORE]
    if asked and not any(one.banner_found for one in asked):
        return f"Nothing that needs consent was seen on {where}; no banner was found, and none was needed."
    return f"Nothing that needs consent was seen {' or '.join(states)}, on {where}."
