"""`consentry user`: add, list and remove the people who may use the dashboard, and set their passwords."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
import msgspec

from consent import users
from consent.audit import audited, local_actor
from consent.commands import check_sites, database_option, database_url, json_option, sites_option, with_store
from consent.model.errors import ConfigError
from consent.store import Store
from consent.users import Role, User

PASSWORD = "CONSENTRY_PASSWORD"  # noqa: S105 - the name of a variable
LONGEST_FILE = 4096

_password_file = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=f"Where the password is, - for standard input; else {PASSWORD}, else you are asked.",
)


@click.group()
def command() -> None:
    """Add, list and remove the people who may use the dashboard (/admin)."""


@command.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in Role]),
    default=str(Role.REVIEWER),
    show_default=True,
    help="A reviewer reads and decides about items; an admin does the rest, too.",
)
@click.option("--site", "of_sites", metavar="SITE", multiple=True, help="Only for this site; repeatable.")
@_password_file
@click.option("--no-password", is_flag=True, help="They are signed in by a trusted proxy alone (sso_header).")
@sites_option
@database_option
@json_option
def add_command(
    *,
    name: str,
    role: str,
    of_sites: tuple[str, ...],
    password_file: Path | None,
    no_password: bool,
    sites: Path,
    database: str | None,
    as_json: bool,
) -> None:
    """Add a person called NAME, such as ada or ada@shop.example.

    A password is never an argument: those of a running program can be read by everybody on the machine.
    """
    name = users.canonical(name)
    check_sites(of_sites, sites)
    password = None if no_password else _password(password_file)

    async def add(store: Store) -> User:
        details = {"user": name, "role": role, "sites": " ".join(of_sites)}
        async with audited(store, actor=local_actor(), action="user.add", **details):
            return await users.add(store, name=name, role=Role(role), sites=of_sites, password=password)

    made = with_store(database_url(database, sites=sites), add)
    click.echo(msgspec.json.encode({"data": made}) if as_json else _told(made))


@command.command("list")
@sites_option
@database_option
@json_option
def list_command(*, sites: Path, database: str | None, as_json: bool) -> None:
    """List everybody, without their passwords."""
    found = with_store(database_url(database, sites=sites), users.listed)
    if as_json:
        click.echo(msgspec.json.encode({"data": found}))
        return
    for user in found:
        click.echo(_told(user))
    if not found:
        click.echo("There is nobody: consentry user add NAME --role admin")


@command.command("passwd")
@click.argument("name")
@_password_file
@sites_option
@database_option
@json_option
def passwd_command(
    *, name: str, password_file: Path | None, sites: Path, database: str | None, as_json: bool
) -> None:
    """Set the password of NAME anew; all their sessions end at once."""
    name = users.canonical(name)
    password = _password(password_file)

    async def change(store: Store) -> None:
        async with audited(store, actor=local_actor(), action="user.password", user=name):
            await users.set_password(store, name, password)

    with_store(database_url(database, sites=sites), change)
    click.echo(msgspec.json.encode({"data": {"changed": name}}) if as_json else f"{name} has a new password.")


@command.command("remove")
@click.argument("name")
@sites_option
@database_option
@json_option
def remove_command(*, name: str, sites: Path, database: str | None, as_json: bool) -> None:
    """Remove NAME; all their sessions end at once. What they did stays in the audit."""
    name = users.canonical(name)

    async def remove(store: Store) -> None:
        async with audited(store, actor=local_actor(), action="user.remove", user=name):
            await users.remove(store, name)

    with_store(database_url(database, sites=sites), remove)
    click.echo(msgspec.json.encode({"data": {"removed": name}}) if as_json else f"Removed {name}.")


def _password(file: Path | None) -> str:
    """Return the password from a file, the environment or the keyboard; raises `ConfigError` where there is none."""
    if file is not None:
        return _first_line(file)
    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise ConfigError(
            "There is nobody to ask for a password.", hint=f"Give --password-file FILE, or set {PASSWORD}."
        )
    typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return typed


def _first_line(file: Path) -> str:
    try:
        if str(file) == "-":
            text = sys.stdin.read(LONGEST_FILE)
        else:
            with file.open(encoding="utf-8") as opened:
                text = opened.read(LONGEST_FILE)
    except OSError as error:
        raise ConfigError(
            f"{file}: cannot be read: {error.strerror}.", hint="Name a readable file."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: is not UTF-8.", hint="Write the password as UTF-8 text.") from error
    line = text.partition("\n")[0].removesuffix("\r")
    if not line:
        raise ConfigError(f"{file}: its first line is empty.", hint="The first line is the password.")
    return line


def _told(user: User) -> str:
    sites = ", ".join(user.sites) or "all sites"
    return f"{user.name}: {user.role} on {sites}, {'since' if user.password else 'without a password, since'} {user.created[:10]}"
