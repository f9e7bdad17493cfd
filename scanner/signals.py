"""From what a page's consent interfaces answered to signals by state, and what is wrong with them.

Names of types and calls are the vendors' own: Google Consent Mode v2, Microsoft UET, Microsoft Clarity, Meta Pixel, IAB
TCF and GPP. What a page says of itself is judged against what the visitor did in the state.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from consent.model.categories import ConsentState
from scanner import google_signals, gpp, tcf
from scanner.evidence import UNCONSENTED_STATES
from scanner.observations import Observation
from scanner.report import Severity, Signal

MAX_REPORTED = 400
_PAGES = 5

API_NAMES = {
    "google_consent_mode": "Google Consent Mode",
    "google_requests": "Google's requests",
    "data_layer": "Data layer",
    "tcf": "IAB TCF",
    "gpp": "IAB GPP",
    "us_privacy": "US Privacy string",
    "microsoft_uet": "Microsoft UET consent mode",
    "microsoft_clarity": "Microsoft Clarity consent",
    "meta_pixel": "Meta Pixel consent",
}

GOOGLE_TYPES = (
    "ad_storage",
    "analytics_storage",
    "ad_user_data",
    "ad_personalization",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
)
_NEEDING = GOOGLE_TYPES[:4]
_TAGS = frozenset({"config", "event", "gtm.js"})

WHEN = {
    ConsentState.BEFORE: "before the visitor decided",
    ConsentState.REJECT: "after the visitor refused",
    ConsentState.WITHDRAW: "after the visitor withdrew",
    ConsentState.GPC: "to a visitor whose browser objects (GPC)",
}


def signals_of(seen: Iterable[Observation]) -> tuple[Signal, ...]:
    """Return one entry for each interface, state and answer; equal answers of several pages are one."""
    found: dict[tuple[str, ConsentState, bytes], Signal] = {}
    for one in seen:
        is_request = one.kind == "request"
        name = "google_requests" if is_request else one.name if one.kind == "signal" else ""
        if not one.after_action or name not in API_NAMES:
            continue
        values = _READERS[name]({"url": one.name} if is_request else one.details)
        if is_request and not values:
            continue
        # The string of one visit may differ from the next in nothing but its time.
        told = {name: value for name, value in values.items() if name != "string"}
        key = (name, one.state, msgspec.json.encode(told, order="sorted"))
        known = found.get(key)
        if known is None:
            found[key] = Signal(
                api=name, state=one.state, page=one.page, pages=(one.page,), page_count=1, values=values
            )
        elif one.page not in known.pages:
            pages = (*known.pages, one.page)[:_PAGES]
            found[key] = msgspec.structs.replace(known, pages=pages, page_count=known.page_count + 1)
    order = list(API_NAMES)
    entries = sorted(
        found.values(), key=lambda entry: (order.index(entry.api), list(ConsentState).index(entry.state))
    )
    return tuple(entries[:MAX_REPORTED])


Problem = tuple[Severity, str, str]
"""Severity, kind of problem, and the problem in words."""


def problems_of(signal: Signal) -> Iterator[Problem]:
    """Yield what is wrong with one signal, judged by what the visitor did in its state."""
    values = signal.values
    if signal.api == "google_consent_mode":
        yield from _google_problems(signal.state, values)
    elif signal.api == "tcf":
        yield from _tcf_problems(signal.state, values)
    elif signal.api == "gpp":
        yield from _gpp_problems(signal.state, values)
    elif signal.api in {"microsoft_uet", "microsoft_clarity", "meta_pixel"}:
        yield from _order_problems(signal, values.get("calls", []))
        granted = [name for name, value in values.get("now", {}).items() if value == "granted"]
        if granted and signal.state in UNCONSENTED_STATES:
            yield "high", "granted", f"{', '.join(granted)} granted {WHEN[signal.state]}"


def _order_problems(signal: Signal, calls: list[str]) -> Iterator[Problem]:
    """A tag that is told nothing first takes consent for granted, outside the places where its vendor asks for it."""
    if signal.state is not ConsentState.BEFORE or signal.values.get("now", {}):
        if calls[:1] == ["init"] and signal.api == "meta_pixel" and signal.state in UNCONSENTED_STATES:
            yield "medium", "late-default", "the pixel is initialised before consent is revoked"
        return
    if signal.values.get("loaded"):
        yield "low", "no-default", "the tag runs, and no default was set before it"


def _google_problems(state: ConsentState, values: dict[str, Any]) -> Iterator[Problem]:
    default, now = values.get("default", {}), values.get("now", {})
    granted = [name for name in _NEEDING if now.get(name) == "granted"]
    if granted and state in UNCONSENTED_STATES:
        verb = "is" if len(granted) == 1 else "are"
        yield "high", "granted", f"{', '.join(granted)} {verb} granted {WHEN[state]}"
    by_default = [name for name in _NEEDING if default.get(name) == "granted"]
    if by_default and not values.get("regions") and state is not ConsentState.ACCEPT:
        what = f"the default is granted, before any decision: {', '.join(by_default)}"
        yield "medium", "granted-by-default", what
    if not default:
        if state is not ConsentState.ACCEPT:  # a site may hold all tags back instead
            yield "low", "no-default", "tags run, and no default was set before the first of them"
    elif values.get("default_after_tag"):
        yield "medium", "late-default", "the default is set after the first tag has run"
    elif missing := [name for name in _NEEDING if name not in default]:
        yield "low", "incomplete-default", f"the default leaves out {', '.join(missing)}"
    if state is ConsentState.ACCEPT and default and not granted:
        what = "everything stays denied" if values.get("update") else "no update follows"
        yield "low", "no-update", f"{what} after the visitor accepted"


def _tcf_problems(state: ConsentState, values: dict[str, Any]) -> Iterator[Problem]:
    if error := values.get("error"):
        yield "medium", "unreadable", f"the TC string cannot be read: {error}"
        return
    purposes = values.get("purposes", [])
    if state in UNCONSENTED_STATES:
        if purposes:
            numbers = f"{'purpose' if len(purposes) == 1 else 'purposes'} {', '.join(map(str, purposes))}"
            yield "high", "granted", f"the TC string consents to {numbers} {WHEN[state]}"
        elif values.get("vendors"):
            yield "high", "granted", f"the TC string consents to {values['vendors']} vendors {WHEN[state]}"
    for number, fault in enumerate(values.get("faults", [])):
        yield "low", f"fault-{number}", f"the TC string is not valid: {fault}"
    if state is ConsentState.ACCEPT and values.get("gdpr_applies") is not False:
        if not values.get("string"):
            yield "low", "no-string", "there is no TC string after the visitor accepted"
        elif not purposes:
            yield "low", "no-update", "the TC string consents to nothing after the visitor accepted"
    if values.get("status") in {"stub", "error"}:
        yield (
            "low",
            "stub",
            f"the consent platform stays in the state {values['status']!r}: it never answered",
        )


def _gpp_problems(state: ConsentState, values: dict[str, Any]) -> Iterator[Problem]:
    if error := values.get("error"):
        yield "medium", "unreadable", f"the GPP string cannot be read: {error}"
    if state is ConsentState.ACCEPT or state is ConsentState.BEFORE:
        return  # an opt-out law asks for nothing before the visitor has said something
    for section, said in values.get("decoded", {}).items():
        sold = [name for name in gpp.CHOICES if said.get(name) == gpp.NOT_OPTED_OUT]
        if sold:
            names = ", ".join(name.replace("_", " ") for name in sold)
            yield (
                "medium",
                f"not-opted-out-{section}",
                f"{section} says not opted out of {names} {WHEN[state]}",
            )
    if state is ConsentState.GPC and any(
        said.get("gpc") is False for said in values.get("decoded", {}).values()
    ):
        yield "medium", "gpc-unseen", "the GPP string says that the browser sends no GPC, which it does"


def _google(details: dict[str, Any]) -> dict[str, Any]:
    values = _google_calls(details)
    default, update = values["default"], values["update"]
    for name, entry in details.get("state", {}).items():
        if name in GOOGLE_TYPES and isinstance(entry, dict):
            for key, target in (("default", default), ("update", update)):
                if isinstance(entry.get(key), bool):
                    target.setdefault(name, "granted" if entry[key] else "denied")
    return _filled(**values, now=default | update)


def _google_calls(details: dict[str, Any]) -> dict[str, Any]:
    """Fold the calls of the data layer, in their order; a default for some regions counts below a general one."""
    default: dict[str, str] = {}
    update: dict[str, str] = {}
    tag_seen = late = regions = False
    for call in details.get("calls", ()):
        if not isinstance(call, list) or len(call) != 3 or not isinstance(call[2], dict):
            continue
        command, what, types = call
        said = {name: str(types[name]) for name in GOOGLE_TYPES if name in types}
        if command in _TAGS:
            tag_seen = True
        elif (command, what) == ("consent", "update"):
            update |= said
        elif (command, what) == ("consent", "default"):
            late = late or (tag_seen and not default)
            regions = regions or "region" in types
            default = said | default if "region" in types else default | said
    return {"default": default, "update": update, "default_after_tag": late, "regions": regions}


def _tcf(details: dict[str, Any]) -> dict[str, Any]:
    ping, data, text = details.get("ping", {}), details.get("data", {}), str(details.get("string", ""))
    values = _filled(
        status=str(ping.get("cmpStatus", "")),
        display=str(ping.get("displayStatus", "")),
        event=str(data.get("eventStatus", "")),
        gdpr_applies=data.get("gdprApplies", ping.get("gdprApplies")),
        cmp_id=ping.get("cmpId") or data.get("cmpId"),
        policy=data.get("tcfPolicyVersion") or ping.get("tcfPolicyVersion"),
        string=text[:2_000],
    )
    if text:
        try:
            read = tcf.decode(text)
        except ValueError as error:
            return values | {"error": str(error)}
        values |= msgspec.json.decode(msgspec.json.encode(read))  # lists, as a stored report has them
    return values


def _gpp(details: dict[str, Any]) -> dict[str, Any]:
    ping, text = details.get("ping", {}), str(details.get("string", ""))
    values = _filled(
        status=str(ping.get("cmpStatus", "")),
        signal=str(ping.get("signalStatus", "")),
        sections=[
            gpp.SECTIONS.get(int(one), str(one)) if str(one).isdecimal() and len(str(one)) < 5 else str(one)
            for one in ping.get("applicableSections", ())
        ],
        supported=list(ping.get("supportedAPIs", ()))[:30],
        string=text[:2_000],
    )
    if text:
        try:
            values["decoded"] = gpp.decode(text)
        except ValueError as error:
            values["error"] = str(error)
    return values


def _data_layer(details: dict[str, Any]) -> dict[str, Any]:
    """Names of events and keys alone: what stands in a data layer may be a visitor's own data."""
    events = {
        str(name)[:60]: count for name, count in details.get("events", {}).items() if isinstance(count, int)
    }
    return _filled(
        layers=[str(name)[:40] for name in details.get("layers", ())][:5],
        events=events,
        keys=[str(key)[:40] for key in details.get("keys", ())][:60],
    )


