"""`consentry evidence`: check what a scan has packed."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from scanner.evidence_pack import verify as verified
from scanner.reports.text import visible


@click.group("evidence")
def command() -> None:
    """Check evidence packs (consentry scan --format pack)."""


@command.command("verify")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(file: Path, *, as_json: bool) -> None:
    """Check that nothing in an evidence pack was changed, removed or added.

    Prints the digest of the whole archive: whoever keeps that elsewhere can also tell a pack that was made anew.
    Ends with 0 where all is as it was packed, 1 where not, 2 where FILE is no evidence pack.
    """
    found = verified(file)
    manifest = found.manifest
    about = {key: manifest.get(key, "") for key in ("site", "start_url", "scan_id", "started", "finished")}
    if as_json:
        result = {
            "ok": not found.problems,
            "sha256": found.sha256,
            "files": found.files,
            "bytes": found.bytes,
            "problems": found.problems,
        }
        click.echo(msgspec.json.encode(about | result))
    else:
        for problem in found.problems:
            click.echo(visible(f"WRONG  {problem}"))
        if not found.problems:
            click.echo(f"All {found.files} files are as they were packed ({found.bytes:,} bytes).")
        click.echo(visible(f"Scan {about['scan_id']} of {about['start_url']}, {about['started']}"))
        click.echo(f"SHA-256 of the archive: {found.sha256}")
    sys.exit(1 if found.problems else 0)
