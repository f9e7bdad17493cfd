"""One module for each command of the program, and the options that they share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from consent.model.alerts import secret
from consent.model.errors import ConfigError
from consent.model.sites import SITE_ID, Server, Settings, load_sites
from consent.store import Store, open_store

T = TypeVar("T")

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

folder_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The folder to write into.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


def database_url(option: str | None, settings: Settings | None = None, *, sites: Path | None = None) -> str:
    """Return the database: the option's, else the environment's, else the sites file's, else the default one.

    ``sites`` is read only where it is needed and there; commands that only look at a log do without it. Each may be
    "file:/path" or "env:NAME" that holds the URL. Raises `ConfigError` where that holds nothing.
    """
    chosen = option or os.environ.get("CONSENTRY_DATABASE")
    if not chosen:
        if settings is None and sites is not None and sites.exists():
            settings = load_sites(sites)
        chosen = settings.server.database if settings is not None else Server().database
    # A URL with a password need not stand in an environment that every child inherits, nor in a file of settings.
    return secret(chosen, "the database") if chosen.startswith(("file:", "env:")) else chosen


def with_store(database: str, work: Callable[[Store], Coroutine[Any, Any, T]]) -> T:
    """Open the store that is there, do the work, and close it; raises what the work raises."""

    async def run() -> T:
        async with _store(database) as store:
            return await work(store)

    return asyncio.run(run())


@contextlib.asynccontextmanager
async def _store(database: str) -> AsyncIterator[Store]:
    store = await open_store(database, create=False)
    try:
        yield store
    finally:
        await store.close()


def check_sites(names: tuple[str, ...], file: Path) -> None:
    """Raise `ConfigError` where a name is no site id, `NotFoundError` where a sites file that is there does not have it."""
    settings = load_sites(file) if file.exists() else None
    for name in names:
        if not SITE_ID.match(name):
            raise ConfigError(f"{name!r} is no site id.", hint="Lower-case letters, digits and hyphens.")
        if settings is not None:
            settings.site(name)


def report(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result: for programs as ``{"data": …}``, or for people."""
    click.echo(msgspec.json.encode({"data": data}) if as_json else text)


def emit(out: Path | None, content: bytes) -> None:
    """Write to a file, or to standard output."""
    with opened(out) as write:
        write(content)


@contextlib.contextmanager
def opened(out: Path | None) -> Iterator[Callable[[bytes], Any]]:
    """Yield a function that writes: to standard output, or to a file that appears only when it is complete."""
    if out is None:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        part.replace(out)
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
