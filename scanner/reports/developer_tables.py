"""Tables for those who mend a site: load order, consent parameters as sent, refused cookies, errors; and who gets data.

Each table is bounded; report.json has everything. All that stands in a cell may come from a hostile page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from consent.model.categories import ConsentState, Party
from scanner.adequacy import TRANSFERS
from scanner.blocked_cookies import REASONS
from scanner.google_signals import decode
from scanner.lifetimes import lifetime_text
from scanner.markup import Head, HeadElement
from scanner.parties import host_of
from scanner.report import Item, Report, Request
from scanner.reports.techniques import MAX_ROWS, Cell, Table
from scanner.reports.text import CATEGORY_NAMES, STATE_SHORT

ERROR_KINDS = {
    "exception": "not caught",
    "console": "written to the console",
    "refused": "refused by the Content-Security-Policy",
}
_HEAD_ROWS = 40


def developer_tables(report: Report) -> tuple[Table, ...]:
    """Return the tables that have something to show."""
    made = (
        _table(
            "load-order",
            "What the mark-up loads, in its order",
            _load_lead(report.heads),
            ("Address", "How", "What it is"),
            _load_order(report),
            limit=_HEAD_ROWS,
        ),
        _table(
            "consent-parameters",
            "Google Consent Mode as sent",
            "The parameters gcs and gcd of requests to Google, decoded. Letters that are not known are told as unknown.",
            ("Sent", "State", "Granted now", "How it came to that", "Requests"),
            _consent_parameters(report.requests),
        ),
        _table(
            "blocked-cookies",
            "Cookies that the browser refused",
            "They were sent or written and never stored: dead code, or a mistake in their attributes.",
            ("Cookie", "Why", "Set by", "States"),
            _blocked(report),
        ),
        _table(
            "page-errors",
            "Errors of scripts",
            "What the console was told. An error after a refusal alone is what blocking has broken.",
            ("Error", "Where", "Pages", "States"),
            _errors(report),
        ),
    )
    return tuple(table for table in made if table.rows)


def recipients_table(report: Report) -> Table:
    """Return who gets data, with the country of the company's seat."""
    return _table(
        "recipients",
        "Recipients and their countries",
        "By the seat of the company that each rule names; where its servers stand cannot be seen from a browser.",
        ("Company", "Seat", "Transfer", "Services", "States"),
        (
            (
                Cell(one.vendor, tuple(filter(None, (one.policy_url,)))),
                Cell(one.country or "not known"),
                Cell(TRANSFERS.get(one.transfer, one.transfer)),
                Cell(", ".join(one.services) or "not known"),
                _states(one.states),
            )
            for one in report.recipients
        ),
        limit=200,
    )


def attribute_lines(item: Item) -> list[tuple[str, str]]:
    """Return what is known of one item beyond its line: every attribute of a cookie, its setter's place, its times."""
    lines: list[tuple[str, str]] = []
    if item.kind == "cookie":
        domain = f"{item.domain or item.host}{' (this host alone)' if item.host_only else ''}"
        source = " ".join(filter(None, (item.source_scheme, str(item.source_port or ""))))
        lines += [
            ("Domain, path", f"{domain} {item.path or '/'}"),
            ("Secure, HttpOnly", f"{_yes(item.secure)}, {_yes(item.http_only)}"),
            ("SameSite", item.same_site or "not set"),
            ("Partitioned", item.partition_key or _yes(item.partitioned)),
            ("Asked, kept", f"{lifetime_text(item.requested_lifetime_s)}, {lifetime_text(item.lifetime_s)}"),
            ("Renewed by later pages", "" if item.renewed is None else _yes(item.renewed)),
            ("Only on a second visit", "yes" if item.revisit else ""),
            ("Priority", item.priority),
            ("Set from", source),
        ]
    lines += [
        ("Size", f"{item.size:,} bytes" if item.size else ""),
        ("Confidence", f"{item.confidence:.0%}: {item.reason}" if item.reason else ""),
        ("Set at", item.stack[0] if item.stack else ""),
        ("Called by", " ← ".join(item.stack[1:4])),
        ("Chain", " ← ".join(item.set_by[:5])),
        (
            "First stored",
            ", ".join(f"{STATE_SHORT[one.state]} after {one.time_ms / 1000:.2f} s" for one in item.writes),
        ),
        ("First page", item.first_page),
    ]
    return [(label, value) for label, value in lines if value]


