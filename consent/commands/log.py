"""`consentry log`: verify, export, receipt, erase, purge."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from consent.anchors import current_anchors, encode_anchors, read_anchors
from consent.commands import database_option, database_url, sites_option
from consent.log import ConsentLog
from consent.model.errors import ConfigError, IntegrityError
from consent.model.sites import Settings, load_sites
from consent.proof import Selection, export_csv, export_json, receipt, receipt_page
from consent.store import Store, open_store
from consent.times import DAY_MS, now_ms, rfc3339
from consent.verification import Verification, verify

T = TypeVar("T")

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_out = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Else to standard output."
)
_DATE = click.DateTime(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


@click.group()
def command() -> None:
    """Check, export and prune the consent log."""


@command.command("verify")
@click.option("--anchor", type=click.Path(path_type=Path), metavar="FILE", help="An anchor exported earlier.")
@click.option(
    "--write-anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the verified heads as a new anchor.",
)
@sites_option
@database_option
@_json
def verify_command(
    *, anchor: Path | None, write_anchor: Path | None, sites: Path, database: str | None, as_json: bool
) -> None:
    """Check every record, batch and notice; exit 1 and name the first one that is wrong.

    Without --anchor, a tail that was cut off cleanly or a chain that was sealed anew does not show.
    """
    expected = read_anchors(anchor) if anchor else None
    result = _run(database_url(database, sites=sites), lambda store: verify(store, expected))
    if result.intact and write_anchor is not None:
        _emit(write_anchor, encode_anchors(result.anchors))
    if as_json:
        click.echo(msgspec.json.encode({"data": result}))
    else:
        click.echo(_told(result))
    if result.problem is not None:
        raise IntegrityError(
            result.problem.message,
            hint="Keep the file as it is, and compare it with a backup: docs/consent-log.md",
        )


def _told(result: Verification) -> str:
    state = "is intact" if result.intact else "is NOT intact"
    counts = f"{result.records} records and {result.erased} erased ones in {result.batches} batches"
    lines = [f"The log {state}: {counts}, {result.erasures} erasures, {result.notices} notices."]
    if result.clock_steps:
        lines.append(f"The clock was set back {result.clock_steps} time(s).")
    if result.intact and not result.anchored:
        lines.append("No anchor was compared: a cut-off tail would not show.")
    return "\n".join(lines)


@command.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "csv", "anchor"]),
    default="json",
    show_default=True,
    help="What to write.",
)
@click.option("--site", metavar="SITE", help="Only this site's records.")
@click.option("--since", type=_DATE, help="Only records from this time on (UTC).")
@click.option("--until", type=_DATE, help="Only records before this time (UTC).")
@_out
@sites_option
@database_option
def export_command(
    *,
    kind: str,
    site: str | None,
    since: datetime | None,
    until: datetime | None,
    out: Path | None,
    sites: Path,
    database: str | None,
) -> None:
    """Export records as JSON or CSV, or the heads of the chains as an anchor."""
    selection = Selection(site=site, since_ms=_milliseconds(since) or 0, until_ms=_milliseconds(until))

    async def export(store: Store) -> None:
        if kind == "anchor":
            _emit(out, encode_anchors(await current_anchors(store)))
            return
        stream = export_csv if kind == "csv" else export_json
        with _opened(out) as write:
            async for part in stream(store, selection):
                write(part)

    _run(database_url(database, sites=sites), export)


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000) if moment else None


@command.command("receipt")
@click.argument("consent_id")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "html"]),
    default="json",
    show_default=True,
    help="For programs or for people.",
)
@_out
@sites_option
@database_option
def receipt_command(
    *, consent_id: str, kind: str, out: Path | None, sites: Path, database: str | None
) -> None:
    """Write all that the log holds under CONSENT_ID, with its proofs."""
    settings = _settings(sites)
    known = settings.sites if settings else {}

    async def make(store: Store) -> None:
        made = await receipt(ConsentLog(store, known), consent_id, known)
        if kind == "html":
            _emit(out, receipt_page(made, known).html.encode())
        else:
            _emit(out, msgspec.json.format(msgspec.json.encode({"data": made}), indent=2) + b"\n")

    _run(database_url(database, settings), make)


@command.command("erase")
@click.argument("consent_id")
@sites_option
@database_option
@_json
def erase_command(*, consent_id: str, sites: Path, database: str | None, as_json: bool) -> None:
    """Erase all records under CONSENT_ID (GDPR Art. 17). The log still verifies, and tells of the erasure."""

    async def erase(store: Store) -> int:
        return await ConsentLog(store, {}).erase(consent_id, reason="operator")

    erased = _run(database_url(database, sites=sites), erase)
    _report({"erased": erased}, f"Erased {erased} record(s).", as_json=as_json)


@command.command("purge")
@click.option(
    "--keep-days",
    type=click.IntRange(min=0),
    required=True,
    metavar="DAYS",
    help="How long a record is kept after its consent has run out, for the defence of claims.",
)
@click.option("--site", metavar="SITE", help="Only this site's records.")
@sites_option
@database_option
@_json
def purge_command(
    *, keep_days: int, site: str | None, sites: Path, database: str | None, as_json: bool
) -> None:
    """Erase records whose consent ran out more than --keep-days days ago."""
    before = now_ms() - keep_days * DAY_MS

    async def purge(store: Store) -> int:
        return await ConsentLog(store, {}).purge(before_ms=before, site=site)

    erased = _run(database_url(database, sites=sites), purge)
    _report(
        {"erased": erased, "before": rfc3339(before)},
        f"Erased {erased} record(s) that had run out before {rfc3339(before)}.",
        as_json=as_json,
    )


def _report(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    click.echo(msgspec.json.encode({"data": data}) if as_json else text)


def _settings(sites: Path) -> Settings | None:
    """Read the sites file where there is one: a log can be looked at without it."""
    return load_sites(sites) if sites.exists() else None


def _run(database: str, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    async def run() -> T:
        async with _store(database) as store:
            return await work(store)

    return asyncio.run(run())


@asynccontextmanager
async def _store(database: str) -> AsyncIterator[Store]:
    store = await open_store(database, create=False)
    try:
        yield store
    finally:
        await store.close()


def _emit(out: Path | None, content: bytes) -> None:
    with _opened(out) as write:
        write(content)


@contextlib.contextmanager
def _opened(out: Path | None) -> Iterator[Callable[[bytes], Any]]:
    """Yield a function that writes: to standard output, or to a file that appears only when it is complete."""
    if out is None:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        part.replace(out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
