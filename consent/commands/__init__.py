"""One module for each command of the program, and the options that they share."""

from __future__ import annotations

import os
from pathlib import Path

import click

from consent.model.sites import Server, Settings, load_sites

sites_option = click.option(
    "--sites",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sites.toml"),
    show_default=True,
    metavar="FILE",
    help="The sites file.",
)
database_option = click.option(
    "--database",
    metavar="URL",
    help="Where the consent log is; else CONSENTRY_DATABASE, else the sites file says it.",
)


def database_url(option: str | None, settings: Settings | None = None, *, sites: Path | None = None) -> str:
    """Return the database: the option's, else the environment's, else the sites file's, else the default one.

    ``sites`` is read only where it is needed and there; commands that only look at a log do without it.
    """
    chosen = option or os.environ.get("CONSENTRY_DATABASE")
    if chosen:
        return chosen
    if settings is None and sites is not None and sites.exists():
        settings = load_sites(sites)
    return settings.server.database if settings is not None else Server().database
