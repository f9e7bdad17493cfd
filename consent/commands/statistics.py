"""`consentry statistics`: what visitors of a site answered, with how sure that is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from consent.audit import audited, local_actor
from consent.commands import database_option, database_url, json_option, sites_option, with_store
from consent.model.errors import ConfigError, NotFoundError
from consent.model.sites import Settings, load_sites
from consent.statistics.csv_table import to_csv
from consent.statistics.queries import By, Statistics, span_of, statistics_of
from consent.statistics.rollup import LARGE_PAGE, RollUp, rebuild
from consent.statistics.text_table import to_text
from consent.store import Store

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("site")
@click.option("--from", "since", type=_DAY, metavar="DAY", help="The first day (UTC); else 30 days back.")
@click.option("--to", "until", type=_DAY, metavar="DAY", help="The last day (UTC); else today.")
@click.option(
    "--by",
    type=click.Choice([one.value for one in By]),
    default=By.DAY.value,
    show_default=True,
    help="What visits are told apart by.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--rebuild", "anew", is_flag=True, help="Count the whole log anew first, for all sites.")
@click.option(
    "--without-erased", is_flag=True, help="With --rebuild: also where erased records are counted no more."
)
@sites_option
@database_option
@json_option
def command(
    *,
    site: str,
    since: datetime | None,
    until: datetime | None,
    by: str,
    as_csv: bool,
    anew: bool,
    without_erased: bool,
    sites: Path,
    database: str | None,
    as_json: bool,
) -> None:
    """Show what visitors of SITE were shown and answered.

    What the log has and was not counted yet is counted first. Nothing is called higher or lower than chance can explain.
    """
    if as_csv and as_json:
        raise ConfigError("--csv and --json cannot be given together.", hint="Give one of them.")
    if without_erased and not anew:
        raise ConfigError("--without-erased says how to count anew.", hint="Give --rebuild too.")
    settings = load_sites(sites) if sites.exists() else None
    span = span_of(
        since.date() if since else None, until.date() if until else None, today=datetime.now(tz=UTC).date()
    )

    async def read(store: Store) -> Statistics:
        await _check_site(store, settings, site)
        if anew:
            async with audited(store, actor=local_actor(), action="statistics.rebuild"):
                await rebuild(store, without_erased=without_erased)
        await RollUp(store).catch_up(page=LARGE_PAGE)
        return await statistics_of(store, site, span, By(by))

    found = with_store(database_url(database, settings), read)
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
    elif as_csv:
        click.echo(to_csv(found), nl=False)
    else:
        click.echo(to_text(found))


async def _check_site(store: Store, settings: Settings | None, site: str) -> None:
    """Refuse a site that neither the sites file nor the log knows: most likely it is misspelt."""
    known = {one.site for one in await store.publications()} | set(settings.sites if settings else ())
    if site not in known:
        raise NotFoundError(
            f"There is no site {site!r} in the log (known: {', '.join(sorted(known)) or 'none'}).",
            hint="Give the site's id: its table's name in sites.toml.",
        )
