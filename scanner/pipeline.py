"""From a crawl to a report: join what was seen over states, name it, judge it.

Pure data in, pure data out: a stored crawl can be named and judged again with newer rules, without a browser.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast, get_args

import msgspec
import uuid_utils

from consent.model.categories import ConsentState, Party
from consent.model.inventory import StorageKind
from consent.model.sites import Site
from scanner import findings
from scanner.adequacy import recipients_of
from scanner.aliases import aliases_of, behind
from scanner.blocked_cookies import blocked_cookies_of
from scanner.classify import Classifier, ItemFacts
from scanner.cloaking import cloaked_hosts
from scanner.fingerprints import fingerprints_of
from scanner.forms import forms_of
from scanner.heads import heads_of
from scanner.hosts import hosts_of
from scanner.identifiers import identifiers_of
from scanner.limits import LIMITS
from scanner.mail.named import messages_of
from scanner.observations import NEVER_SENT, Crawl, Observation, PageVisit
from scanner.page_errors import page_errors_of
from scanner.parties import host_of, party_of
from scanner.practices import audit_of
from scanner.private_addresses import private_addresses_of
from scanner.report import Item, Page, Pass, Report, Request, Write
from scanner.signals import signals_of
from scanner.stacks import MAX_FRAMES
from scanner.summary import summary
from scanner.typed import keystrokes_of

MAX_URL = 2_000
"""Characters of a URL that a report keeps: enough to prove a beacon, bounded against hostile pages."""

STATE_ORDER = {state: number for number, state in enumerate(ConsentState)}
_WORST = ("crashed", "failed", "timeout", "not_measured", "http_error", "download", "redirected", "ok")

StorageKey = tuple[StorageKind, str, str, str, str]
_STORAGE_KINDS = frozenset(get_args(StorageKind))


def report_of(
    crawl: Crawl,
    site: Site,
    classifier: Classifier,
    *,
    tool: dict[str, Any] | None = None,
    scan_id: str = "",
) -> Report:
    """Build the whole report; sorted, so that two scans of an unchanged site read the same.

    Without a ``scan_id`` it is given one: a UUIDv7, so that ids are in the order of the reports.
    """
    site_host = host_of(crawl.start_url)
    elsewhere = {
        (one.url, one.state): host_of(one.final_url) for one in crawl.visits if one.status == "redirected"
    }
    order = {visit.url: number for number, visit in enumerate(crawl.visits)}
    seen = sorted(
        (one for one in crawl.observations if _is_the_sites(one, elsewhere, site_host, site.hosts)),
        key=lambda one: (STATE_ORDER[one.state], order.get(one.page, 0), one.time_ms),
    )
    items = items_of(seen, classifier, site_host=site_host, own_hosts=site.hosts)
    identifiers = identifiers_of(seen, items, classifier, site_host=site_host, own_hosts=site.hosts)
    report = Report(
        tool={key: told for key, told in (crawl.tool | (tool or {})).items() if key != "limits"},
        site=site.id,
        scan_id=scan_id or str(uuid_utils.uuid7()),
        start_url=crawl.start_url,
        started=crawl.started,
        finished=crawl.finished,
        passes=tuple(msgspec.convert(one, Pass, from_attributes=True) for one in crawl.passes),
        pages=pages_of(crawl.visits),
        items=tuple(
            msgspec.structs.replace(one, identifier=(one.kind, one.name, one.host) in identifiers.items)
            for one in items
        ),
        requests=requests_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        fingerprints=fingerprints_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        keystrokes=keystrokes_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        sharing=identifiers.sharing,
        signals=signals_of(seen),
        forms=forms_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        hosts=hosts_of(seen, site_host=site_host, own_hosts=site.hosts),
        limits=(*LIMITS, *map(str, crawl.tool.get("limits", ()))),
        not_visited=crawl.not_visited,
        blocked_cookies=blocked_cookies_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        page_errors=page_errors_of(seen),
        private_addresses=private_addresses_of(seen),
        heads=heads_of(seen, classifier, site_host=site_host, own_hosts=site.hosts),
        mail=messages_of(crawl.messages, classifier, site_host=site_host, own_hosts=site.hosts),
    )
    report = msgspec.structs.replace(report, recipients=recipients_of(report, classifier.knowledge))
    report = msgspec.structs.replace(report, banner=audit_of(crawl.banners, report))
    report = msgspec.structs.replace(report, findings=findings.find(report))
    return msgspec.structs.replace(report, summary=summary(report))


def pages_of(visits: Iterable[PageVisit]) -> tuple[Page, ...]:
    """One row a page, with each state's outcome and the worst of them as its status."""
    by_url: dict[str, list[PageVisit]] = defaultdict(list)
    for visit in visits:
        by_url[visit.url].append(visit)
    pages = []
    for url, group in by_url.items():
        group.sort(key=lambda visit: STATE_ORDER[visit.state])
        worst = min(group, key=lambda visit: _WORST.index(visit.status))
        pages.append(
            Page(
                url=url,
                status=worst.status,
                states=tuple(visit.state for visit in group),
                final_url=worst.final_url,
                http_status=worst.http_status,
                title=_text(group[0].title),
                error=worst.error,
                outcomes={visit.state: visit.status for visit in group},
                notes=_notes(group),
            )
        )
    return tuple(pages)