def _table(
    id_: str,
    title: str,
    lead: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Cell, ...]],
    *,
    limit: int = MAX_ROWS,
) -> Table:
    every = tuple(rows)
    return Table(id_, title, lead, columns, every[:limit], max(0, len(every) - limit))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _states(states: Iterable[ConsentState]) -> Cell:
    found = set(states)
    return Cell(
        ", ".join(STATE_SHORT[state] for state in ConsentState if state in found), short=len(found) < 3
    )


def _load_lead(heads: tuple[Head, ...]) -> str:
    if not heads:
        return ""
    first = heads[0]
    more = f", and {len(heads) - 1} other orders are in report.json" if len(heads) > 1 else ""
    return f"As on {first.page_count:,} {'page' if first.page_count == 1 else 'pages'}{more}. What must hold others back has to come first."


def _load_order(report: Report) -> Iterator[tuple[Cell, ...]]:
    cloaked = {one.host: one for one in report.requests if one.party is Party.FIRST and one.tracker}
    for element in report.heads[0].elements if report.heads else ():
        if (known := cloaked.get(host_of(element.url))) is not None:
            element = msgspec.structs.replace(element, category=known.category, service=known.service)  # noqa: PLW2901 - the same element, better known
        yield (
            Cell(element.url or "a rule in the page", address=bool(element.url)),
            Cell(" ".join(filter(None, (element.kind, element.loading)))),
            Cell(_what(element)),
        )


def _what(element: HeadElement) -> str:
    if element.consent_tool:
        return f"{element.service or 'the consent banner'}: asks for consent"
    name = element.service or "not known" if element.category.needs_consent else element.service
    return f"{name}, {CATEGORY_NAMES[element.category].lower()}" if name else "the site itself"


def _consent_parameters(requests: tuple[Request, ...]) -> Iterator[tuple[Cell, ...]]:
    counts: dict[tuple[str, str], dict[ConsentState, int]] = defaultdict(lambda: defaultdict(int))
    signals = {}
    for one in requests:
        signal = decode(one.url)
        if signal:
            key = (str(signal.get("gcs", "")), str(signal.get("gcd", "")))
            signals[key] = signal
            counts[key][one.state] += one.count
    for key, states in counts.items():
        signal = signals[key]
        now = signal.get("now", {})
        further = tuple(f"{name}: {value}" for name, value in signal.get("further", {}).items())
        yield (
            Cell(f"gcs={key[0] or 'none'}", (f"gcd={key[1] or 'none'}", *further)),
            _states(states),
            Cell(", ".join(name for name, value in now.items() if value == "granted") or "nothing"),
            Cell("", tuple(f"{name}: {meaning}" for name, meaning in signal.get("history", {}).items())),
            Cell(f"{sum(states.values()):,}"),
        )


def _blocked(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.blocked_cookies:
        yield (
            Cell(one.name, (one.host, *filter(None, (one.service,)))),
            Cell("; ".join(REASONS.get(reason, reason) for reason in one.reasons), (", ".join(one.reasons),)),
            Cell(one.set_by[0] if one.set_by else "not known", address=bool(one.set_by)),
            _states(one.states),
        )


def _errors(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.page_errors:
        yield (
            Cell(one.text, (ERROR_KINDS.get(one.kind, one.kind),)),
            Cell(one.source or "not known"),
            Cell(f"{one.page_count:,}", one.pages[:1]),
            _states(one.states),
        )
