"""`consentry alerts`: who is told what scans changed: try it out, deliver what waits, look at what became of it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp
import click
import msgspec

from consent.alerts.listing import SentAlert, sent_alerts
from consent.alerts.making import rows_of
from consent.alerts.outbox import attempt, deliver_due
from consent.alerts.rights_due import make_reminders
from consent.alerts.sending import NotDelivered
from consent.commands import database_option, database_url, sites_option, with_store
from consent.model.alerts import Alert
from consent.model.errors import ConfigError
from consent.model.scans import ScanChangeEntry, ScanFindings
from consent.model.sites import Settings, Site, load_sites
from consent.store import Store
from consent.times import now_ms, rfc3339


@click.group()
def command() -> None:
    """Tell people and programs what scans changed ([sites.ID.alerts] in sites.toml)."""


@command.command("list")
@click.argument("site")
@click.option(
    "--limit", type=click.IntRange(1, 1_000), default=20, show_default=True, help="At most so many."
)
@sites_option
@database_option
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def list_command(*, site: str, limit: int, sites: Path, database: str | None, as_json: bool) -> None:
    """List the alerts of SITE, the latest first, and what became of each."""
    load_sites(sites).site(site)

    async def listed(store: Store) -> list[SentAlert]:
        return await sent_alerts(store, site, limit)

    found = with_store(database_url(database, sites=sites), listed)
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
        return
    for one in found:
        told = f": {one.error}" if one.error else ""
        click.echo(
            f"{one.created}  {one.status:<7}  {one.channel:<7}  {one.to}  {_scan_of(one)}"
            f"  ({one.attempts} {'attempt' if one.attempts == 1 else 'attempts'}){told}"
        )
    if not found:
        click.echo("No alert was made yet.")


def _scan_of(one: SentAlert) -> str:
    if one.type == "rights.due":
        return f"request {one.request_id}"
    return f"failed scan {one.scan_id}" if one.type == "scan.failed" else f"scan {one.number}"


@command.command("send")
@sites_option
@database_option
def send_command(*, sites: Path, database: str | None) -> None:
    """Deliver what waits now, for machines on which `consentry serve` does not run. Ends with 1 where something was not."""
    settings = load_sites(sites)

    async def deliver(store: Store) -> tuple[int, int]:
        await make_reminders(store, settings, now_ms())
        return await deliver_due(store, settings)

    sent, failed = with_store(database_url(database, sites=sites), deliver)
    click.echo(f"{sent} sent, {failed} not delivered.")
    sys.exit(1 if failed else 0)


@command.command("test")
@click.argument("site")
@sites_option
def test_command(*, site: str, sites: Path) -> None:
    """Send a made-up alert to every target of SITE, once. Ends with 1 where one was not delivered."""
    settings = load_sites(sites)
    chosen = settings.site(site)
    if chosen.alerts is None or not any(chosen.alerts.targets()):
        raise ConfigError(
            f"{sites}: sites.{site} has no alerts.",
            hint="Add a [sites.<id>.alerts] table with email, webhooks or slack.",
        )
    if asyncio.run(_try_all(settings, chosen)):
        sys.exit(1)


async def _try_all(settings: Settings, site: Site) -> int:
    failed = 0
    if site.alerts is None:
        return failed
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        for row in rows_of(sample_alert(site), site.alerts):
            try:
                await attempt(settings, session, row)
            except (NotDelivered, ConfigError) as error:
                failed += 1
                click.echo(f"{row.channel:<7}  {row.shown}  not delivered: {error}")
            else:
                click.echo(f"{row.channel:<7}  {row.shown}  delivered")
    return failed


def sample_alert(site: Site) -> Alert:
    """Return an alert that says of itself that it is a test."""
    return Alert(
        site=site.id,
        site_name=site.name or site.id,
        scan_id="test",
        number=0,
        finished=rfc3339(now_ms()),
        verdict="clean",
        findings=ScanFindings(),
        unclassified=0,
        changes=(
            ScanChangeEntry(
                what="new",
                subject="item",
                kind="cookie",
                name="a_test_of_alerts",
                host="example.com",
                category="necessary",
            ),
        ),
    )