def _notes(visits: list[PageVisit]) -> tuple[str, ...]:
    """What visits noted, each once; how long a page stayed busy depends on the machine and is no news of the page."""
    notes = dict.fromkeys(
        note for visit in visits for note in visit.notes if not note.startswith("still busy")
    )
    return tuple(notes)[:10]


def items_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Item, ...]:
    """Join observations of the same cookie or storage key over all states and pages into one item each.

    A cookie counts in a state where it was set after the consent action or was still stored at the pass's end; one that
    a later response deleted still counts where it was set, because it was stored on the visitor's device.
    """
    groups: dict[StorageKey, list[Observation]] = defaultdict(list)
    for one in seen:
        if one.kind not in _STORAGE_KINDS:
            continue
        kind = cast("StorageKind", one.kind)
        partition = str(one.details.get("partition_key") or "")
        groups[kind, _text(one.name), one.host, str(one.details.get("path", "")), partition].append(one)
    items = [
        item
        for key, group in groups.items()
        if (item := _item(key, group, classifier, site_host, own_hosts)) is not None
    ]
    return tuple(
        sorted(items, key=lambda item: (item.kind, item.host, item.name, item.path, item.partitioned))
    )


def _item(
    key: StorageKey,
    group: list[Observation],
    classifier: Classifier,
    site_host: str,
    own_hosts: tuple[str, ...],
) -> Item | None:
    kind, name, host, path, partition = key
    stored = [one for one in group if not one.details.get("deleted")]
    states = {one.state for one in stored if one.after_action or one.details.get("in_jar")}
    if stored and not states:
        return None
    first = next((one for one in group if one.initiators), group[0])
    facts = next((one for one in group if one.details.get("in_jar")), first).details
    lifetime_s = _rounded(facts.get("lifetime_s"))
    party = party_of(host, site_host, own_hosts)
    named = classifier.item(
        ItemFacts(
            kind=kind,
            name=name,
            host=host,
            value=next((one.value for one in group if one.value), ""),
            lifetime_s=lifetime_s,
            http_only=bool(facts.get("http_only")),
            party=party,
            setters=first.initiators,
            states=tuple(sorted(states, key=STATE_ORDER.__getitem__)),
            site=site_host,
        )
    )
    return Item(
        kind=kind,
        name=name,
        host=host,
        party=party,
        category=named.category,
        vendor=named.vendor,
        service=named.service,
        confidence=round(named.confidence, 2),
        reason=named.reason,
        states=tuple(sorted(states, key=STATE_ORDER.__getitem__)),
        set_by=tuple(_cut(url) for url in first.initiators),
        first_page=group[0].page,
        http_only=bool(facts.get("http_only")),
        secure=bool(facts.get("secure")),
        same_site=str(facts.get("same_site") or ""),
        partitioned=bool(partition),
        lifetime_s=lifetime_s,
        size=int(facts.get("size") or 0),
        purpose=named.purpose,
        pattern=_text(named.pattern) or name,
        path=path,
        via=str(first.details.get("via", "")),
        rule=named.rule,
        set_after_action=tuple(
            sorted(
                {one.state for one in group if one.after_action and one.state is not ConsentState.BEFORE},
                key=STATE_ORDER.__getitem__,
            )
        ),
        requested_lifetime_s=_rounded(facts.get("requested_lifetime_s")),
        criterion=named.criterion,
        reopened=named.reopened,
        renewed=_renewed(group),
        revisit=all(one.details.get("revisit") is True for one in group),
        domain=str(facts.get("domain") or ""),
        host_only=kind == "cookie" and not str(facts.get("domain") or ".").startswith("."),
        partition_key=_text(partition),
        priority=str(facts.get("priority") or ""),
        source_scheme=str(facts.get("source_scheme") or ""),
        source_port=facts.get("source_port"),
        stack=tuple(_cut(place) for place in first.details.get("stack", ())[:MAX_FRAMES]),
        writes=_writes(group),
    )


