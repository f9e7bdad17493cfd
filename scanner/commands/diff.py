"""`consentry diff`: what changed between two reports, and an exit code for what got worse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scanner.diff import Changes, diff
from scanner.report import load_report
from scanner.reports.text import short, visible

_NEW = "[yellow]+[/yellow]"
_GONE = "[green]-[/green]"


@click.command("diff")
@click.argument("old", metavar="OLD.json", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW.json", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the changes as one JSON object.")
def command(old: Path, new: Path, *, as_json: bool) -> None:
    """Compare two reports of one site, the older first.

    Ends with 1 where something got worse: a new finding of severity medium or high, or something new that needs consent
    and is there before it. Ends with 0 otherwise, and with 2 where a file is no report.
    """
    changes = diff(load_report(old), load_report(new))
    if as_json:
        click.echo(msgspec.json.encode(changes))
    else:
        _tell(changes, Console(highlight=False))
    sys.exit(1 if changes.worse else 0)


def _tell(changes: Changes, console: Console) -> None:
    console.print(
        f"[bold]{_text(changes.site)}[/bold]  {_text(changes.old_started)} → {_text(changes.new_started)}"
    )
    for note in changes.notes:
        console.print(_text(note))
    if changes.empty:
        console.print("Nothing changed.")
        return
    table = Table("", "what", "detail", box=None, pad_edge=False)
    for row in _rows(changes):
        table.add_row(*row)
    console.print(table)
    if changes.worse:
        console.print(f"\n[bold red]Worse:[/bold red] {len(changes.worse)}")
        for reason in changes.worse[:20]:
            console.print(f"  {_text(reason)}")
        if len(changes.worse) > 20:
            console.print(f"  … and {len(changes.worse) - 20} more (--json lists all)")
    else:
        console.print("\nNothing got worse.")


def _rows(changes: Changes) -> Iterator[tuple[str, str, str]]:
    """Yield sign, what it is, and its detail."""
    for sign, findings in (("[red]+[/red]", changes.findings_new), (_GONE, changes.findings_gone)):
        for finding in findings:
            yield sign, f"finding ({finding.severity})", _text(finding.title)
    for sign, services in ((_NEW, changes.services_new), (_GONE, changes.services_gone)):
        for service in services:
            yield sign, "service", f"{_text(service.service)} ({service.category})"
    for sign, items in ((_NEW, changes.items_new), (_GONE, changes.items_gone)):
        for item in items:
            detail = f"{_text(item.name)} on {_text(item.host)} ({item.category}; {', '.join(map(str, item.states))})"
            yield sign, _text(item.kind), detail
    for change in changes.items_changed:
        moved = "; ".join(f"{one.field} {one.old or 'none'} → {one.new or 'none'}" for one in change.changes)
        yield "[yellow]~[/yellow]", _text(change.item.kind), f"{_text(change.item.name)}: {_text(moved)}"


def _text(value: str) -> str:
    """A text of the page made fit for a terminal: no escape sequence, no mark-up, bounded."""
    return escape(short(visible(value).replace("\n", " "), 300))
