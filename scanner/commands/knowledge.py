"""`consentry knowledge`: what is known of a cookie or host, what else to learn from, and what was decided."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, get_args

import click
import msgspec

from consent.audit import audited, local_actor
from consent.decisions import decisions_of, read_toml, record, take_back, to_toml
from consent.model.categories import CATEGORIES, Category
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import StorageKind
from consent.model.sites import SITE_ID, Decision, Settings, decision_problems, load_sites
from consent.store import Store
from scanner.classify import Classifier
from scanner.classify.explain import explain
from scanner.classify.explained import in_words
from scanner.decisions import database_of, default_report, seen_of, with_store
from scanner.knowledge import Knowledge
from scanner.knowledge.data_folder import data_folder, write_whole
from scanner.knowledge.filter_lists import can_match, remove_list, stored_lists
from scanner.knowledge.formats import formats, read_source
from scanner.knowledge.imported import remove_source, store_source, stored_sources
from scanner.knowledge.local import LocalKnowledge
from scanner.knowledge.update import update
from scanner.report import load_report

KINDS: tuple[str, ...] = get_args(StorageKind)

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
_sites = click.option(
    "--sites",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("sites.toml"),
    show_default=True,
    metavar="FILE",
    help="The sites file.",
)
_database = click.option(
    "--database",
    metavar="URL",
    help="Where decisions are kept; else CONSENTRY_DATABASE, else the sites file says it.",
)


@click.group()
def command() -> None:
    """Explain what is known, add to it, and decide what nobody knows."""


@command.command("show")
@click.argument("subject", metavar="NAME|HOST|URL")
@click.option("--host", default="", metavar="HOST", help="The host that keeps a cookie or storage key.")
@click.option("--site", default="", metavar="HOST", help="The host of the visited site.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="cookie",
    show_default=True,
    help="What kind of thing NAME is.",
)
@_json
def show_command(*, subject: str, host: str, site: str, kind: str, as_json: bool) -> None:
    """Explain how a cookie's NAME, a HOST or a URL is judged: each rule that fits, its source, and what decides."""
    classifier = Classifier(Knowledge.load(), site_host=site, local=LocalKnowledge.load())
    found = explain(classifier, subject, host=host, site=site, kind=kind)
    if as_json:
        _echo_json(found)
    else:
        click.echo(in_words(found), nl=False)


@command.command("update")
@click.option(
    "--list",
    "sources",
    multiple=True,
    metavar="FILE|URL",
    help="A filter list to load; repeatable. Else those that are stored, or EasyPrivacy and EasyList.",
)
@_json
def update_command(*, sources: tuple[str, ...], as_json: bool) -> None:
    """Load filter lists into the data folder: all of them, or none where one cannot be had.

    Nothing else fetches lists. They have licences of their own, which are shown and kept.
    """
    loaded = update(sources)
    if as_json:
        _echo_json(loaded)
        return
    for info in loaded:
        click.echo(f"{info.title}, version {info.version}: {info.rules:,} rules, taken as {info.says}")
        click.echo(f"  licence: {info.licence}\n  from {info.source}")
    if not can_match():
        click.echo("They are stored, but nothing can read them yet: pip install 'consentry[lists]'")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["auto", *formats()]),
    default="auto",
    show_default=True,
    help="What FILE is, where it is not recognised.",
)
@click.option(
    "--licence", default="", metavar="TEXT", help="The licence of FILE, where it does not say so itself."
)
@_json
def import_command(*, file: Path, file_format: str, licence: str, as_json: bool) -> None:
    """Learn from FILE: an Open Cookie Database CSV, a Klaro or vanilla-cookieconsent configuration, a declaration as JSON.

    What it says ranks below every rule of Consentry's own. Importing a file again replaces what it said before.
    """
    source = read_source(file, format=file_format, licence=licence)
    path = store_source(source)
    counts = Counter(fact.category or "no category of the four" for fact in source.facts)
    if as_json:
        _echo_json(
            {
                "id": source.id,
                "title": source.title,
                "format": source.format,
                "licence": source.licence,
                "facts": len(source.facts),
                "categories": counts,
                "path": str(path),
            }
        )
        return
    click.echo(
        f"{source.title}: {len(source.facts):,} {'name' if len(source.facts) == 1 else 'names'} as {source.id}"
    )
    click.echo(f"  licence: {source.licence}")
    for category, count in counts.most_common():
        click.echo(f"  {count:>6,} {category}")


