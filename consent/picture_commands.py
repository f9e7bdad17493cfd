"""`consentry widget pictures` draws the banners that nobody has drawn yet; `consentry log pictures` writes kept pictures to files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import click

from consent import pictures
from consent.audit import local_actor
from consent.banner import Banner, build
from consent.commands import (
    database_option,
    database_url,
    emit,
    folder_option,
    json_option,
    report,
    sites_option,
    with_store,
)
from consent.model.errors import ConfigError, IntegrityError, NotFoundError
from consent.model.sites import Settings, Site, load_sites
from consent.publication import current_inventory
from consent.store import Store
from consent.web.assets import widget_assets

LEAST_DIGITS = 8
"""Digits of a notice version that must be given; fewer name another notice too soon."""


def scene_of(site: Site, banner: Banner) -> pictures.Scene:
    """Return what is drawn of a banner: the site's page with the widget in its first language."""
    script, parts = widget_assets(banner)
    server = banner.config.server
    return pictures.Scene(
        url=site.url,
        language=site.languages[0],
        script=script.bodies[""].decode(),
        parts={f"{server}/w/{site.id}.{name}.js": part.bodies[""].decode() for name, part in parts.items()},
    )


def pictured(site: Site, banner: Banner, database: str) -> Mapping[str, str]:
    """Draw a banner, unless that was done, and keep the pictures.

    Returns their hashes by form, or the reason why there are none as ``none``; nothing where they are there already.
    """
    scene = scene_of(site, banner)
    version = banner.notice_version

    async def known(store: Store) -> bool:
        return await pictures.is_known(store, version, scene)

    async def keep(store: Store) -> Mapping[str, str]:
        return await pictures.keep(
            store, actor=local_actor(), site=site.id, notice_version=version, scene=scene, pictures=made
        )

    if with_store(database, known):
        return {}
    made = pictures.drawn(scene, pictures.drawer())
    return with_store(database, keep)


@click.command("pictures")
@click.argument("site", required=False)
@sites_option
@database_option
@click.option(
    "--public-url", metavar="URL", help="The consent server's address as visitors' browsers see it."
)
@json_option
def draw_command(
    *, site: str | None, sites: Path, database: str | None, public_url: str | None, as_json: bool
) -> None:
    """Draw what SITE (else every site) shows now, where nobody has yet, and keep the pictures.

    For notices that were published where there is no browser: by the API, in the dashboard, or by a server after sites.toml changed.
    """
    settings = load_sites(sites)
    wanted = [settings.site(site)] if site else list(settings.sites.values())
    url = database_url(database, settings)
    address = public_url or settings.server.public_url or f"http://{settings.server.listen}"
    banners = with_store(url, lambda store: _current(store, wanted, address))
    if not banners:
        raise NotFoundError(
            "Nothing is published yet.",
            hint="Publish a scan: consentry widget publish SITE --report report.json",
        )
    told = {one.id: dict(pictured(one, banner, url)) for one, banner in banners}
    lines = [f"{name}: {_words(made)}" for name, made in told.items()]
    report(told, "\n".join(lines), as_json=as_json)
    for name, made in told.items():
        if "none" in made:
            raise ConfigError(
                f"No picture of {name} was made: {made['none']}.",
                hint="Run this where there is a browser: consentry doctor",
            )


def _words(made: Mapping[str, str]) -> str:
    if "none" in made:
        return "none were made"
    return (
        f"drew {', '.join(name for name in ('desktop', 'phone') if name in made)}"
        if made
        else "are there already"
    )


async def _current(store: Store, sites: list[Site], address: str) -> list[tuple[Site, Banner]]:
    """Return what is published of these sites, as it would be shown now."""
    current = {one.site: one for one in await store.publications()}
    found = []
    for site in sites:
        if site.id not in current:
            continue
        banner = build(site, await current_inventory(store, current[site.id]), public_url=address)
        if await store.notice(banner.notice_version) is None:
            raise ConfigError(
                f"sites.{site.id} was changed since, and what it shows now is not published.",
                hint=f"Restart the server, or run: consentry widget publish {site.id} --inventory inventory.json",
            )
        found.append((site, banner))
    return found


@click.command("pictures")
@click.argument("notice")
@folder_option
@sites_option
@database_option
@json_option
def export_command(*, notice: str, out: Path, sites: Path, database: str | None, as_json: bool) -> None:
    """Write the kept pictures of NOTICE (its version, or the first digits) into DIR.

    Each is compared with the hash that is sealed in the log; one that was altered, or that the log does not know, ends it with 1.
    """
    settings: Settings | None = load_sites(sites) if sites.exists() else None
    files = with_store(database_url(database, settings), lambda store: _files(store, notice))
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        emit(out / name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    lines = [f"{out / name}  SHA-256 {digest}" for name, digest in hashes.items()]
    report(hashes, "\n".join(lines), as_json=as_json)


async def _files(store: Store, notice: str) -> dict[str, bytes]:
    """Return a notice's pictures by file name; raises `IntegrityError` where one is not as it was sealed."""
    versions = [one for one in await store.notice_versions() if one.startswith(notice.lower())]
    if len(notice) < LEAST_DIGITS or len(versions) != 1:
        raise NotFoundError(
            f"{notice!r} names {'no notice' if not versions else 'more than one notice'}.",
            hint=f"Give at least {LEAST_DIGITS} digits of a record's notice_version.",
        )
    [version] = versions
    told = await pictures.sealed(store, version)
    rows = await store.pictures(version)
    if not rows:
        why = next((one["none"] for one in told if "none" in one), "nobody has drawn it yet")
        raise NotFoundError(
            f"There is no picture of the notice {version}: {why}.",
            hint="Draw what is shown now: consentry widget pictures",
        )
    sealed = {(one.get(form), one.get("widget")) for one in told for form in ("desktop", "phone")}
    files = {}
    for row in rows:
        digest = hashlib.sha256(row.content).hexdigest()
        if (digest, row.widget_sha256) not in sealed or digest != row.sha256:
            raise IntegrityError(
                f"The {row.form} picture {row.sha256} of the notice {version} is not what was sealed.",
                hint="Run: consentry log verify",
            )
        files[f"{version[:16]}-{row.form}-{row.widget_sha256[:8]}.png"] = row.content
    return files
