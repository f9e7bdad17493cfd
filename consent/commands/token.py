"""`consentry token`: create, list and revoke tokens of the administration's API."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from consent import tokens
from consent.audit import audited, local_actor
from consent.commands import check_sites, database_option, database_url, sites_option, with_store
from consent.store import Store
from consent.times import DAY_MS, now_ms, parse_rfc3339
from consent.tokens import NewToken, Scope, Token

_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.group()
def command() -> None:
    """Make, list and end the tokens with which programs use /v1/admin."""


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([str(scope) for scope in Scope]),
    multiple=True,
    required=True,
    help="What it may do; repeatable. admin may do everything.",
)
@click.option("--site", "of_sites", metavar="SITE", multiple=True, help="Only for this site; repeatable.")
@click.option(
    "--days", type=click.IntRange(min=1), default=365, show_default=True, help="For how long it is good."
)
@sites_option
@database_option
@_json
def create_command(
    *,
    name: str,
    scopes: tuple[str, ...],
    of_sites: tuple[str, ...],
    days: int,
    sites: Path,
    database: str | None,
    as_json: bool,
) -> None:
    """Make a token called NAME and print it, once: the database keeps only its hash."""
    check_sites(of_sites, sites)

    async def create(store: Store) -> NewToken:
        chosen = [Scope(scope) for scope in scopes]
        details = {"name": name, "scopes": " ".join(scopes), "sites": " ".join(of_sites)}
        async with audited(store, actor=local_actor(), action="token.create", **details):
            return await tokens.create(
                store, name=name, scopes=chosen, sites=of_sites, expires_ms=now_ms() + days * DAY_MS
            )

    made = with_store(database_url(database, sites=sites), create)
    if as_json:
        click.echo(msgspec.json.encode({"data": made}))
        return
    click.echo(f"{_told(made.token)}\nIt is shown only now:\n")
    click.echo(made.secret)


@command.command("list")
@sites_option
@database_option
@_json
def list_command(*, sites: Path, database: str | None, as_json: bool) -> None:
    """List all tokens, without their secrets."""
    found = with_store(database_url(database, sites=sites), tokens.listed)
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
        return
    for token in found:
        click.echo(_told(token))
    if not found:
        click.echo("There are no tokens: consentry token create NAME --scope read")


@command.command("revoke")
@click.argument("token_id")
@sites_option
@database_option
@_json
def revoke_command(*, token_id: str, sites: Path, database: str | None, as_json: bool) -> None:
    """End the token TOKEN_ID (its middle part) at once, on every server."""

    async def revoke(store: Store) -> None:
        async with audited(store, actor=local_actor(), action="token.revoke", token=token_id[:64]):
            await tokens.revoke(store, token_id)

    with_store(database_url(database, sites=sites), revoke)
    click.echo(msgspec.json.encode({"data": {"revoked": token_id}}) if as_json else f"Revoked {token_id}.")


def _told(token: Token) -> str:
    sites = ", ".join(token.sites) or "all sites"
    state = f"until {(token.expires or 'revoked')[:10]}"
    if token.revoked:
        state = f"revoked {token.revoked[:10]}"
    elif token.expires and parse_rfc3339(token.expires) <= datetime.now(tz=UTC).timestamp() * 1000:
        state = f"expired {token.expires[:10]}"
    return f"{token.id}  {token.name}: {', '.join(token.scopes)} on {sites}, {state}"