def _queued(details: dict[str, Any]) -> dict[str, Any]:
    """Read calls of stubs: ``word|second|third``, objects as ``name=value;``."""
    calls: list[str] = []
    now: dict[str, str] = {}
    for line in details.get("queued", ()):
        word, _, rest = str(line).partition("|")
        if word == "init":
            calls.append("init")
            continue
        second, _, third = rest.partition("|")
        calls.append(f"{word} {second.rstrip(';')} {third.rstrip(';')}".strip())
        for text in (second, third):
            for pair in text.split(";"):
                name, is_pair, value = pair.partition("=")
                if is_pair and value in {"granted", "denied"}:
                    now[name] = value
        if second in {"grant", "revoke"}:
            now["consent"] = "granted" if second == "grant" else "denied"
    state = details.get("state", {})
    if isinstance(state.get("adStorageAllowed"), bool) and state.get("enabled"):
        now["ad_storage"] = "granted" if state["adStorageAllowed"] else "denied"
    return _filled(calls=calls, now=now, loaded=details.get("loaded"))


_READERS = {
    "google_requests": lambda details: google_signals.decode(str(details.get("url", ""))),
    "data_layer": _data_layer,
    "google_consent_mode": _google,
    "tcf": _tcf,
    "gpp": _gpp,
    "us_privacy": lambda details: _filled(string=str(details.get("string", ""))),
    "microsoft_uet": _queued,
    "microsoft_clarity": _queued,
    "meta_pixel": _queued,
}


def _filled(**values: Any) -> dict[str, Any]:
    """Leave out what is empty; ``False`` says something and stays, but for marks that only count when set."""
    marks = {"default_after_tag", "regions"}
    return {
        key: value
        for key, value in values.items()
        if value not in (None, "", [], {}) and not (key in marks and value is False)
    }
