"""The report as a reader wants it: grouped, counted and bounded. HTML and Markdown are written from it.

A hostile site may have hundreds of thousands of requests and items, so that each list has a bound and says what it
left out; report.json and the CSV have everything.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from scanner.evidence import applied, label_of
from scanner.lifetimes import lifetime_text
from scanner.parties import host_of
from scanner.report import SEVERITIES, Finding, Item, Page, Report, Request
from scanner.reports.text import KIND_NAMES, STATE_NAMES
from scanner.summary import MEASURED, active_services, pages_of, scanned_states, summary

MAX_FINDINGS = 250
MAX_ITEMS = 2_000
MAX_SERVICES = 600
MAX_PAGES = 1_000

CATEGORY_ORDER = (*CATEGORIES, Category.UNCLASSIFIED)

SEVERITY_TEXTS = {
    "high": "Happens without consent, and serves advertising or a third party's measuring",
    "medium": "Happens without consent, or leaves no choice",
    "low": "To be mended or decided",
    "info": "Good to know, and what the scan could not see",
}


@dataclass(frozen=True)
class StateMark:
    """How an item or service stands in one state: ``set``, ``kept`` or empty; ``bad`` where it needed consent."""

    state: ConsentState
    mark: str = ""
    count: int = 0
    bad: bool = False


@dataclass(frozen=True)
class ItemRow:
    """One line of the inventory: items that differ only in the changing part of their name."""

    item: Item
    names: int
    lifetime: str
    asked: str
    marks: tuple[StateMark, ...]
    setter: str


@dataclass
class CategoryGroup:
    """The inventory of one category."""

    category: Category
    rows: list[ItemRow] = field(default_factory=list)
    left_out: int = 0
    count: int = 0


@dataclass(frozen=True)
class ServiceRow:
    """One third-party service, or one first-party host that a vendor answers."""

    label: str
    vendor: str
    category: Category
    hosts: tuple[str, ...]
    own_domain: bool
    marks: tuple[StateMark, ...]
    first_initiator: str
    total: int


@dataclass(frozen=True)
class Bar:
    """One segment of the chart: category, count, and its place in units of the drawing."""

    category: Category
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class ChartRow:
    """One state of the chart."""

    state: ConsentState
    applied: bool
    bars: tuple[Bar, ...]
    total: int
    needing: int
    end: float


@dataclass(frozen=True)
class View:
    """Everything that a page shows."""

    report: Report
    summary: dict[str, Any]
    states: tuple[ConsentState, ...]
    host: str
    headline: str
    figures: tuple[tuple[str, str, bool], ...]
    circumstances: tuple[tuple[str, str], ...]
    date: str
    duration: str
    findings: tuple[tuple[str, tuple[Finding, ...]], ...]
    findings_left_out: int
    groups: tuple[CategoryGroup, ...]
    services: tuple[ServiceRow, ...]
    services_left_out: int
    pages: tuple[Page, ...]
    pages_left_out: int
    unmeasured: tuple[Page, ...]
    item_chart: tuple[ChartRow, ...]
    request_chart: tuple[ChartRow, ...]


def view_of(report: Report, *, rows: int = MAX_ITEMS) -> View:
    """Group, count and bound the report; ``rows`` is how many of the inventory each category has."""
    counts = report.summary or summary(report)
    states = scanned_states(report)
    services = _services(report, states)
    return View(
        report=report,
        summary=counts,
        states=states,
        host=host_of(report.start_url) or report.site,
        headline=HEADLINES.get(str(counts.get("verdict")), HEADLINES["incomplete"]),
        figures=_figures(report, counts),
        circumstances=tuple(_circumstances(report)),
        date=_date(report.started),
        duration=_duration(report),
        findings=tuple(
            (severity, group)
            for severity in SEVERITIES
            if (group := tuple(one for one in report.findings[:MAX_FINDINGS] if one.severity == severity))
        ),
        findings_left_out=max(0, len(report.findings) - MAX_FINDINGS),
        groups=_inventory(report, states, rows),
        services=tuple(services[:MAX_SERVICES]),
        services_left_out=max(0, len(services) - MAX_SERVICES),
        pages=report.pages[:MAX_PAGES],
        pages_left_out=max(0, len(report.pages) - MAX_PAGES),
        unmeasured=tuple(page for page in pages_of(report) if page.status not in MEASURED)[:20],
        item_chart=_chart(report, counts.get("items", {}), states),
        request_chart=_chart(report, counts.get("third_party_requests", {}), states),
    )


HEADLINES = {
    "violations": "Things that need consent happen without it.",
    "clean": "Nothing that needs consent was seen without it.",
    "incomplete": "Too little is known for a verdict.",
}


def _figures(report: Report, counts: dict[str, Any]) -> tuple[tuple[str, str, bool], ...]:
    """Four figures for the top: value, what it counts, and whether it is a bad one."""
    figures = []
    for state, words in (
        (ConsentState.BEFORE, "services active before consent"),
        (ConsentState.REJECT, "services active after a refusal"),
    ):
        if not applied(report, state):
            figures.append(("?", f"{words}: not measured", False))
            continue
        services = active_services(report, state)
        figures.append((f"{len(services):,}", words, bool(services)))
    figures.append((f"{len(report.items):,}", "cookies and storage keys in all", False))
    figures.append((f"{counts.get('third_party_hosts', 0):,}", "third-party hosts contacted", False))
    return tuple(figures)


def _circumstances(report: Report) -> Iterator[tuple[str, str]]:
    """Yield with what browser, in what language and window it was looked at, as far as the scan told."""
    tool = report.tool
    if tool.get("browser"):
        yield "Browser", f"{tool['browser']} {tool.get('browser_version', '')}".strip()
    if tool.get("locale"):
        yield "Language", str(tool["locale"])
    viewport = tool.get("viewport")
    if isinstance(viewport, (list, tuple)) and len(viewport) == 2:
        yield "Window", f"{viewport[0]} by {viewport[1]}"


def _inventory(report: Report, states: tuple[ConsentState, ...], rows: int) -> tuple[CategoryGroup, ...]:
    same: dict[tuple[Category, str, str, str, str], list[Item]] = defaultdict(list)
    for item in report.items:
        same[item.category, item.service, item.kind, item.host, item.pattern or item.name].append(item)
    groups = {category: CategoryGroup(category) for category in CATEGORY_ORDER}
    left = MAX_ITEMS
    for (category, *_), items in sorted(same.items(), key=lambda entry: (entry[0][1].lower(), entry[0][2:])):
        group = groups[category]
        group.count += len(items)
        if left and len(group.rows) < rows:
            left -= 1
            group.rows.append(_item_row(items, states))
        else:
            group.left_out += len(items)
    return tuple(group for group in groups.values() if group.count)


def _item_row(items: list[Item], states: tuple[ConsentState, ...]) -> ItemRow:
    first = max(items, key=lambda item: item.lifetime_s or 0)
    marks = []
    for state in states:
        seen = any(state in item.states for item in items)
        anew = any(state in item.set_after_action for item in items) or (
            seen and state is ConsentState.BEFORE
        )
        mark = "set" if anew else "kept" if seen else ""
        unconsented = state is not ConsentState.ACCEPT and first.category.needs_consent
        marks.append(StateMark(state, mark, bad=bool(mark) and unconsented))
    requested = first.requested_lifetime_s or 0
    asked = lifetime_text(requested) if requested > (first.lifetime_s or 0) + 86_400 else ""
    return ItemRow(
        item=first,
        names=len(items),
        lifetime=lifetime_text(first.lifetime_s, kind=first.kind),
        asked=asked,
        marks=tuple(marks),
        setter=first.set_by[0] if first.set_by else "",
    )


def _services(report: Report, states: tuple[ConsentState, ...]) -> list[ServiceRow]:
    groups: dict[tuple[str, Category], list[Request]] = defaultdict(list)
    for request in report.requests:
        groups[label_of(request), request.category].append(request)
    rows = []
    for (label, category), requests in groups.items():
        counts: Counter[ConsentState] = Counter()
        for request in requests:
            counts[request.state] += request.count
        rows.append(
            ServiceRow(
                label=label,
                vendor=requests[0].vendor,
                category=category,
                hosts=tuple(sorted({request.host for request in requests})),
                own_domain=all(request.party is Party.FIRST for request in requests),
                marks=tuple(
                    StateMark(
                        state,
                        count=counts[state],
                        bad=bool(counts[state])
                        and category.needs_consent
                        and state is not ConsentState.ACCEPT,
                    )
                    for state in states
                ),
                first_initiator=next((one.initiators[0] for one in requests if one.initiators), ""),
                total=counts.total(),
            )
        )
    return sorted(
        rows, key=lambda row: (-sum(mark.count for mark in row.marks if mark.bad), -row.total, row.label)
    )


CHART_WIDTH = 520.0
_GAP = 8.0
"""Units between what is necessary and what needs consent."""


def _chart(
    report: Report, counts: dict[str, dict[str, int]], states: tuple[ConsentState, ...]
) -> tuple[ChartRow, ...]:
    totals = {
        state: sum(counts.get(str(one), {}).get(str(state), 0) for one in CATEGORY_ORDER) for state in states
    }
    largest = max(totals.values(), default=0)
    rows = []
    for state in states:
        x = 0.0
        bars: list[Bar] = []
        for category in CATEGORY_ORDER:
            count = counts.get(str(category), {}).get(str(state), 0)
            if count:
                if category.needs_consent and bars and bars[-1].category is Category.NECESSARY:
                    x += _GAP
                width = max(3.0, count / largest * (CHART_WIDTH - _GAP - 15))
                bars.append(Bar(category, count, round(x, 1), round(width, 1)))
                x += width + 1
        needing = totals[state] - counts.get(str(Category.NECESSARY), {}).get(str(state), 0)
        rows.append(ChartRow(state, applied(report, state), tuple(bars), totals[state], needing, round(x, 1)))
    return tuple(rows)


def state_line(report: Report, state: ConsentState) -> tuple[str, str]:
    """Return whether a state was applied, and how, in plain words."""
    one = next((one for one in report.passes if one.state is state), None)
    if one is None:
        return "applied" if state is ConsentState.BEFORE else "not scanned", ""
    if one.applied:
        how = "" if one.method in {"", "none"} else f"by {one.method.replace('_', ' ').replace('-', ' ')}"
        return "applied", "; ".join(filter(None, (how, *one.evidence)))
    return "not applied", one.reason or "the outcome could not be confirmed"


def evidence_lines(finding: Finding) -> list[tuple[str, list[str], bool]]:
    """Return a finding's evidence as label, values and whether their order is a chain."""
    lines = []
    for key, value in finding.evidence.items():
        if key in {"category", "page_count", "letters"} or value in (None, "", [], {}):
            continue
        label = _LABELS.get(key, key.replace("_", " ").capitalize())
        if key == "pages" and finding.evidence.get("page_count", 0) > len(value):
            label += f" ({len(value)} of {finding.evidence['page_count']})"
        if isinstance(value, dict):
            values = [f"{name}: {content}" for name, content in value.items()]
        elif isinstance(value, (list, tuple)):
            values = [str(one) for one in value]
        elif key == "first_ms":
            values = [f"{value:,.0f} ms after the page was called"]
        elif key == "kind":
            values = [KIND_NAMES.get(str(value), str(value))]
        elif isinstance(value, bool):
            values = ["yes" if value else "no"]
        else:
            values = [f"{value:,}" if isinstance(value, int) else str(value)]
        if key == "states":
            values = [
                STATE_NAMES.get(ConsentState(one), one) if one in list(ConsentState) else one
                for one in values
            ]
        lines.append((label, values, key == "initiators"))
    return lines


_LABELS = {
    "count": "How many",
    "names": "Names",
    "urls": "Addresses",
    "initiators": "Caused by, nearest first",
    "set_via": "Set by",
    "places": "On which line",
    "redirected_from": "Redirected from",
    "banner_loading": "Banner loaded",
    "without_consent": "Active without consent",
    "first_ms": "Earliest",
    "hosts": "Hosts",
    "now": "Signalled now",
    "history": "How it came to that",
    "gcs": "gcs as sent",
    "gcd": "gcd as sent",
    "refused_by": "Refused by",
    "encodings": "How it travels",
    "from_hosts": "Kept by",
    "alias_of": "Alias of",
    "value_hashes": "Salted hash of the value",
    "classified_because": "Classified because",
}


def _time(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None


def _date(text: str) -> str:
    when = _time(text)
    return f"{when.day} {when:%B %Y, %H:%M} {'UTC' if when.tzinfo else ''}".strip() if when else text


def _duration(report: Report) -> str:
    started, finished = _time(report.started), _time(report.finished)
    if started is None or finished is None:
        return ""
    try:
        seconds = (finished - started).total_seconds()
    except TypeError:  # one of them has no time zone
        return ""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
