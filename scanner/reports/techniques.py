"""Tables of how visitors are followed beyond cookies: fingerprints, shared identifiers, typed text, beacons, signals, forms.

Each table is bounded; report.json has everything. All that stands in a cell may come from a hostile page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from consent.model.categories import ConsentState
from scanner.evidence import label_of
from scanner.report import Report, Sharing, Signal
from scanner.reports.text import STATE_SHORT
from scanner.signals import API_NAMES, problems_of

MAX_ROWS = 60


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and smaller lines below it; ``address`` may wrap at its slashes, ``short`` never wraps."""

    text: str
    notes: tuple[str, ...] = ()
    address: bool = False
    short: bool = False


@dataclass(frozen=True)
class Table:
    """One table with an id for links; ``left_out`` counts the rows beyond the bound."""

    id: str
    title: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0


def tables(report: Report) -> tuple[Table, ...]:
    """Return the tables that have something to show."""
    made = (
        _table(
            "fingerprints",
            "Device fingerprints",
            "Scripts whose calls tell one device from another. Harmless uses of the same interfaces are left out.",
            ("Script", "How", "States"),
            _fingerprints(report),
        ),
        _table(
            "sharing",
            "Shared identifiers",
            "Values that tell one browser from another, found in what another party is sent. The values themselves are not kept.",
            ("Identifier", "Whose", "Who gets it", "How", "States"),
            _sharing(report),
        ),
        _table(
            "keystrokes",
            "Typed text",
            _typed_lead(report),
            ("Field", "Who gets it", "How", "State"),
            _keystrokes(report),
        ),
        _table(
            "signals",
            "Consent signals",
            "What the page tells its vendors about consent, read from its own interfaces.",
            ("Interface", "State", "What it says", "To mend"),
            _signals(report),
        ),
        _table(
            "beacons",
            "Beacons and pixels",
            "Requests whose only job is to report a visit: pictures of at most one pixel, and what is sent when a page is left.",
            ("Service", "Kind", "Requests"),
            _beacons(report),
        ),
        _table(
            "forms",
            "Forms",
            "Forms that ask for something, and where that is sent to.",
            ("Sent to", "Asks for", "How", "Pages"),
            _forms(report),
        ),
    )
    return tuple(table for table in made if table.rows or (table.id == "keystrokes" and report.keystrokes))


def _table(
    id_: str, title: str, lead: str, columns: tuple[str, ...], rows: Iterator[tuple[Cell, ...]]
) -> Table:
    every = tuple(rows)
    return Table(id_, title, lead, columns, every[:MAX_ROWS], max(0, len(every) - MAX_ROWS))


def _states(states: set[ConsentState]) -> Cell:
    return Cell(
        ", ".join(STATE_SHORT[state] for state in ConsentState if state in states), short=len(states) < 3
    )


