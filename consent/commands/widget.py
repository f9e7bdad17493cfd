"""`consentry widget`: publish what a scan found, and build the widget as static files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import click
import msgspec

from consent.announcement_commands import notice_command
from consent.announcements import with_announcement
from consent.audit import audited, local_actor
from consent.banner import Banner
from consent.changes import with_changes
from consent.commands import database_option, database_url, folder_option, sites_option, with_store
from consent.declaration_commands import declaration_command, policy_command
from consent.discovered import Discovered, discovered
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import Inventory
from consent.model.sites import Settings, Site, load_sites
from consent.picture_commands import draw_command
from consent.picture_commands import pictured as drawn
from consent.publication import current_inventory, publish, read_inventory, with_policy
from consent.store import Store, open_store
from consent.store.entries import Publication
from consent.times import now_ms
from consent.web.assets import widget_assets
from widget import render

_public_url = click.option(
    "--public-url", metavar="URL", help="The consent server's address as visitors' browsers see it."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def command() -> None:
    """Publish a site's widget, or build it as files for a CDN."""


command.add_command(declaration_command)
command.add_command(policy_command)
command.add_command(notice_command)
command.add_command(draw_command)


@command.command("publish")
@click.argument("site")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="The report.json of a scan.")
@click.option("--inventory", type=click.Path(path_type=Path), metavar="FILE", help="An inventory.json.")
@click.option(
    "--pictures/--no-pictures",
    "draw",
    default=True,
    envvar="CONSENTRY_PICTURES",
    help="Keep what the banner looks like on a desktop and a phone, where there is a browser.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The privacy policy as it is published now; records name its SHA-256.",
)
@click.option(
    "--policy-version", default="", metavar="TEXT", help="What the policy calls this version of itself."
)
@sites_option
@database_option
@_public_url
@_json
def publish_command(
    *,
    site: str,
    report: Path | None,
    inventory: Path | None,
    draw: bool,
    policy: Path | None,
    policy_version: str,
    sites: Path,
    database: str | None,
    public_url: str | None,
    as_json: bool,
) -> None:
    """Make a scan's inventory what the widget of SITE shows and blocks.

    A running server takes it over within seconds. What is shown is stored under its SHA-256, the notice version.
    """
    if (report is None) == (inventory is None):
        raise ConfigError("Give either --report or --inventory.", hint="A scan writes both into its folder.")
    settings = load_sites(sites)
    settings.site(site)
    found = read_inventory(inventory) if inventory is not None else _of_report(report)
    found = with_policy(found, version=policy_version, file=policy)
    publication, banner = asyncio.run(
        _publish(settings, site, found, database_url(database, settings), public_url)
    )
    pictured = drawn(settings.site(site), banner, database_url(database, settings)) if draw else {}
    lines = render.snippet(f"{_address(settings, public_url).rstrip('/')}/w/{site}.js")
    if as_json:
        click.echo(
            msgspec.json.encode({"data": publication._asdict() | {"snippet": lines, "pictures": pictured}})
        )
    else:
        click.echo(
            f"Published {len(found.items)} items and {len(found.rules)} blocking rules for {site}."
            f"\nNotice version {publication.notice_version}{_told(pictured)}"
            f"\n\nThese lines go first into <head> of every page:\n\n{lines}",
            nl=False,
        )
    if not (public_url or settings.server.public_url):
        click.echo(
            f"Note: {_address(settings, None)} is where the server listens; visitors' browsers may not reach it.\n"
            "  Set public_url in sites.toml, or give --public-url.",
            err=True,
        )


def _told(pictured: Mapping[str, str]) -> str:
    if "none" in pictured:
        return f"\nNo picture of the banner was made: {pictured['none']}"
    forms = [form for form in ("desktop", "phone") if form in pictured]
    return f"\nPictures of the banner are kept: {', '.join(forms)}" if forms else ""


class _Head(msgspec.Struct, frozen=True):
    """What tells a report.json, and the scan that it is of; the whole is the scanner's."""

    site: str
    scan_id: str
    findings: tuple[msgspec.Raw, ...]