@command.command("sources")
@click.option("--remove", default="", metavar="ID", help="Forget this import or list.")
@_json
def sources_command(*, remove: str, as_json: bool) -> None:
    """List what was imported or loaded, with licence and date, or remove one."""
    if remove:
        if not remove_source(remove) and not remove_list(remove):
            raise NotFoundError(
                f"There is no source {remove!r}.", hint="consentry knowledge sources lists them."
            )
        if not as_json:
            click.echo(f"Removed {remove}.")
            return
    rows: list[dict[str, Any]] = [
        {
            "id": one.id,
            "kind": one.format,
            "title": one.title,
            "date": one.imported,
            "entries": len(one.facts),
            "licence": one.licence,
            "source": one.file,
            "version": "",
        }
        for one in stored_sources()
    ]
    rows.extend(
        {
            "id": one.id,
            "kind": "filter list",
            "title": one.title,
            "date": one.updated,
            "entries": one.rules,
            "licence": one.licence,
            "source": one.source,
            "version": one.version,
        }
        for one in stored_lists()
    )
    if as_json:
        _echo_json(rows)
        return
    if not rows:
        click.echo(f"Nothing beyond the shipped rules ({data_folder()}).")
        click.echo(
            "  consentry knowledge update loads filter lists, consentry knowledge import learns from a file."
        )
    for row in rows:
        click.echo(
            f"{row['id']}: {row['title']} ({row['kind']}), {row['entries']:,} {'entry' if row['entries'] == 1 else 'entries'}, {row['date'][:10]}"
        )
        version = f", version {row['version']}" if row["version"] else ""
        click.echo(f"  licence: {row['licence']}\n  from {row['source']}{version}")
    if stored_lists() and not can_match():
        click.echo(
            "The filter lists are not used until their matcher is there: pip install 'consentry[lists]'"
        )


@command.command("decide")
@click.argument("site")
@click.argument("name")
@click.option("--category", type=click.Choice([str(one) for one in CATEGORIES]), help="What the item is.")
@click.option(
    "--criterion",
    type=click.Choice(["A", "B"]),
    help="Why something necessary is exempt (WP194): A, it only carries the transmission; B, a service asked for.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why it is decided so.")
@click.option("--reviewer", required=True, metavar="NAME", help="Who decides.")
@click.option("--purpose", default="", metavar="TEXT", help="What it is for, as visitors read it.")
@click.option("--vendor", default="", metavar="NAME", help="Whose it is.")
@click.option(
    "--kind", type=click.Choice(KINDS), default="cookie", show_default=True, help="What kind of item."
)
@click.option("--host", default="", metavar="HOST", help="Only on this host and those below it.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The scan on which it is decided (default reports/SITE/report.json, where there is one).",
)
@click.option(
    "--take-back", is_flag=True, help="Take an earlier decision back, so that the rules judge again."
)
@_sites
@_database
@_json
def decide_command(
    *, site: str, name: str, sites: Path, database: str | None, as_json: bool, **given: Any
) -> None:
    """Decide what the item NAME of SITE is; NAME may hold * for any characters.

    Lifetime and setter of the scan are kept with it: where a later scan sees others, the decision is reopened.
    """
    settings = _settings(sites, site)
    url = database_of(database, settings)
    host = given["host"].lower().lstrip(".")
    if given["take_back"]:

        async def undo(store: Store) -> None:
            async with _on_record(store, "take_back", site, name, reviewer=given["reviewer"]):
                await take_back(
                    store,
                    site,
                    name=name,
                    kind=given["kind"],
                    host=host,
                    reviewer=given["reviewer"],
                    reason=given["reason"],
                )

        with_store(url, undo, create=False)
        _say({"taken_back": name}, as_json, lambda: f"Taken back: the rules judge {name} on {site} again.")
        return
    if given["category"] is None:
        raise ConfigError("--category: expected what the item is.", hint=f"One of {', '.join(CATEGORIES)}.")
    lifetime, setter = _seen(site, name, given["kind"], host, given["report"])
    decision = msgspec.convert(
        {
            "name": name,
            "category": Category(given["category"]),
            "kind": given["kind"],
            "host": host,
            "vendor": given["vendor"],
            "purpose": given["purpose"],
            "reason": given["reason"],
            "criterion": given["criterion"],
            "reviewer": given["reviewer"],
            "decided": dt.datetime.now(tz=dt.UTC).date(),
            "lifetime": lifetime,
            "set_by": setter,
        },
        Decision,
    )
    problems = decision_problems(decision)
    if problems:
        raise ConfigError(f"{name}: {'; '.join(problems)}.", hint="Give --criterion and --reason.")

    async def decide(store: Store) -> None:
        chosen = str(decision.category)
        async with _on_record(store, "decide", site, name, reviewer=decision.reviewer, category=chosen):
            await record(store, site, [decision])

    with_store(url, decide, create=True)
    made_on = f"made on: {lifetime}, set by {setter or 'nobody known'}" if lifetime else "made without a scan"
    _say(decision, as_json, lambda: f"Decided: {name} on {site} is {decision.category} ({made_on}).")


