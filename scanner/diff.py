"""What changed between two reports of a site: items, services and findings, new, gone and changed.

Dynamic parts of names, lifetimes that differ by seconds and counts of requests are no change: items are compared by
pattern, lifetimes by class, findings by rule, subject, kind and state. Nor is it one that only one of two scans looked: what
shows in a consent state counts where both scans measured that state.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable

import msgspec

from consent.model.categories import Category, ConsentState
from scanner.evidence import everything, label_of
from scanner.lifetimes import lifetime_class
from scanner.report import SEVERITIES, Finding, Item, Report, Request, Severity

ItemKey = tuple[str, str, str]
FindingKey = tuple[str, str, str, str]
_PARAMETERS = re.compile(r"[?#;].*", re.DOTALL)
_DYNAMIC = re.compile(r"\d{6,}|(?=[0-9a-f]*\d)[0-9a-f]{8,}")
"""Long numbers (a time, a cache buster) and hashes (of a build) in a path; names and versions such as v2.26 stay."""

Subject = tuple[str, str, str, str, str]
"""What a difference is about, the same from scan to scan: see `subject_of`."""


class ItemEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One item as it is compared: all items of one kind, pattern and host together."""

    kind: str
    name: str
    host: str
    category: Category
    vendor: str = ""
    service: str = ""
    lifetime: str = ""
    setter: str = ""
    states: tuple[ConsentState, ...] = ()
    first_page: str = ""


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs: category, vendor, service, lifetime, setter or states."""

    field: str
    old: str
    new: str


class ItemChange(msgspec.Struct, frozen=True, kw_only=True):
    """An item that is in both reports and differs."""

    item: ItemEntry
    changes: tuple[FieldChange, ...]


class ServiceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A service seen by a request or by an item."""

    service: str
    vendor: str = ""
    category: Category = Category.UNCLASSIFIED


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The whole difference; ``worse`` says in plain words what got worse, empty where nothing did."""

    site: str
    old_scan: str
    new_scan: str
    old_started: str
    new_started: str
    items_new: tuple[ItemEntry, ...] = ()
    items_gone: tuple[ItemEntry, ...] = ()
    items_changed: tuple[ItemChange, ...] = ()
    services_new: tuple[ServiceEntry, ...] = ()
    services_gone: tuple[ServiceEntry, ...] = ()
    findings_new: tuple[Finding, ...] = ()
    findings_gone: tuple[Finding, ...] = ()
    worse: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What bears on how far the two can be compared: unlike pages."""

    @property
    def empty(self) -> bool:
        """Whether the reports tell the same."""
        return not any(
            (
                self.items_new,
                self.items_gone,
                self.items_changed,
                self.services_new,
                self.services_gone,
                self.findings_new,
                self.findings_gone,
                self.worse,
            )
        )


def diff(old: Report, new: Report, *, unsteady: Container[Subject] = ()) -> Changes:
    """Compare two reports of one site, the older first.

    What is ``unsteady`` (`scanner.flapping`) is told like everything else, but that it is back makes nothing worse.
    """
    shared = _shared_states(old, new)
    old_items, new_items = _items(old.items, shared), _items(new.items, shared)
    old_services, new_services = _services(old, shared), _services(new, shared)
    old_findings = {finding_key(one): one for one in old.findings}
    new_findings = {finding_key(one): one for one in new.findings}
    items_new = tuple(new_items[key] for key in sorted(new_items.keys() - old_items.keys()))
    items_changed = tuple(
        ItemChange(item=new_items[key], changes=changes)
        for key in sorted(old_items.keys() & new_items.keys())
        if (changes := tuple(_changes(old_items[key], new_items[key])))
    )
    findings_new = tuple(
        one
        for key, one in new_findings.items()
        if key not in old_findings and _looked_at(one.state, old, measured=False)
    )
    findings_gone = tuple(
        one
        for key, one in old_findings.items()
        if key not in new_findings and _looked_at(one.state, new, measured=True)
    )
    raised = [
        (old_findings[key].severity, one)
        for key, one in new_findings.items()
        if key in old_findings and _rank(one.severity) < _rank(old_findings[key].severity)
    ]
    steady = [one for one in items_new if subject_of(one) not in unsteady]
    steady_findings = [one for one in findings_new if subject_of(one) not in unsteady]
    if len(steady) < len(items_new) and not steady and not items_changed:
        raised = []  # by nothing but what comes and goes
    return Changes(
        site=new.site,
        old_scan=old.scan_id,
        new_scan=new.scan_id,
        old_started=old.started,
        new_started=new.started,
        items_new=items_new,
        items_gone=tuple(old_items[key] for key in sorted(old_items.keys() - new_items.keys())),
        items_changed=items_changed,
        services_new=tuple(new_services[key] for key in sorted(new_services.keys() - old_services.keys())),
        services_gone=tuple(old_services[key] for key in sorted(old_services.keys() - new_services.keys())),
        findings_new=findings_new,
        findings_gone=findings_gone,
        worse=tuple(_worse(steady, items_changed, steady_findings, raised)),
        notes=tuple(_unlike_pages(old, new)),
    )


def subject_of(entry: ItemEntry | ServiceEntry | Finding) -> Subject:
    """Return what an entry is about: what it is, kind, name, host, and the rule of a finding."""
    if isinstance(entry, ItemEntry):
        return "item", entry.kind, entry.name, entry.host, ""
    if isinstance(entry, ServiceEntry):
        return "service", "", entry.service, "", ""
    return "finding", "", entry.subject, "", entry.rule


def finding_key(finding: Finding) -> FindingKey:
    """Return what makes two findings the same one: rule, subject, state and kind of thing, but no count."""
    return finding.rule, finding.subject, str(finding.state or ""), str(finding.evidence.get("kind", ""))


