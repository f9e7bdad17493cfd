"""`consentry log hold`: place, list and release legal holds."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from consent import holds
from consent.audit import local_actor
from consent.commands import database_option, database_url, json_option, report, sites_option, with_store
from consent.log import ConsentLog
from consent.model.sites import load_sites
from consent.store import Store


@click.group("hold")
def hold_group() -> None:
    """Keep records from being erased while a claim or an inquiry is open."""


_reason = click.option(
    "--reason",
    required=True,
    metavar="TEXT",
    help="Why, such as a case number; it is sealed for ever: name nobody.",
)


@hold_group.command("add")
@click.argument("target", metavar="SITE|CONSENT_ID")
@_reason
@sites_option
@database_option
@json_option
def hold_add_command(*, target: str, reason: str, sites: Path, database: str | None, as_json: bool) -> None:
    """Hold the records of a site, or of one visitor: purge and erase leave them, and the visitor is refused with 409."""
    settings = load_sites(sites) if sites.exists() else None

    async def add(store: Store) -> holds.Hold:
        known = {one.site for one in await store.publications()} | set(settings.sites if settings else ())
        if target in known:
            return await holds.place(store, actor=local_actor(), reason=reason, site=target)
        latest = (await ConsentLog(store, {}).history(target))[-1]
        return await holds.place(
            store, actor=local_actor(), reason=reason, site=latest.site, consent_id=target
        )

    placed = with_store(database_url(database, settings), add)
    text = f"Held: {_held(placed)}."
    report({"hold": msgspec.to_builtins(placed)}, text, as_json=as_json)


@hold_group.command("list")
@sites_option
@database_option
@json_option
def hold_list_command(*, sites: Path, database: str | None, as_json: bool) -> None:
    """List the holds that stand, oldest first."""
    found = with_store(database_url(database, sites=sites), holds.active)
    lines = [f"{one.placed}  {_held(one)}  {one.actor}  {one.reason}" for one in found]
    data = {"holds": msgspec.to_builtins(found)}
    report(data, "\n".join(lines) or "Nothing is held.", as_json=as_json)


@hold_group.command("release")
@click.argument("hold_id")
@_reason
@sites_option
@database_option
@json_option
def hold_release_command(
    *, hold_id: str, reason: str, sites: Path, database: str | None, as_json: bool
) -> None:
    """Release the hold HOLD_ID, as `log hold list` names it."""

    async def release(store: Store) -> holds.Hold:
        return await holds.release(store, hold_id, actor=local_actor(), reason=reason)

    released = with_store(database_url(database, sites=sites), release)
    text = f"Released: {_held(released)}."
    report({"hold": msgspec.to_builtins(released)}, text, as_json=as_json)


def _held(hold: holds.Hold) -> str:
    what = f"visitor {hold.subject[:16]}… of {hold.site}" if hold.subject else f"all of {hold.site}"
    return f"{hold.hold_id}, {what}"
