"""What the commands that end in a report are told alike: site, database, folder, formats, and when to fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from consent.model.errors import ConfigError
from consent.model.sites import Settings, Site, load_sites
from scanner import reports
from scanner.parties import host_of

DEFAULT_SITES = Path("sites.toml")

F = TypeVar("F", bound=Callable[..., Any])


def _formats(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    known = reports.formats()
    wanted = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    for one in wanted:
        if one not in known:
            raise click.BadParameter(
                f"{one!r} is no report format; expected some of {', '.join(sorted(known))}"
            )
    return wanted


_SHARED = (
    click.option(
        "--sites",
        "sites_file",
        type=click.Path(path_type=Path),
        help="sites.toml with the site ids that may be named.",
    ),
    click.option(
        "--database",
        metavar="URL",
        help="Where the privacy officer's decisions are; else CONSENTRY_DATABASE, else the sites file says it.",
    ),
    click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder for the reports (default reports/SITE).",
    ),
    click.option(
        "--format",
        "formats",
        default="json,html",
        show_default=True,
        callback=_formats,
        help="Report formats, comma-separated.",
    ),
    click.option(
        "--fail-on",
        metavar="SEVERITY|RULE",
        help="Exit 1 where a finding has this severity or more, or this rule.",
    ),
    click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        help="An earlier report.json: only findings that it lacks count for --fail-on.",
    ),
    click.option(
        "--threshold",
        type=click.FloatRange(0, 1),
        default=0.5,
        show_default=True,
        help="Least confidence for naming an item.",
    ),
    click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON line a site instead of progress and table."
    ),
)


def report_options(command: F) -> F:
    """Add the options of every command that ends in a report."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


def settings_of(path: Path | None) -> Settings | None:
    """Return the settings of the file, else of sites.toml where there is one; raises `ConfigError`."""
    if path is not None:
        return load_sites(path)
    return load_sites(DEFAULT_SITES) if DEFAULT_SITES.exists() else None


def site_of(target: str, settings: Settings | None) -> Site:
    """Return the site that a URL or a site id means; raises `ConfigError`."""
    if not re.match(r"^[a-z]+://", target):
        if settings is not None and target in settings.sites:
            return settings.sites[target]
        if "." not in target and settings is not None:
            return settings.site(target)  # raises with the ids that there are
        raise ConfigError(
            f"{target!r} is neither a URL nor a known site id.",
            hint=f"Write https://{target} for a URL, or give --sites FILE for site ids.",
        )
    if not re.match(r"^https?://[^\s/]+", target):
        raise ConfigError(
            f"{target!r} is no http or https URL.", hint="Write it as https://www.example.com/."
        )
    for site in settings.sites.values() if settings else ():
        if site.url.rstrip("/") == target.rstrip("/"):
            return site
    return Site(id=re.sub(r"[^a-z0-9-]+", "-", host_of(target)).strip("-")[:63] or "site", url=target)
