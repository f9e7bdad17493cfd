"""`consentry import-har`: the report of a scan from a recorded HAR, without a browser."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.text import Text

from consent.model.categories import ConsentState
from consent.model.sites import Site
from scanner.decisions import stored_decisions
from scanner.findings import meets
from scanner.har.crawl import crawl_of
from scanner.har.model import Recording, read_har
from scanner.knowledge import Knowledge
from scanner.report import load_report
from scanner.report_options import report_options, settings_of, site_of
from scanner.report_output import make_folder, new_findings, report_and_write, shown, tell


@click.command("import-har")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--site",
    "target",
    metavar="URL|ID",
    help="Whose site it is: an address, or an id of --sites; else that of the first page.",
)
@click.option(
    "--state",
    type=click.Choice([str(state) for state in ConsentState]),
    help="Consent state in which it was recorded (default before).",
)
@report_options
def command(file: Path, **options: Any) -> None:
    """Write the report that a recorded HAR gives, without a browser.

    FILE is a HAR as a browser's network panel, a proxy or a test tool writes it, packed by gzip or not. What a recording
    cannot tell is in the report's limits. Ends with 0 where nothing reached --fail-on, 1 where something did, 2 for
    bad arguments and files that are no HAR, 3 where no page of it was answered.
    """
    settings = settings_of(options["sites_file"])
    site = site_of(options["target"], settings) if options["target"] else None
    baseline = load_report(options["baseline"]) if options["baseline"] else None
    fail_on = options["fail_on"]
    if fail_on is not None:
        meets((), fail_on)  # an unknown severity or rule is told at once
    recording = read_har(file)
    seen = crawl_of(
        recording,
        site=site.id if site else "",
        start_url=site.url if site else "",
        state=_state(options["state"], recording),
    )
    site = site or site_of(seen.start_url, settings)
    seen = msgspec.structs.replace(seen, site=site.id, tool=seen.tool | {"recording": _proof(file)})
    out = options["out"] or Path("reports") / site.id
    make_folder(out)
    report = report_and_write(
        seen, _decided(site, options["database"], settings), Knowledge.load(), out, options
    )
    console = Console(stderr=True, quiet=options["as_json"])
    tell(report, out, console, as_json=options["as_json"])
    for note in recording.notes:
        console.print(Text(shown(f"Note: {note}")), soft_wrap=True)
    if not report.summary["pages"]["measured"]:
        console.print(Text("Error: no page of the recording was answered; the report says why.", "red"))
        sys.exit(3)
    sys.exit(1 if fail_on is not None and meets(new_findings(report, baseline), fail_on) else 0)


def _state(told: str | None, recording: Recording) -> ConsentState:
    """Return the state of the option, else the one that a recording of ours names."""
    if told is None and recording.own.get("state") in list(ConsentState):
        told = recording.own["state"]
    return ConsentState(told or ConsentState.BEFORE)


def _proof(file: Path) -> dict[str, Any]:
    """Return the file's name and digest, by which its owner can show that the report is of this recording."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return {"file": file.name, "bytes": file.stat().st_size, "sha256": digest}


def _decided(site: Site, database: str | None, settings: Any) -> Site:
    return msgspec.structs.replace(
        site, decisions=site.decisions + stored_decisions(site.id, database, settings)
    )