def _of_report(report: Path | None) -> Inventory:
    """Return the inventory that the same scan wrote into the report's folder."""
    assert report is not None  # noqa: S101 - for the type checker: one of the two is given
    hint = "Give the report.json that a scan wrote."
    try:
        head = msgspec.json.decode(report.read_bytes(), type=_Head)
    except FileNotFoundError:
        raise ConfigError(f"{report}: no such file.", hint=hint) from None
    except OSError as error:
        raise ConfigError(f"{report}: cannot be read: {error.strerror}.", hint=hint) from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{report}: is not a report: {error}.", hint=hint) from error
    inventory = read_inventory(_beside(report))
    if inventory.scan_id != head.scan_id:
        raise ConfigError(
            f"{report}: is of the scan {head.scan_id}, but the inventory.json beside it of {inventory.scan_id}.",
            hint="Scan again into a folder of its own, or give --inventory FILE.",
        )
    return inventory


def _beside(report: Path) -> Path:
    found = report.parent / "inventory.json"
    if not found.is_file():
        raise ConfigError(
            f"{found}: no such file, though {report} is there.", hint="Scan again, or give --inventory FILE."
        )
    return found


async def _publish(
    settings: Settings, site: str, inventory: Inventory, database: str, public_url: str | None
) -> tuple[Publication, Banner]:
    store = await open_store(database)
    try:
        doing = audited(
            store, actor=local_actor(), action="widget.publish", site=site, scan=inventory.scan_id
        )
        async with doing:
            return await publish(
                store,
                settings.site(site),
                inventory,
                public_url=_address(settings, public_url),
                actor=local_actor(),
            )
    finally:
        await store.close()


def _address(settings: Settings, public_url: str | None) -> str:
    return public_url or settings.server.public_url or f"http://{settings.server.listen}"


@command.command("discovered")
@click.argument("site")
@click.option(
    "--days", type=click.IntRange(1, 90), default=30, show_default=True, help="How many days to look back."
)
@sites_option
@database_option
@_json
def discovered_command(*, site: str, days: int, sites: Path, database: str | None, as_json: bool) -> None:
    """List what pages of SITE met before a decision and no published scan knows (setting `self_check`)."""
    settings = load_sites(sites)
    found = with_store(
        database_url(database, settings), lambda store: _discovered(store, settings.site(site), days)
    )
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
        return
    for one in found:
        click.echo(f"{one.kind:15}  {one.reports:6}  {one.first_day} to {one.last_day}  {one.name}")
    if not found:
        click.echo(f"Nothing that the inventory of {site} does not know was met in the last {days} days.")
        if not settings.site(site).banner.self_check:
            click.echo(
                f"Note: no page tells of it. Set self_check under [sites.{site}.banner] in {sites}.", err=True
            )


async def _discovered(store: Store, site: Site, days: int) -> list[Discovered]:
    current = next((one for one in await store.publications() if one.site == site.id), None)
    inventory = None if current is None else await current_inventory(store, current)
    return await discovered(store, site, inventory, days=days)


@command.command("build")
@click.argument("site")
@folder_option
@sites_option
@database_option
@_public_url
@_json
def build_command(
    *, site: str, out: Path, sites: Path, database: str | None, public_url: str | None, as_json: bool
) -> None:
    """Write the widget of SITE, as it is published, into DIR: its script, its twin by hash, and what it loads on demand."""
    settings = load_sites(sites)
    settings.site(site)
    files = asyncio.run(_build(settings, site, database_url(database, settings), public_url))
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (out / name).write_bytes(content)
    if as_json:
        click.echo(msgspec.json.encode({"data": {name: len(content) for name, content in files.items()}}))
    else:
        for name, content in files.items():
            click.echo(f"{out / name}  {len(content)} bytes")


async def _build(settings: Settings, site_id: str, database: str, public_url: str | None) -> dict[str, bytes]:
    site = settings.site(site_id)
    store = await open_store(database)
    try:
        current = next((p for p in await store.publications() if p.site == site_id), None)
        if current is None:
            raise NotFoundError(
                f"Nothing is published for the site {site_id!r}.",
                hint=f"Publish a scan first: consentry widget publish {site_id} --report report.json",
            )
        inventory = await current_inventory(store, current)
        # Published again: the settings may have changed, and what the files show must be in the log's notices.
        address = _address(settings, public_url)
        _, banner = await publish(store, site, inventory, public_url=address, again=True)
        banner = with_announcement(await with_changes(store, banner), inventory, now_ms())
    finally:
        await store.close()
    script, parts = widget_assets(banner)
    files: dict[str, bytes] = {}
    hashed = {f"{site_id}.{asset.name_hash}.js": asset for asset in (script, *parts.values())}
    for name, asset in {f"{site_id}.js": script, **hashed}.items():
        files[name] = asset.bodies[""]
        files[f"{name}.br"] = asset.bodies["br"]
        files[f"{name}.gz"] = asset.bodies["gzip"]
    return files
