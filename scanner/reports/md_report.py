"""report.md: the report in short, for a pull request, a ticket or a wiki.

Whatever the page wrote is escaped for Markdown and for the HTML that Markdown lets through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scanner.limits import coverage_of, limits_of
from scanner.report import Finding, Report
from scanner.reports.mail_tables import mail_tables
from scanner.reports.techniques import Cell
from scanner.reports.text import CATEGORY_NAMES, KIND_NAMES, STATE_SHORT, short, short_url, visible
from scanner.reports.view import CATEGORY_ORDER, View, evidence_lines, state_line, view_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~$<>&])")


def render(report: Report) -> bytes:
    """Return the report as Markdown with tables (GitHub Flavoured)."""
    return ("\n".join(_lines(report, view_of(report))) + "\n").encode("utf-8", errors="backslashreplace")


def _lines(report: Report, view: View) -> Iterator[str]:
    yield f"# Cookie scan of {_text(view.host)}"
    yield ""
    yield f"**{view.headline}** {_text(str(view.summary['verdict_text']))}"
    yield ""
    pages = view.summary["pages"]
    tool = f"{report.tool.get('name', 'consentry')} {report.tool.get('version', '')}".strip()
    yield f"- {pages['measured']} of {pages['planned']} pages measured, {_text(view.date)}"
    yield f"- {', '.join(map(_text, (tool, *(f'{name} {value}' for name, value in view.circumstances))))}"
    for state in view.states:
        outcome, how = state_line(report, state)
        yield f"- {STATE_SHORT[state]}: {outcome}{f' ({_text(short(how, 200))})' if how else ''}"
    yield ""
    yield "## States"
    for title, key in (
        ("Cookies and storage keys", "items"),
        ("Requests to third parties", "third_party_requests"),
    ):
        counts = view.summary[key]
        yield ""
        yield from _table(
            (title, *(STATE_SHORT[state] for state in view.states)),
            (
                (CATEGORY_NAMES[category], *(f"{counts[category].get(state, 0):,}" for state in view.states))
                for category in CATEGORY_ORDER
                if category in counts
            ),
        )
    yield ""
    yield "## Findings"
    for _, group in view.findings:
        for finding in group:
            yield ""
            yield from _finding(finding)
    if not view.findings:
        yield ""
        yield "Nothing was found on what could be measured."
    if view.findings_left_out:
        yield ""
        yield f"{view.findings_left_out:,} more findings are in report.json."
    yield from _mail(report)
    yield ""
    yield "## Inventory"
    for group_ in view.groups:
        yield ""
        yield f"### {CATEGORY_NAMES[group_.category]} ({group_.count:,})"
        yield ""
        yield from _table(
            (
                "Name",
                "Kind",
                "Provider",
                "Duration",
                "Set by",
                *(STATE_SHORT[state] for state in view.states),
            ),
            (
                (
                    _text(short(row.item.pattern or row.item.name, 80)),
                    KIND_NAMES.get(row.item.kind, row.item.kind),
                    _text(short(row.item.service or row.item.host, 80)),
                    row.lifetime,
                    _text(short_url(row.setter, 70)),
                    *(mark.mark for mark in row.marks),
                )
                for row in group_.rows
            ),
        )
        if group_.left_out:
            yield ""
            yield f"{group_.left_out:,} more are in report.json."
    yield ""
    yield "## Coverage and limits"
    yield ""
    yield from (f"- {_text(limit)}" for limit in (*coverage_of(report), *limits_of(report)))


def _mail(report: Report) -> Iterator[str]:
    """What messages do, as the HTML report tells it; nothing for a site."""
    for place, table in enumerate(mail_tables(report)):
        if not place:
            yield from ("", "## What the messages do")
        yield from ("", f"### {table.title}", "", table.lead, "")
        yield from _table(
            table.columns,
            ((_cell(cell) for cell in row) for row in table.rows),
        )
        if table.left_out:
            yield from ("", f"{table.left_out:,} more are in report.json.")


def _cell(cell: Cell) -> str:
    """A cell with what stands under it in brackets."""
    shown = _text(short_url(cell.text, 110) if cell.address else short(cell.text, 160))
    notes = "; ".join(_text(short(note, 120)) for note in cell.notes)
    return f"{shown} ({notes})" if notes else shown


def _finding(finding: Finding) -> Iterator[str]:
    yield f"### {finding.severity.capitalize()}: {_text(short(finding.title, 200))}"
    yield ""
    yield f"`{finding.rule}` · {_text(finding.law)}"
    yield ""
    for label, values, _ in evidence_lines(finding):
        yield f"- {_text(label)}: {', '.join(_text(short(value, 200)) for value in values)}"
    for block in finding.fix.split("\n\n"):
        yield ""
        if block.startswith("    "):
            lines = [visible(line[4:]) for line in block.split("\n")]
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", block)), default=0))
            yield from (fence, *lines, fence)
        else:
            yield _text(block)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    head = tuple(head)
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _text(value: str) -> str:
    """Escape for running text and table cells: no mark-up, no link, no line end."""
    flat = " ".join(visible(value).split())
    return _SPECIAL.sub(r"\\\1", flat).replace("://", "&#58;//").replace("@", "&#64;")
