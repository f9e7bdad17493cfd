"""`consentry logs`: what an access log records of people, and a copy of it that records less."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consent.model.errors import ConfigError
from scanner.accesslogs.addresses import Way
from scanner.accesslogs.layouts import TEMPLATES
from scanner.accesslogs.record import Agents
from scanner.accesslogs.summary import Summary
from scanner.accesslogs.work import read_log
from scanner.report_output import shown

_KEY_BYTES = 16


@click.command("logs")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write an anonymised copy (packed for .gz).",
)
@click.option(
    "--format",
    "format_name",
    metavar="NAME|TEMPLATE",
    default="",
    help=f"{', '.join(TEMPLATES)}, json, w3c, or your server's log_format (LogFormat); else it is found out.",
)
@click.option(
    "--addresses",
    type=click.Choice(["truncate", "drop", "hash"]),
    default="truncate",
    show_default=True,
    help="IP addresses in the copy: shortened (/24, /48), left out, or keyed hashes.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Key of the hashes (16 bytes or more); else a random one that is thrown away.",
)
@click.option(
    "--agents",
    type=click.Choice(["reduce", "keep", "drop"]),
    default="reduce",
    show_default=True,
    help="User agents in the copy.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a log instead of tables.")
def command(
    files: tuple[str, ...],
    *,
    out: Path | None,
    format_name: str,
    addresses: str,
    key_file: Path | None,
    agents: str,
    as_json: bool,
) -> None:
    """Tell what access logs record of people, suggest the policy's words on it, and write a copy that records less.

    FILE is a log, plain or gzip, or - for standard input. Nothing leaves this machine, and no file is changed.
    """
    if out is not None and len(files) != 1:
        raise click.UsageError("--out is for one log: give one FILE.")
    if key_file is not None and addresses != "hash":
        raise click.UsageError("--key-file needs --addresses hash.")
    key = _key(key_file) if key_file is not None else b""
    console = Console(soft_wrap=True)
    for name in files:
        found = read_log(
            name,
            out=out,
            format_name=format_name,
            way=cast("Way", addresses),
            agents=cast("Agents", agents),
            key=key,
        )
        if as_json:
            click.echo(msgspec.json.encode(found))
        else:
            _tell(found, console)


def _key(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.", hint="Give the file with the key."
        ) from error
    if len(key) < _KEY_BYTES:
        raise ConfigError(
            f"{path}: the key has {len(key)} bytes, expected {_KEY_BYTES} or more: with a short one every address can be tried.",
            hint="Make one: openssl rand -hex 32 > key.txt",
        )
    return key


def _tell(found: Summary, console: Console) -> None:
    table = Table(
        "records",
        "fields",
        "share of lines",
        title=Text(shown(f"{found.file}: {found.format}, {found.lines:,} lines")),
        title_justify="left",
    )
    for kind in found.kinds:
        table.add_row(kind.words, f"{kind.fields:,}", f"{kind.share:.1%}")
    console.print(table)
    for line in _further(found):
        console.print(Text(shown(line)))
    console.print(Text("\nFor the privacy policy; decide what stands in brackets:\n", "bold"))
    console.print(Text(shown(found.policy)))


def _further(found: Summary) -> list[str]:
    told = []
    if found.addresses:
        told.append(
            f"{'At least ' if found.at_least else ''}{found.addresses:,} different addresses"
            + (f"; {found.shortened:.0%} look shortened already" if found.shortened else "")
            + "."
        )
    if found.first:
        told.append(
            f"Entries from {found.first} to {found.last} ({found.days} {'day' if found.days == 1 else 'days'})."
        )
    if found.parameters:
        told.append(
            "Parameters that tell of a person: "
            + ", ".join(f"{name} ({count:,})" for name, count in list(found.parameters.items())[:12])
            + "."
        )
    if found.unread:
        told.append(
            f"{found.unread:,} lines are not of this format"
            + (", and are left out of the copy." if found.out else ".")
        )
    if found.out:
        told.append(f"Anonymised copy: {found.out}")
    return told
