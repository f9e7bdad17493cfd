"""`consentry log`: verify, export, receipt, erase, purge, audit."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from consent.anchors import current_anchors, encode_anchors, read_anchors
from consent.audit import AuditEntry, audit_log, audited, local_actor
from consent.commands import (
    database_option,
    database_url,
    emit,
    json_option,
    opened,
    report,
    sites_option,
    with_store,
)
from consent.copies import FORMATS, copy_of
from consent.exports import Selection, formats, selected
from consent.exports.notices import Notices
from consent.hold_commands import hold_group
from consent.log import ConsentLog
from consent.model.errors import ConfigError, IntegrityError, NotFoundError
from consent.model.sites import Settings, load_sites
from consent.picture_commands import export_command as export_pictures_command
from consent.store import Store
from consent.times import DAY_MS, now_ms, rfc3339
from consent.timestamps import checked_timestamp, request_timestamp, token_path
from consent.verification import Verification, verify

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
    "--since-anchor",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Read only what came after this anchor, up to which the log was verified before.",
)
@click.option(
    "--write-anchor",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the verified heads as a new anchor.",
)
@click.option(
    "--tsa",
    envvar="CONSENTRY_TSA",
    metavar="URL",
    help="Have the new anchor timestamped by this authority (RFC 3161); else CONSENTRY_TSA.",
)
@click.option(
    "--tsa-roots",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="CONSENTRY_TSA_ROOTS",
    metavar="FILE",
    help="The authority's root certificates (PEM), to check the timestamp of --anchor; else CONSENTRY_TSA_ROOTS.",
)
@sites_option
@database_option
@json_option
def verify_command(
    *,
    anchor: Path | None,
    since_anchor: Path | None,
    write_anchor: Path | None,
    tsa: str | None,
    tsa_roots: Path | None,
    sites: Path,
    database: str | None,
    as_json: bool,
) -> None:
    """Check every record, batch and notice; exit 1 and name the first one that is wrong.

    Without --anchor, a tail that was cut off cleanly or a chain that was sealed anew does not show.
    """
    expected = read_anchors(anchor) if anchor else None
    stamped = checked_timestamp(anchor, tsa_roots) if anchor else ""
    since = read_anchors(since_anchor) if since_anchor else None
    result = with_store(
        database_url(database, sites=sites), lambda store: verify(store, expected, since=since)
    )
    if result.intact and write_anchor is not None:
        content = encode_anchors(result.anchors)
        emit(write_anchor, content)
        if tsa:
            emit(token_path(write_anchor), request_timestamp(content, url=tsa))
    if as_json:
        click.echo(msgspec.json.encode({"data": result}))
    else:
        click.echo(_told(result))
        if stamped:
            click.echo(stamped)
    if result.problem is not None:
        raise IntegrityError(
            result.problem.message,
            hint="Keep the file as it is, and compare it with a backup: docs/consent-log.md",
        )


def _told(result: Verification) -> str:
    state = "is intact" if result.intact else "is NOT intact"
    counts = f"{result.records} records and {result.erased} erased ones in {result.batches} batches"
    lines = [f"The log {state}: {counts}, {result.erasures} erasures, {result.notices} notices."]
    if result.audits:
        lines.append(f"It holds {result.audits} entries of what administrators did: consentry log audit")
    if result.since:
        lines.append(f"The {result.since} entries before the anchor were verified before and not read again.")
    if result.clock_steps:
        lines.append(f"The clock was set back {result.clock_steps} time(s).")
    if result.intact and not result.anchored:
        lines.append("No anchor was compared: a cut-off tail would not show.")
    return "\n".join(lines)


@command.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice([*formats(), "anchor"]),
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
    """Export records, or the heads of the chains as an anchor.

    json and csv have every field; iso27560 (ISO/IEC TS 27560) and kantara (Consent Receipt 1.1) are for other systems.
    """
    settings = _settings(sites)
    selection = Selection(site=site, since_ms=_milliseconds(since) or 0, until_ms=_milliseconds(until))

    async def export(store: Store) -> None:
        if kind == "anchor":
            emit(out, encode_anchors(await current_anchors(store)))
            return
        await _check_site(store, settings, site)
        notices = Notices(store, settings.sites if settings else {})
        doing = audited(store, actor=local_actor(), action="log.export", site=site or "", format=kind)
        async with doing:
            with opened(out) as write:
                async for part in formats()[kind](selected(store, selection), notices):
                    write(part)

    with_store(database_url(database, settings), export)


async def _check_site(store: Store, settings: Settings | None, site: str | None) -> None:
    """Refuse a site that neither the sites file nor the log knows: most likely it is misspelt."""
    known = {one.site for one in await store.publications()} | set(settings.sites if settings else ())
    if site is not None and site not in known:
        raise NotFoundError(
            f"There is no site {site!r} in the log (known: {', '.join(sorted(known)) or 'none'}).",
            hint="Give the site's id: its table's name in sites.toml.",
        )


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.replace(tzinfo=UTC).timestamp() * 1000) if moment else None


@command.command("receipt")
@click.argument("consent_id")
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="json",
    show_default=True,
    help="The receipt as json, html or pdf; or the records alone, to take along.",
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
        emit(out, (await copy_of(ConsentLog(store, known), consent_id, known, kind)).content)

    with_store(database_url(database, settings), make)


@command.command("erase")
@click.argument("consent_id")
@sites_option
@database_option
@json_option
def erase_command(*, consent_id: str, sites: Path, database: str | None, as_json: bool) -> None:
    """Erase all records under CONSENT_ID (GDPR Art. 17). The log still verifies, and tells of the erasure."""

    async def erase(store: Store) -> int:
        log = ConsentLog(store, {})
        latest = (await log.history(consent_id))[-1]  # the audit names a record and never the visitor
        doing = audited(
            store, actor=local_actor(), action="log.erase", site=latest.site, record=latest.record_id
        )
        async with doing:
            return await log.erase(consent_id, reason="operator")

    erased = with_store(database_url(database, sites=sites), erase)
    report({"erased": erased}, f"Erased {erased} record(s).", as_json=as_json)


@command.command("purge")
@click.option(
    "--keep-days",
    type=click.IntRange(min=0),
    metavar="DAYS",
    help="How long a record is kept after its consent has run out; else each site's log.keep_days in the sites file.",
)
@click.option("--site", metavar="SITE", help="Only this site's records.")
@sites_option
@database_option
@json_option
def purge_command(
    *, keep_days: int | None, site: str | None, sites: Path, database: str | None, as_json: bool
) -> None:
    """Erase records whose consent ran out more than --keep-days days ago. What a legal hold keeps stays."""
    settings = _settings(sites)
    kept = _kept(settings, site, keep_days)
    now = now_ms()

    async def purge(store: Store) -> int:
        await _check_site(store, settings, site)
        erased = 0
        for one, days in kept.items():
            before = now - days * DAY_MS
            doing = audited(
                store, actor=local_actor(), action="log.purge", site=one or "", before=rfc3339(before)
            )
            async with doing:
                erased += await ConsentLog(store, {}).purge(before_ms=before, site=one)
        return erased

    erased = with_store(database_url(database, settings), purge)
    told = {one or "all": rfc3339(now - days * DAY_MS) for one, days in kept.items()}
    spans = "; ".join(f"{before} ({one})" for one, before in told.items())
    report(
        {"erased": erased, "before": told},
        f"Erased {erased} record(s) that had run out before {spans}.",
        as_json=as_json,
    )


def _kept(settings: Settings | None, site: str | None, keep_days: int | None) -> dict[str | None, int]:
    """Return for how many days each site's records are kept, None standing for all sites; nothing is ever guessed."""
    if keep_days is not None:
        return {site: keep_days}
    known = settings.sites if settings else {}
    found: dict[str | None, int] = {
        one.id: one.log.keep_days
        for one in known.values()
        if one.log.keep_days is not None and site in {None, one.id}
    }
    if not found:
        raise ConfigError(
            "How long records are kept after their consent has run out is not set.",
            hint=f"Give --keep-days, or set keep_days in [sites.{site or 'ID'}.log] of the sites file.",
        )
    return found


command.add_command(hold_group)
command.add_command(export_pictures_command)


@command.command("audit")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    help="How many actions, the latest first.",
)
@sites_option
@database_option
@json_option
def audit_command(*, limit: int, sites: Path, database: str | None, as_json: bool) -> None:
    """List what administrators did, by command or by API. `log verify` proves that the list is whole."""

    async def read(store: Store) -> list[AuditEntry]:
        return await audit_log(store, limit=limit)

    found = with_store(database_url(database, sites=sites), read)
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
        return
    for one in found:
        details = " ".join(f"{key}={value}" for key, value in one.details.items() if value)
        words = (one.time, one.actor, one.action, one.site, details, "FAILED" if one.follows else "")
        click.echo("  ".join(word for word in words if word))
    if not found:
        click.echo("No administrator has done anything yet.")


def _settings(sites: Path) -> Settings | None:
    """Read the sites file where there is one: a log can be looked at without it."""
    return load_sites(sites) if sites.exists() else None
