"""`consentry widget notice`: what the widget tells visitors who come back, until its last day."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from consent import announcement_files
from consent.announcements import announce, announced
from consent.audit import audited, local_actor
from consent.commands import database_option, database_url, json_option, report, sites_option, with_store
from consent.model.announcements import AnnouncedText, Announcement, NewAnnouncement
from consent.model.errors import ConfigError
from consent.model.sites import Site, load_sites
from consent.store import Store
from consent.store.entries import Publication


@click.command("notice")
@click.argument("site")
@click.option(
    "--file",
    "files",
    multiple=True,
    metavar="[TAG=]FILE",
    help="What `consentry policy notice` wrote: JSON, or Markdown or plain text in the language TAG (repeatable).",
)
@click.option("--text", metavar="TEXT", help="The text itself, in the site's main language.")
@click.option("--title", default="", metavar="TEXT", help='Its title; "Privacy policy" by default.')
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which visitors see it, in UTC.")
@click.option("--link", default="", metavar="URL", help="Where the whole stands; the policy_url by default.")
@click.option("--take-back", is_flag=True, help="Announce nothing any more.")
@sites_option
@database_option
@click.option(
    "--public-url", metavar="URL", help="The consent server's address as visitors' browsers see it."
)
@json_option
def notice_command(
    *,
    site: str,
    files: tuple[str, ...],
    text: str | None,
    title: str,
    until: str | None,
    link: str,
    take_back: bool,
    sites: Path,
    database: str | None,
    public_url: str | None,
    as_json: bool,
) -> None:
    """Tell visitors of SITE who come back of a change, until a day; without options, show what they are told.

    Whoever decided before sees it on each page until they close it. It asks nobody again: that does a notice that changes.
    """
    settings = load_sites(sites)
    known = settings.site(site)
    url = database_url(database, settings)
    if not files and text is None and not take_back:
        if title or until or link:
            raise ConfigError("There is no text.", hint="Give --file FILE, or --text TEXT.")
        found = with_store(url, lambda store: announced(store, known))
        report(
            {"announcement": msgspec.to_builtins(found)}, _shown(known, found) if found else f"{site} announces nothing.", as_json=as_json
        )  # fmt: skip
        return
    if (bool(files) + (text is not None) + take_back) > 1:
        raise ConfigError("--file, --text and --take-back exclude each other.")
    new = None if take_back else _given(known, files, text, title=title, until=until, link=link)
    address = public_url or settings.server.public_url or f"http://{settings.server.listen}"

    async def work(store: Store) -> tuple[Publication, Announcement | None]:
        action = "widget.announce" if new else "widget.announce-end"
        actor = local_actor()
        async with audited(store, actor=actor, action=action, site=site):
            return await announce(store, known, new, public_url=address, actor=actor)

    _, made = with_store(url, work)
    said = _shown(known, made) if made else f"{site} announces nothing any more."
    report({"announcement": msgspec.to_builtins(made)}, said, as_json=as_json)
    _warn(known, made)


def _given(
    site: Site, files: tuple[str, ...], text: str | None, *, title: str, until: str | None, link: str
) -> NewAnnouncement:
    main = site.languages[0]
    texts: dict[str, AnnouncedText] = {}
    if text is not None:
        texts[main] = AnnouncedText(title=title, text=text)
    for given in files:
        tag, _, name = given.rpartition("=") if not Path(given).exists() else ("", "", given)
        content = announcement_files.read(Path(name))
        if announcement_files.is_data(content):
            if len(files) > 1 or tag:
                raise ConfigError(f"{name}: holds all languages already.", hint="Give it alone: --file FILE.")
            data = announcement_files.from_data(content, name)
            return msgspec.structs.replace(data, until=until or data.until, link=link or data.link)
        if (tag or main) in texts:
            raise ConfigError(
                f"{given}: there is a text in {tag or main!r} already.", hint="Write --file de=notice.de.md."
            )
        made, address = announcement_files.from_markdown(content)
        link = link or address
        texts[tag or main] = msgspec.structs.replace(made, title=title or made.title)
    if until is None:
        raise ConfigError(
            "--until: missing.", hint="It is the last day on which visitors see it: --until 2026-12-25."
        )
    return NewAnnouncement(texts=texts, until=until, link=link)


def _shown(site: Site, made: Announcement) -> str:
    lines = [
        f"Visitors of {site.id} who decided before {made.since[:16].replace('T', ' ')} UTC are told, until {made.until}:"
    ]
    for tag, one in made.texts.items():
        lines += ["", f"[{tag}] {one.title or '(Privacy policy)'}", "", one.text]
    return "\n".join([*lines, *(["", made.link] if made.link else [])])


def _warn(site: Site, made: Announcement | None) -> None:
    missing = [tag for tag in site.languages if made and tag not in made.texts]
    if missing:
        click.echo(f"Note: visitors who read {', '.join(missing)} see it in {site.languages[0]}.", err=True)