@command.command("decisions")
@click.argument("site")
@click.option(
    "--export",
    "export",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write them as the tables [[sites.SITE.decisions]] of sites.toml.",
)
@click.option(
    "--import",
    "taken",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Take over those of such a file, all or none.",
)
@_sites
@_database
@_json
def decisions_command(
    *, site: str, export: Path | None, taken: Path | None, sites: Path, database: str | None, as_json: bool
) -> None:
    """List what was decided about SITE, write it to a file, or take it over from one."""
    settings = _settings(sites, site)
    url = database_of(database, settings)
    if taken is not None:
        new = read_toml(taken, site)

        async def take_over(store: Store) -> None:
            async with _on_record(store, "import", site, f"{len(new)} decisions", file=taken.name):
                await record(store, site, new)

        with_store(url, take_over, create=True)
    decisions = with_store(url, lambda store: decisions_of(store, site), create=False)
    if export is not None:
        write_whole(export.absolute(), to_toml(site, decisions).encode())
    if as_json:
        _echo_json(decisions)
        return
    if taken is not None:
        click.echo(f"Took over {len(new)} decision(s) from {taken}.")
    if export is not None:
        click.echo(f"Wrote {len(decisions)} decision(s) to {export}.")
        return
    for one in decisions:
        exempt = f", exempt by criterion {one.criterion}" if one.criterion else ""
        where = f" on {one.host}" if one.host else ""
        click.echo(f"{one.name} ({one.kind.replace('_', ' ')}{where}): {one.category}{exempt}")
        click.echo(
            f"  {one.decided} by {one.reviewer or 'nobody named'}{f': {one.reason}' if one.reason else ''}"
        )
    if not decisions:
        click.echo(f"Nothing is decided about {site} in this database.")


def _on_record(
    store: Store, verb: str, site: str, subject: str, **details: str
) -> AbstractAsyncContextManager[None]:
    """Put what is decided here into the log of what administrators did."""
    action = f"knowledge.{verb}"
    return audited(store, actor=local_actor(), action=action, site=site, subject=subject, **details)


def _settings(sites: Path, site: str) -> Settings | None:
    """Read the sites file where there is one; the site must then be in it."""
    if not SITE_ID.match(site):
        raise ConfigError(
            f"{site!r} is no site id.", hint="Lower-case letters, digits and hyphens, as in sites.toml."
        )
    if not sites.exists():
        return None
    settings = load_sites(sites)
    settings.site(site)
    return settings


def _seen(site: str, name: str, kind: str, host: str, report: Path | None) -> tuple[str, str]:
    """Return lifetime class and setter that a scan saw; both are empty without one."""
    path = report or default_report(site)
    if report is None and not path.is_file():
        return "", ""
    seen = seen_of(load_report(path), name=name, kind=kind, host=host)
    if seen is None and report is not None:
        raise ConfigError(
            f"{report}: has no {kind.replace('_', ' ')} {name!r}.", hint="Look at the report's items."
        )
    return seen or ("", "")


def _say(data: Any, as_json: bool, text: Callable[[], str]) -> None:
    if as_json:
        _echo_json(data)
    else:
        click.echo(text())


def _echo_json(data: Any) -> None:
    click.echo(msgspec.json.encode({"data": data}))
