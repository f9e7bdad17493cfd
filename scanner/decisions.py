"""The stored decisions for the scanner's commands, and what a scan saw of what is to be decided.

A database of decisions is used where there is one; a scan needs none.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from consent.decisions import decisions_of
from consent.model.alerts import secret
from consent.model.errors import ConfigError
from consent.model.sites import Decision, Server, Settings
from consent.store import Store, open_store
from scanner.lifetimes import lifetime_class
from scanner.parties import setter_of
from scanner.report import Item, Report

T = TypeVar("T")
DATABASE_VARIABLE = "CONSENTRY_DATABASE"


def database_of(option: str | None, settings: Settings | None) -> str:
    """Return the database: the option's, else the environment's, else the sites file's, else the default one.

    Each may be "file:/path" or "env:NAME" that holds the URL. Raises `ConfigError` where that holds nothing.
    """
    chosen = (
        option
        or os.environ.get(DATABASE_VARIABLE)
        or (settings.server.database if settings is not None else Server().database)
    )
    return secret(chosen, "the database") if chosen.startswith(("file:", "env:")) else chosen


def with_store(url: str, work: Callable[[Store], Awaitable[T]], *, create: bool) -> T:
    """Run ``work`` on a store and close it; raises what `open_store` raises."""

    async def run() -> T:
        store = await open_store(url, create=create)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


def stored_decisions(site: str, option: str | None, settings: Settings | None) -> tuple[Decision, ...]:
    """Return a site's decisions from the database that is named; none where nothing names one that exists.

    A database that the option or the environment names must exist: raises `ConfigError`.
    """
    named = option or os.environ.get(DATABASE_VARIABLE)
    if named is None and settings is None:
        return ()
    try:
        return with_store(
            database_of(option, settings), lambda store: decisions_of(store, site), create=False
        )
    except ConfigError:
        if named:
            raise
        return ()


def seen_of(report: Report, *, name: str, kind: str, host: str) -> tuple[str, str] | None:
    """Return lifetime class and setter of what a report has under a name (with ``*``); None where it has nothing.

    Of several items the longest lifetime counts; the setter is empty where they have different ones.
    """
    items = [one for one in report.items if one.kind == kind and _is_meant(one, name, host)]
    if not items:
        return None
    longest = max(items, key=lambda one: -1.0 if one.lifetime_s is None else one.lifetime_s)
    setters = {setter_of(one.set_by) for one in items}
    return lifetime_class(longest.lifetime_s, kind=kind), setters.pop() if len(setters) == 1 else ""


def _is_meant(item: Item, name: str, host: str) -> bool:
    if host and item.host != host and not item.host.endswith(f".{host}"):
        return False
    if name in {item.name, item.pattern}:
        return True
    literal = name.replace("[", "[[]").replace("?", "[?]")
    return "*" in name and fnmatchcase(item.name, literal)


def default_report(site: str) -> Path:
    """Return where a scan of a site writes its report by default."""
    return Path("reports") / site / "report.json"
