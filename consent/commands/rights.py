"""`consentry rights`: what visitors asked of their rights: list it by deadline, look at one request, deal with it."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from consent import rights_desk
from consent.alerts.outbox import deliver_due
from consent.alerts.rights_due import make_reminders
from consent.audit import audited, local_actor
from consent.commands import (
    check_sites,
    database_option,
    database_url,
    json_option,
    report,
    sites_option,
    with_store,
)
from consent.log import ConsentLog
from consent.model.errors import ConfigError, NotFoundError
from consent.model.rights import MOST_ANSWER, Action, DeskCase, DeskRequest
from consent.model.sites import load_sites
from consent.store import Store
from consent.times import now_ms


@click.group()
def command() -> None:
    """Deal with what visitors ask of their rights, before the legal deadline."""


@command.command("list")
@click.argument("names", nargs=-1, metavar="[SITE]...")
@click.option("--closed", is_flag=True, help="List those that are closed, the latest first.")
@click.option(
    "--due-within",
    type=click.IntRange(0, 92),
    metavar="DAYS",
    help="Only those due within so many days or overdue; end with 1 where there are any, for cron.",
)
@sites_option
@database_option
@json_option
def list_command(
    *,
    names: tuple[str, ...],
    closed: bool,
    due_within: int | None,
    sites: Path,
    database: str | None,
    as_json: bool,
) -> None:
    """List the open requests at all sites, or at each SITE, the next deadline first."""
    check_sites(names, sites)
    in_file = set(load_sites(sites).sites) if sites.exists() else set()

    async def listed(store: Store) -> list[DeskRequest]:
        published = {one.site for one in await store.publications()}
        return await rights_desk.listed(store, names or published | in_file, is_open=not closed)

    found = with_store(database_url(database, sites=sites), listed)
    if due_within is not None:
        found = [one for one in found if one.request.state == "open" and one.days_left <= due_within]
    lines = [_line(one) for one in found] or ["No request is like that."]
    report({"requests": msgspec.to_builtins(found)}, "\n".join(lines), as_json=as_json)
    if due_within is not None and found:
        sys.exit(1)


@command.command("remind")
@sites_option
@database_option
@json_option
def remind_command(*, sites: Path, database: str | None, as_json: bool) -> None:
    """Remind whom [sites.ID.alerts] names of requests that are due soon, once each, where `consentry serve` does not run.

    Ends with 1 where something was not delivered.
    """
    settings = load_sites(sites)

    async def remind(store: Store) -> tuple[int, int, int]:
        made = await make_reminders(store, settings, now_ms())
        return made, *await deliver_due(store, settings)

    made, sent, failed = with_store(database_url(database, settings), remind)
    told = {"requests": made, "sent": sent, "failed": failed}
    words = f"{made} request{'' if made == 1 else 's'} to remind of; {sent} sent, {failed} not delivered."
    report(told, words, as_json=as_json)
    if not any(site.alerts and site.alerts.rights_days for site in settings.sites.values()):
        click.echo("Note: no [sites.ID.alerts] in the sites file says who is to be reminded.", err=True)
    sys.exit(1 if failed else 0)


@command.command("show")
@click.argument("request_id")
@sites_option
@database_option
@json_option
def show_command(*, request_id: str, sites: Path, database: str | None, as_json: bool) -> None:
    """Show the request REQUEST_ID with what was said and the visitor's records; that is put on record."""

    async def shown(store: Store) -> DeskCase:
        site = await _site_of(store, request_id)
        async with audited(store, actor=local_actor(), action="rights.read", site=site, request=request_id):
            return await rights_desk.case(ConsentLog(store, {}), site, request_id)

    case = with_store(database_url(database, sites=sites), shown)
    report({"request": msgspec.to_builtins(case)}, _whole(case), as_json=as_json)


@command.command("answer")
@click.argument("request_id")
@click.option("--text", default="", metavar="TEXT", help="What the visitor is told on their own page.")
@click.option(
    "--action",
    type=click.Choice(["answer", "extend", "refuse", "done"]),
    default="answer",
    show_default=True,
    help="Answer and leave open, extend by two months, refuse, or close as done.",
)
@sites_option
@database_option
@json_option
def answer_command(
    *, request_id: str, text: str, action: Action, sites: Path, database: str | None, as_json: bool
) -> None:
    """Deal with the request REQUEST_ID: answer it, extend it with a reason, refuse it with a reason, or close it."""
    if len(text) > MOST_ANSWER:
        raise ConfigError(f"--text: expected at most {MOST_ANSWER} characters, got {len(text)}.")

    async def act(store: Store) -> DeskCase:
        site, actor = await _site_of(store, request_id), local_actor()
        async with audited(store, actor=actor, action=f"rights.{action}", site=site, request=request_id):
            await rights_desk.act(store, site, request_id, action, text, actor=actor)
        return await rights_desk.case(ConsentLog(store, {}), site, request_id)

    case = with_store(database_url(database, sites=sites), act)
    report({"request": msgspec.to_builtins(case)}, _whole(case), as_json=as_json)


async def _site_of(store: Store, request_id: str) -> str:
    row = await store.rights_request(request_id)
    if row is None:
        raise NotFoundError(
            f"There is no request {request_id[:64]!r}.", hint="consentry rights list names them."
        )
    return row.site


def _line(one: DeskRequest) -> str:
    request = one.request
    return f"{request.request_id}  {request.due[:10]}  {one.standing:<22}  {request.kind:<8}  {request.site}"


def _whole(case: DeskCase) -> str:
    request = case.request
    lines = [
        f"{request.kind} at {request.site}: {case.standing}",
        f"received {request.received}, due {request.due}{' (extended)' if request.extended else ''}",
    ]
    if request.contact:
        lines.append(f"write to: {request.contact}")
    if request.message:
        lines += ["", request.message, ""]
    for step in request.steps:
        lines.append(f"{step.time}  {step.what} by the {step.by}{': ' if step.text else ''}{step.text}")
    lines += [
        f"{record.server_time}  record {record.record_id}  {record.event} ({record.action})"
        for record in case.records
    ]
    return "\n".join(lines)
