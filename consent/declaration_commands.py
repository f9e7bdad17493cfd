"""`consentry widget declaration` and `consentry widget policy`: the published declaration as a file, for a static site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import click

from consent.banner import build
from consent.commands import database_option, database_url, emit, sites_option, with_store
from consent.declaration import Declaration, Published, declaration_of
from consent.declaration_changes import history_of
from consent.declaration_files import File, Format, declaration_file, policy_file
from consent.model.errors import ConfigError, NotFoundError
from consent.model.sites import Settings, Site, load_sites
from consent.publication import current_inventory
from consent.store import Store
from consent.wording import languages

_lang = click.option("--lang", metavar="TAG", help="The language; by default the site's first.")
_out = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="The file to write."
)
_public_url = click.option(
    "--public-url", metavar="URL", help="The consent server's address as visitors' browsers see it."
)


@click.command("declaration")
@click.argument("site")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "js", "json", "md"]),
    default="html",
    show_default=True,
    help="A page, the script that puts it into a page, data, or Markdown.",
)
@_lang
@_out
@sites_option
@database_option
@_public_url
def declaration_command(
    *,
    site: str,
    kind: Format,
    lang: str | None,
    out: Path | None,
    sites: Path,
    database: str | None,
    public_url: str | None,
) -> None:
    """Write the cookie declaration of SITE, as it is published."""
    settings = load_sites(sites)
    known = settings.site(site)
    server = _server(settings, public_url)

    def make(declaration: Declaration) -> File:
        return declaration_file(declaration, known, kind, server=server, fixed=lang is not None)

    emit(out, _made(known, lang, server, database_url(database, settings), make))


@click.command("policy")
@click.argument("site")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "md"]),
    default="html",
    show_default=True,
    help="A page to print, or Markdown.",
)
@_lang
@_out
@sites_option
@database_option
@_public_url
def policy_command(
    *,
    site: str,
    kind: Literal["html", "md"],
    lang: str | None,
    out: Path | None,
    sites: Path,
    database: str | None,
    public_url: str | None,
) -> None:
    """Write the cookie policy of SITE, made from its published declaration."""
    settings = load_sites(sites)
    known = settings.site(site)
    server = _server(settings, public_url)

    def make(declaration: Declaration) -> File:
        return policy_file(declaration, known, kind, server=server)

    emit(out, _made(known, lang, server, database_url(database, settings), make))


def _made(
    site: Site, lang: str | None, server: str, database: str, make: Callable[[Declaration], File]
) -> bytes:
    if lang is not None and lang not in languages():
        raise ConfigError(
            f"--lang {lang}: there are no texts for it.", hint=f"Known: {', '.join(languages())}."
        )

    async def work(store: Store) -> Declaration:
        current = next((one for one in await store.publications() if one.site == site.id), None)
        if current is None:
            raise NotFoundError(
                f"Nothing is published for the site {site.id!r}.",
                hint=f"Publish a scan first: consentry widget publish {site.id} --report report.json",
            )
        inventory = await current_inventory(store, current)
        history = await history_of(store, site.id)
        published = Published(
            notice_version=build(site, inventory, public_url=server).notice_version,
            first=history.first,
            changes=history.changes,
        )
        return declaration_of(site, inventory, published, language=lang or "")

    return make(with_store(database, work)).content


def _server(settings: Settings, public_url: str | None) -> str:
    return public_url or settings.server.public_url or f"http://{settings.server.listen}"