def _fingerprints(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.fingerprints:
        if one.techniques:
            yield (
                Cell(one.script, tuple(filter(None, (one.service or one.vendor,))), address=True),
                Cell(", ".join(one.techniques), tuple(one.techniques.values())),
                _states(set(one.states)),
            )


def _sharing(report: Report) -> Iterator[tuple[Cell, ...]]:
    groups: dict[tuple[str, ...], list[Sharing]] = defaultdict(list)
    for one in report.sharing:
        groups[one.kind, one.name, one.owner, one.to].append(one)
    for (kind, name, owner, to), group in groups.items():
        first = group[0]
        how = (
            "handed over by a redirect"
            if first.part == "redirect"
            else f"{first.encoding}, in the {first.part}"
        )
        yield (
            Cell(name, (kind.replace("_", " "),)),
            Cell(owner, (first.owner_host,)),
            Cell(to, (first.to_host,)),
            Cell(how),
            _states({one.state for one in group}),
        )


def _typed_lead(report: Report) -> str:
    fields = {(one.page, one.field, one.type) for one in report.keystrokes}
    left = {(one.page, one.field, one.type) for one in report.keystrokes if one.to}
    pages = len({one.page for one in report.keystrokes})
    where = f"{_counted(len(fields), 'field')} on {_counted(pages, 'page')}"
    outcome = "None of it was seen leaving."
    if left:
        outcome = f"From {_counted(len(left), 'field')} it was sent on before anything was submitted."
    return f"The scan typed random text into {where} and submitted nothing. {outcome}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _keystrokes(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.keystrokes:
        if one.to:
            yield (
                Cell(one.field or "without a name", (one.type, one.page)),
                Cell(one.service or one.vendor or one.host, (one.to,)),
                Cell(f"{one.encoding}, in the {one.part}"),
                _states({one.state}),
            )


def _signals(report: Report) -> Iterator[tuple[Cell, ...]]:
    groups: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[Signal]] = defaultdict(list)
    for one in report.signals:
        problems = tuple(what for _, _, what in problems_of(one))
        groups[one.api, tuple(_said(one)), problems].append(one)
    for (api, said, problems), group in groups.items():
        pages = max(one.page_count for one in group)
        where = f"{pages} pages" if pages > 1 else group[0].page
        yield (
            Cell(API_NAMES.get(api, api), (where,)),
            _states({one.state for one in group}),
            Cell(said[0] if said else "nothing", said[1:]),
            Cell(problems[0] if problems else "nothing", problems[1:]),
        )


def _said(signal: Signal) -> Iterator[str]:
    values = signal.values
    now: dict[str, str] = values.get("now", {})
    for word in ("granted", "denied"):
        if names := [name for name, value in now.items() if value == word]:
            yield f"{word}: {', '.join(names)}"
    if values.get("calls"):
        yield f"calls: {'; '.join(map(str, values['calls']))}"
    if "purposes" in values:
        yield f"purposes: {', '.join(map(str, values['purposes'])) or 'none'}; vendors: {values.get('vendors', 0)}"
        yield f"written {values.get('created', '')} by CMP {values.get('cmp_id', '')}, policy {values.get('policy', '')}"
    elif values.get("string"):
        yield str(values["string"])
    yield from _said_further(values)
    if values.get("sections"):
        yield f"sections: {', '.join(map(str, values['sections']))}"
    if values.get("status"):
        yield f"status: {values['status']}"
    if not values or set(values) == {"loaded"}:
        yield "no consent call was seen"


def _said_further(values: dict[str, Any]) -> Iterator[str]:
    for section, said in values.get("decoded", {}).items():
        told = [
            f"{name.replace('_', ' ')}: {value}"
            for name, value in said.items()
            if isinstance(value, str | bool)
        ]
        yield f"{section}: {', '.join(told[:8]) or 'not read'}"
    if values.get("gcs") or values.get("gcd"):
        yield f"gcs={values.get('gcs', 'none')}, gcd={values.get('gcd', 'none')}"
    if values.get("layers"):
        events = ", ".join(f"{name} ({count})" for name, count in values.get("events", {}).items())
        yield f"events: {events or 'none'}"
        yield f"keys: {', '.join(values.get('keys', [])) or 'none'}"


def _beacons(report: Report) -> Iterator[tuple[Cell, ...]]:
    counts: dict[tuple[str, str], Counter[ConsentState]] = defaultdict(Counter)
    for one in report.requests:
        if one.beacon:
            counts[label_of(one), one.beacon][one.state] += one.count
    for (label, kind), states in sorted(counts.items(), key=lambda entry: (-entry[1].total(), entry[0])):
        told = ", ".join(f"{STATE_SHORT[state]} {states[state]:,}" for state in ConsentState if states[state])
        yield Cell(label), Cell(kind), Cell(told)


def _forms(report: Report) -> Iterator[tuple[Cell, ...]]:
    for one in report.forms:
        if not one.embedded:
            yield (
                Cell(
                    one.action or "the page's own scripts",
                    tuple(filter(None, (one.service,))),
                    address=bool(one.action),
                ),
                Cell(", ".join(one.fields)),
                Cell(one.method.upper() if one.method != "script" else "by a script"),
                Cell(f"{one.page_count:,}", one.pages[:1]),
            )
