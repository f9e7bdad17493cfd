"""What vendors are told about consent is something else than what the visitor did.

It is read twice: from the requests, which is what Google was told in truth, and from the page's own interfaces (the data
layer, IAB TCF, Microsoft, Meta), which also tell what is missing or invalid.

`scanner.google_signals` says what Google's letters mean. Before a decision and after a refusal nothing may be granted, and a default of denied has to be
set before the first tag. Letters that are not known are told as unknown and judged by nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from consent.model.categories import ConsentState
from scanner import signals
from scanner.evidence import UNCONSENTED_STATES, applied, evidence_of, some
from scanner.fixes import code
from scanner.google_signals import decode
from scanner.report import Finding, Report, Request, Severity, Signal

ID = "consent-signal"
TITLE = "A consent signal that the visitor did not give"
LAW = "GDPR Art. 4(11), 7(1); Google Consent Mode v2 (EU user consent policy)"
SEVERITY: Severity = "high"

_GRANTED = set("trnv")
_GRANTED_BY_DEFAULT = set("tuv")
_NO_DEFAULT = set("lmn")
_FIX = "Set the default before any Google tag, and update it by the banner's event only:\n\n" + code(
    "window.dataLayer = window.dataLayer || [];",
    "function gtag() { dataLayer.push(arguments); }",
    "gtag('consent', 'default', {ad_storage: 'denied', analytics_storage: 'denied',",
    "  ad_user_data: 'denied', ad_personalization: 'denied', wait_for_update: 500});",
)


_SHOWN = frozenset(
    {
        "default",
        "update",
        "now",
        "calls",
        "string",
        "purposes",
        "vendors",
        "disclosed",
        "policy",
        "cmp_id",
        "status",
        "event",
    }
)
"""What a finding shows of a signal's values; the rest is in report.json."""

_KINDS = {
    "storage is signalled": "granted",
    "the default is granted": "granted-by-default",
    "no default": "no-default",
    "everything is still": "no-update",
}
"""How a problem of the requests begins, and the kind of the same problem of the data layer."""

_LAWS = {
    "tcf": "GDPR Art. 4(11), 7(1); IAB Europe Transparency & Consent Framework Policies v5 (TCF 2.3)",
    "microsoft_uet": "GDPR Art. 4(11), 7(1); Microsoft Advertising UET consent mode",
    "microsoft_clarity": "GDPR Art. 4(11), 7(1); Microsoft Clarity consent API v2",
}
_LET_BANNER = "Let the banner's event alone grant, and deny before anything of the vendor runs."
_FIXES = {
    "tcf": "Update the consent platform to TCF 2.3, and let it write the string by what the visitor chose, and by nothing else.",
    "microsoft_uet": "Set the default before the UET tag, and update it by the banner's event only:\n\n"
    + code(
        "window.uetq = window.uetq || [];",
        "window.uetq.push('consent', 'default', {ad_storage: 'denied'});",
    ),
    "microsoft_clarity": "Deny before the tag, and grant by the banner's event only:\n\n"
    + code("clarity('consentv2', {ad_Storage: 'denied', analytics_Storage: 'denied'});"),
    "meta_pixel": "Revoke before init, and grant by the banner's event only:\n\n"
    + code("fbq('consent', 'revoke');", "fbq('init', '…');"),
}


def find(report: Report) -> Iterator[Finding]:
    """Yield one finding for each state and problem; what the requests prove is not told again of the page."""
    proven: set[tuple[ConsentState, str]] = set()
    for finding, kind in _from_requests(report):
        if finding.state is not None:
            proven.add((finding.state, kind))
        yield finding
    yield from _from_interfaces(report, proven)


def _from_interfaces(report: Report, proven: set[tuple[ConsentState, str]]) -> Iterator[Finding]:
    groups: dict[tuple[str, ConsentState, str, str, Severity], list[Signal]] = defaultdict(list)
    for signal in report.signals:
        if applied(report, signal.state):
            for severity, kind, what in signals.problems_of(signal):
                if signal.api != "google_consent_mode" or (signal.state, kind) not in proven:
                    groups[signal.api, signal.state, kind, what, severity].append(signal)
    for (api, state, _, what, severity), group in groups.items():
        name = signals.API_NAMES[api]
        shown = {key: value for key, value in group[0].values.items() if key in _SHOWN}
        pages = some(page for one in group for page in one.pages)
        yield Finding(
            rule=ID,
            severity=severity,
            title=f"{name}: {what}",
            subject=name,
            state=state,
            page=group[0].page,
            evidence={
                "kind": "signal",
                "problem": what,
                "pages": pages,
                "page_count": sum(one.page_count for one in group),
            }
            | shown,
            law=LAW if api == "google_consent_mode" else _LAWS.get(api, "GDPR Art. 4(11), 7(1)"),
            fix=_FIX if api == "google_consent_mode" else _FIXES.get(api, _LET_BANNER),
        )


def _from_requests(report: Report) -> Iterator[tuple[Finding, str]]:
    """Yield the findings about Google's parameters, each with the kind of its problem."""
    for state in ConsentState:
        if not applied(report, state):
            continue
        problems: dict[tuple[Severity, str], list[Request]] = defaultdict(list)
        for request in report.requests:
            if request.state is state:
                for problem in problems_of(decode(request.url), state):
                    problems[problem].append(request)
        for (severity, what), requests in problems.items():
            signal = decode(requests[0].url)
            finding = Finding(
                rule=ID,
                severity=severity,
                title=f"Google Consent Mode: {what}",
                subject="Google Consent Mode",
                state=state,
                page=requests[0].page,
                evidence=evidence_of(requests, problem=what, **signal),
                law=LAW,
                fix=_FIX,
            )
            yield finding, next((kind for start, kind in _KINDS.items() if what.startswith(start)), "")


def problems_of(signal: dict[str, Any], state: ConsentState) -> Iterator[tuple[Severity, str]]:
    """Yield severity and problem of one decoded signal in a state."""
    letters = set(signal.get("letters", ""))
    granted = "granted" in signal.get("now", {}).values() or bool(letters & _GRANTED)
    if state in UNCONSENTED_STATES and granted:
        yield "high", f"storage is signalled as granted {_WHEN[state]}"
    elif letters & _GRANTED_BY_DEFAULT:
        yield "medium", "the default is granted, before any decision"
    if letters & _NO_DEFAULT:
        yield "medium", "no default was set before the first tag"
    if state is ConsentState.ACCEPT and signal.get("now") and not granted:
        yield "low", "everything is still signalled as denied after the visitor accepted"


_WHEN = {
    ConsentState.BEFORE: "before the visitor decided",
    ConsentState.REJECT: "after the visitor refused",
    ConsentState.WITHDRAW: "after the visitor withdrew",
    ConsentState.GPC: "to a visitor whose browser objects (GPC)",
}
