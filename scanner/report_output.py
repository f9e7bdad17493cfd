"""From a finished crawl to what its command leaves behind: reports, inventory, and what is told on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consent.model.errors import ConfigError, ConsentryError
from consent.model.inventory import encode_inventory
from consent.model.sites import Site
from scanner import reports
from scanner.classify import Classifier
from scanner.diff import finding_key
from scanner.inventory import inventory_of
from scanner.knowledge import Knowledge
from scanner.knowledge.local import LocalKnowledge
from scanner.observations import Crawl
from scanner.parties import host_of
from scanner.pipeline import report_of
from scanner.policy.told import with_policy
from scanner.report import Finding, Report
from scanner.reports import NOTHING, Beside
from scanner.reports.text import visible
from scanner.scan_inputs import without_secrets

SHOWN = 30
"""Findings in the table on the terminal; the report has all of them."""


def report_and_write(
    seen: Crawl,
    site: Site,
    knowledge: Knowledge,
    out: Path,
    options: dict[str, Any],
    *,
    recordings: tuple[Path, ...] = (),
    scan_id: str = "",
) -> Report:
    """Name and judge what was seen, and write the reports and the inventory; ``options`` are `report_options`.

    ``recordings`` are the HAR files of the scan, for the formats that hold them. Without a ``scan_id`` the report gets one.
    """
    local = LocalKnowledge.load()
    classifier = Classifier(
        knowledge,
        decisions=site.decisions,
        site_host=host_of(seen.start_url),
        threshold=options["threshold"],
        local=local,
    )
    tool = {"command": command_line()} | ({"knowledge": local.described()} if local else {})
    report = report_of(seen, site, classifier, tool=tool, scan_id=scan_id)
    report = with_policy(report, seen.policy, options.get("policy"))
    beside = Beside(printer=print_page, screenshots=out / "screenshots", recordings=recordings)
    write_whole(out / "inventory.json", encode_inventory(inventory_of(report, knowledge)))
    write_reports(report, out, options["formats"], beside)
    return report


def records(formats: Iterable[str]) -> bool:
    """Whether one of the formats holds a recording of what was sent and received."""
    return any(reports.formats()[one].records for one in formats)


def write_reports(
    report: Report, out: Path, formats: tuple[str, ...], beside: Beside = NOTHING
) -> list[Path]:
    """Write each format whole or not at all; returns the paths.

    Where one cannot be made (a browser is missing, or does not draw it in time), the others are written all the same, and
    then the first error is raised.
    """
    known = reports.formats()
    paths: list[Path] = []
    failed: list[ConsentryError] = []
    for one in formats:
        path = out / known[one].file
        try:
            write_whole(path, known[one](report, beside))
            paths.append(path)
        except ConsentryError as error:
            failed.append(error)
    if failed:
        raise failed[0]
    return paths


def print_page(page: bytes, header: str, footer: str) -> bytes:
    """Draw a page of ours as a PDF; raises `ConfigError` without the extra [scan], and `ScanError`."""
    try:
        from scanner.browser import printing  # noqa: PLC0415 - needs the extra [scan]
    except ModuleNotFoundError as error:
        raise ConfigError(
            "The format pdf needs a browser, which comes with the extra [scan].",
            hint='Install it: pip install "consentry[scan]"; or print report.html.',
        ) from error
    return printing.print_page(page, header, footer)


def make_folder(path: Path) -> None:
    """Make the folder before the scan, so that nobody waits for a report that cannot be written."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be made: {error.strerror}.", hint="Give another folder by --out."
        ) from error


def leave_nothing(out: Path) -> None:
    """Remove the folders of a scan that came to nothing, where they are empty."""
    for folder in (out / "screenshots", out):
        with suppress(OSError):  # not there, or it holds something
            folder.rmdir()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises `ConfigError`."""
    try:
        part = path.with_name(path.name + ".part")
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be written: {error.strerror}.", hint="Give another folder by --out."
        ) from error


def command_line() -> list[str]:
    """Return the command as a report may repeat it, without secrets."""
    return ["consentry", *without_secrets(sys.argv[1:])]


def new_findings(report: Report, baseline: Report | None) -> tuple[Finding, ...]:
    """Return the findings that an earlier report lacks; all where there is none."""
    if baseline is None:
        return report.findings
    known = {finding_key(one) for one in baseline.findings}
    return tuple(one for one in report.findings if finding_key(one) not in known)


def tell(report: Report, out: Path, console: Console, *, as_json: bool) -> None:
    """Print one JSON line, or the findings as a table and the verdict."""
    if as_json:
        line = {"site": report.site, "scan_id": report.scan_id, "out": str(out), "summary": report.summary}
        click.echo(msgspec.json.encode(line))
        return
    table = Table(
        "severity",
        "rule",
        "finding",
        title=Text(shown(f"{report.site}: {report.start_url}")),
        title_justify="left",
    )
    for finding in report.findings[:SHOWN]:
        table.add_row(finding.severity, finding.rule, Text(shown(finding.title)))
    if report.findings:
        console.print(table)
    verdict = report.summary.get("verdict_text") or report.summary.get("verdict", "")
    more = len(report.findings) - SHOWN
    if more > 0:
        console.print(f"… and {more} more findings in the report", highlight=False)
    counts = f"{_counted(len(report.items), 'item')}, {_counted(len(report.findings), 'finding')} → {out}"
    console.print(Text(f"{shown(verdict)}\n{counts}"), soft_wrap=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def shown(text: str) -> str:
    """A text that the page may have written, fit for a terminal: its control characters are spelt out."""
    return "\n".join(visible(line) for line in text.split("\n"))