def _worse(
    items_new: Iterable[ItemEntry],
    items_changed: Iterable[ItemChange],
    findings_new: Iterable[Finding],
    raised: Iterable[tuple[Severity, Finding]],
) -> Iterable[str]:
    for finding in findings_new:
        if _rank(finding.severity) <= _rank("medium"):
            yield f"new {finding.severity} finding: {finding.title}"
    for before, finding in raised:
        if _rank(finding.severity) <= _rank("medium"):
            yield f"finding rose from {before} to {finding.severity}: {finding.title}"
    for entry in items_new:
        if entry.category.needs_consent and ConsentState.BEFORE in entry.states:
            yield f"new before consent: {entry.name} ({entry.category}) on {entry.host}"
    yield from filter(None, map(_worse_change, items_changed))


def _worse_change(change: ItemChange) -> str:
    """Return how a changed item is worse, empty where it is not."""
    entry = change.item
    moved = {one.field: one for one in change.changes}
    if not entry.category.needs_consent or ConsentState.BEFORE not in entry.states:
        return ""
    what = f"{entry.name} ({entry.category}) on {entry.host}"
    if "states" in moved and str(ConsentState.BEFORE) not in moved["states"].old.split(", "):
        return f"now before consent: {what}"
    if "category" in moved and moved["category"].old == str(Category.NECESSARY):
        return f"now needs consent and is there before it: {what}"
    return ""


def _unlike_pages(old: Report, new: Report) -> Iterable[str]:
    """Say where the scans did not visit the same pages: what stands on others alone is compared all the same.

    Leaving it out would be wrong: a report names the first page of an item, not all of them, and an item that is new
    everywhere may have its first page among those that are new.
    """
    before, after = ({page.url for page in report.pages} for report in (old, new))
    if before == after:
        return
    limits = [_page_limit(report) for report in (old, new)]
    told = f", with limits of {limits[0]} and {limits[1]} pages" if limits[0] != limits[1] else ""
    yield (
        f"The scans visited unlike pages{told} (both: {len(before & after)}, the older alone: {len(before - after)}, the "
        f"newer alone: {len(after - before)}). What stands on pages of one scan alone may seem gone or new."
    )


def _page_limit(report: Report) -> str:
    settings = report.tool.get("settings")
    limit = settings.get("pages") if isinstance(settings, dict) else None
    return str(limit) if isinstance(limit, int) else "unknown"


def _shared_states(old: Report, new: Report) -> frozenset[ConsentState]:
    """Return the states that both scans measured; all of them where a report does not tell (a recording)."""
    measured = [{one.state for one in report.passes if one.applied} for report in (old, new) if report.passes]
    return frozenset(ConsentState).intersection(*measured)


def _looked_at(state: ConsentState | None, report: Report, *, measured: bool) -> bool:
    """Whether a scan could have found something in a state: it tried it, and with ``measured`` got there."""
    if state is None or not report.passes:
        return True
    return any(one.state == state and (one.applied or not measured) for one in report.passes)


def _seen_in(states: Iterable[ConsentState], shared: frozenset[ConsentState]) -> tuple[ConsentState, ...]:
    return tuple(state for state in states if state in shared)


def _items(items: Iterable[Item], shared: frozenset[ConsentState]) -> dict[ItemKey, ItemEntry]:
    groups: dict[ItemKey, list[Item]] = defaultdict(list)
    for item in items:
        seen = _seen_in(item.states, shared)
        if seen or not item.states:
            key = (item.kind, item.pattern or item.name, item.host)
            groups[key].append(msgspec.structs.replace(item, states=seen))
    return {key: _entry(key, group) for key, group in groups.items()}


def _entry(key: ItemKey, items: list[Item]) -> ItemEntry:
    first = items[0]
    lifetimes = [item.lifetime_s for item in items if item.lifetime_s is not None]
    setter = next((item.set_by[0] for item in items if item.set_by), "")
    seen = {state for item in items for state in item.states}
    return ItemEntry(
        kind=key[0],
        name=key[1],
        host=key[2],
        category=first.category,
        vendor=first.vendor,
        service=first.service,
        lifetime=lifetime_class(max(lifetimes, default=None), kind=first.kind),
        setter=_steady(setter) or first.via,
        states=tuple(state for state in ConsentState if state in seen),
        first_page=first.first_page,
    )


def _steady(url: str) -> str:
    """Return an address without what differs from visit to visit: query, parameters of the path, numbers and hashes in it."""
    scheme, separator, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    if not separator:
        scheme, host, slash, path = "", "", "", url
    kept = _PARAMETERS.sub("", path)
    return scheme + separator + _PARAMETERS.sub("", host) + slash + _DYNAMIC.sub("*", kept)


def _changes(old: ItemEntry, new: ItemEntry) -> Iterable[FieldChange]:
    for field in ("category", "vendor", "service", "lifetime", "setter", "states"):
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield FieldChange(field=field, old=_shown(before), new=_shown(after))


def _services(report: Report, shared: frozenset[ConsentState]) -> dict[tuple[str, Category], ServiceEntry]:
    return {
        (label_of(one), one.category): ServiceEntry(
            service=label_of(one), vendor=one.vendor, category=one.category
        )
        for one in everything(report)
        if (one.category.needs_consent or one.service or one.vendor) and _was_seen(one, shared)
    }


def _was_seen(one: Item | Request, shared: frozenset[ConsentState]) -> bool:
    return (
        one.state in shared
        if isinstance(one, Request)
        else not one.states or bool(_seen_in(one.states, shared))
    )


def _shown(value: str | tuple[ConsentState, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(map(str, value))


def _rank(severity: Severity) -> int:
    return SEVERITIES.index(severity)