def _renewed(group: list[Observation]) -> bool | None:
    told = {one.details.get("renewed") for one in group} - {None}
    return any(told) if told else None


def _writes(group: list[Observation]) -> tuple[Write, ...]:
    """When it was first stored in each state; what came before the consent action of another state is left out."""
    found: dict[ConsentState, Write] = {}
    for one in group:
        is_timed = one.time_ms > 0 or one.details.get("via") == "header"  # the page's own answer comes at 0
        if one.after_action and is_timed and one.state not in found:
            on_action_page = bool(one.details.get("on_action_page"))
            found[one.state] = Write(
                state=one.state, page=one.page, time_ms=round(one.time_ms, 1), on_action_page=on_action_page
            )
    return tuple(found.values())


def requests_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Request, ...]:
    """Requests to third parties and to known trackers; equal ones of one page and state are counted, not repeated.

    What happened before the consent action of another state belongs to the state ``before``, which the scan measures by
    itself: it is left out here.
    """
    seen = list(seen)
    cloaked = cloaked_hosts(seen, classifier, site_host=site_host, own_hosts=own_hosts)
    aliases = aliases_of(seen)
    found: dict[tuple[str, str, ConsentState, str], Request] = {}
    for one in seen:
        if one.kind not in {"request", "websocket"} or not one.after_action:
            continue
        if one.details.get("failed") in NEVER_SENT:
            continue
        party = party_of(one.host, site_host, own_hosts)
        kind = "websocket" if one.kind == "websocket" else str(one.details.get("type", "other"))
        named = classifier.request(one.name, type=kind, party=party)
        alias = ""
        if party is Party.FIRST and one.host in aliases:
            alias, named = behind(one, kind, aliases[one.host], classifier, named)
        if party is Party.FIRST and not (named.vendor and named.category.needs_consent):
            named = cloaked.get(one.host, named)
        attributed = bool(named.vendor) or named.rule.startswith("list:")
        tracker = named.category.needs_consent and (party is Party.THIRD or attributed)
        if party is Party.FIRST and not tracker:
            continue
        url = _cut(one.name)
        key = (url, kind, one.state, one.page)
        if (known := found.get(key)) is not None:
            found[key] = msgspec.structs.replace(known, count=known.count + 1)
            continue
        found[key] = Request(
            url=url,
            host=one.host,
            party=party,
            type=kind,
            state=one.state,
            page=one.page,
            initiators=tuple(_cut(url) for url in one.initiators),
            tracker=tracker,
            category=named.category,
            vendor=named.vendor,
            service=named.service,
            reason=named.reason,
            method=str(one.details.get("method", "GET")),
            status=one.details.get("status"),
            failed=str(one.details.get("failed") or ""),
            time_ms=round(one.time_ms, 1),
            alias=alias,
            beacon=str(one.details.get("beacon") or ""),
            redirected_from=_cut(str(one.details.get("redirected_from") or "")),
            stack=tuple(_cut(place) for place in one.details.get("stack", ())[:MAX_FRAMES]),
            on_action_page=bool(one.details.get("on_action_page")),
            popup=_cut(str(one.details.get("popup") or "")),
            revisit=one.details.get("revisit") is True,
        )
    return tuple(found.values())


def _is_the_sites(
    one: Observation,
    elsewhere: dict[tuple[str, ConsentState], str],
    site_host: str,
    own_hosts: tuple[str, ...],
) -> bool:
    """Whether the scanned site answers for it: what another site does after a redirect is not this site's doing.

    The hops on the way (requests for documents) stay, because the site sends its visitors along them.
    """
    if (one.page, one.state) not in elsewhere or party_of(one.host, site_host, own_hosts) is Party.FIRST:
        return True
    return one.details.get("type") == "document" and one.host != elsewhere[one.page, one.state]


def _cut(url: str) -> str:
    return _text(url if len(url) <= MAX_URL else url[: MAX_URL - 1] + "…")


def _text(text: str) -> str:
    """Text that can be written: a page may put half a surrogate pair into a name, which no encoding knows."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _rounded(seconds: float | None) -> float | None:
    """Whole seconds, and whole minutes from an hour up: a clock read between two calls must not change a report."""
    if seconds is None:
        return None
    return float(round(seconds / 60) * 60) if seconds >= 3600 else float(round(seconds))
