"""`consentry site`: list the sites of a sites.toml, add many at once, take over another tool's configuration."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Literal

import click
import msgspec

from consent.commands import json_option, report, sites_option
from consent.model.errors import ConfigError
from consent.model.sites import SITE_ID, load_sites
from consent.site_files import add_sites, join_site, known_groups, known_sites, settings_with, site_table
from consent.site_import import read_configuration, taken
from consent.site_rows import read_rows

_dry = click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")


@click.group()
def command() -> None:
    """List and add sites, and take over what another consent tool knows of one."""


@command.command("list")
@click.option("--group", metavar="GROUP", help="Only the sites of this group.")
@sites_option
@json_option
def list_command(*, group: str | None, sites: Path, as_json: bool) -> None:
    """List the sites of the sites file."""
    settings = load_sites(sites)
    if group is not None and group not in settings.groups:
        raise ConfigError(
            f"{sites}: there is no [groups.{group}].", hint=f"Groups: {', '.join(settings.groups) or 'none'}."
        )
    found = [one for one in settings.sites.values() if group in {None, one.group}]
    rows = [{"id": one.id, "url": one.url, "name": one.name, "group": one.group} for one in found]
    lines = "\n".join(f"{one.id:24} {one.url:48} {one.group}".rstrip() for one in found)
    report({"sites": rows}, lines or f"No site is in the group {group}.", as_json=as_json)


@command.command("add")
@click.option(
    "--csv",
    "rows",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="One row for each site, with a line of column names.",
)
@_dry
@sites_option
@json_option
def add_command(*, rows: Path, dry_run: bool, sites: Path, as_json: bool) -> None:
    """Add the sites of a CSV file to the sites file: all of them, or none where a row is wrong."""
    tables = read_rows(rows, known=known_sites(sites), groups=known_groups(sites))
    settings = settings_with(sites, tables) if dry_run else add_sites(sites, tables)
    done = "would be added to" if dry_run else "added to"
    count = f"{len(tables)} {'site' if len(tables) == 1 else 'sites'}"
    text = (
        f"{count} {done} {sites}, which then has {len(settings.sites)}."
        if dry_run
        else (f"{count} {done} {sites}, which now has {len(settings.sites)}.")
    )
    report(
        {"added": sorted(tables), "sites": len(settings.sites), "written": not dry_run}, text, as_json=as_json
    )


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--site", "site_id", required=True, metavar="SITE", help="The site that it is of.")
@click.option("--url", metavar="URL", help="The site's address, where the sites file does not have it yet.")
@click.option(
    "--criterion",
    type=click.Choice(["A", "B"]),
    help="Take what the tool calls necessary as exempt by this criterion of WP194.",
)
@_dry
@sites_option
@json_option
def import_command(
    *,
    file: Path,
    site_id: str,
    url: str | None,
    criterion: Literal["A", "B"] | None,
    dry_run: bool,
    sites: Path,
    as_json: bool,
) -> None:
    """Take over the Klaro or Cookiebot configuration FILE: settings, and a decision for each cookie that it files.

    What the sites file says already stays. A scan then shows what the configuration did not know.
    """
    found = read_configuration(file)
    known = site_table(sites, site_id)
    if known is None and url is None:
        raise ConfigError(f"{sites}: has no site {site_id!r}.", hint="Give its address with --url to add it.")
    if known is None and not SITE_ID.match(site_id):
        raise ConfigError(f"--site {site_id}: expected lower-case letters, digits and hyphens.")
    made = taken(found, known or {}, criterion=criterion, today=dt.datetime.now(tz=dt.UTC).date())
    whole = {"url": url} | made.table
    if known is None:
        settings_with(sites, {site_id: whole})
    if not dry_run:
        if known is None:
            add_sites(sites, {site_id: whole})
        else:
            join_site(sites, site_id, made.table)
    _tell(found.tool, site_id, made.table, made.left, dry_run=dry_run, as_json=as_json)


def _tell(
    tool: str, site_id: str, table: dict[str, Any], left: tuple[str, ...], *, dry_run: bool, as_json: bool
) -> None:
    decisions = table.get("decisions", [])
    keys = sorted(set(table) - {"decisions"})
    got = "would get" if dry_run else "got"
    settings = ", ".join(keys) or "none"
    first = f"From the {tool} configuration, {site_id} {got} {len(decisions)} decision{'' if len(decisions) == 1 else 's'} and these settings: {settings}."
    lines = [first, *(f"  left: {one}" for one in left)]
    data = msgspec.to_builtins({"tool": tool, "table": table, "left": left, "written": not dry_run})
    report(data, "\n".join(lines), as_json=as_json)
