"""Numbered SQL files, one folder for each store: ``NNNN_name.sql``, applied in order, each in its own transaction."""

from __future__ import annotations

import hashlib
import re
from importlib.resources import files
from typing import NamedTuple

from consent.model.errors import StoreError

_NAME = re.compile(r"^(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql$")


class Migration(NamedTuple):
    """One numbered file; ``sha256`` (hex) shows later whether the file that was applied has changed."""

    number: int
    name: str
    sql: str
    sha256: str


def migrations(store: str) -> list[Migration]:
    """Return a store's migrations in order; raises `StoreError` where the numbers have a gap."""
    found: list[Migration] = []
    for file in files(__name__).joinpath(store).iterdir():
        match = _NAME.match(file.name)
        if match:
            text = file.read_text(encoding="utf-8")
            digest = hashlib.sha256(text.encode()).hexdigest()
            found.append(Migration(int(match["number"]), match["name"], text, digest))
    found.sort()
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise StoreError(f"The migrations of {store} are not numbered 1, 2, 3 … without gaps.")
    return found


def pending(store: str, applied: dict[int, str]) -> list[Migration]:
    """Return what is still to be applied, given the numbers and hashes that were.

    Raises `StoreError` where the storage was made by a newer program, or a file that was applied has changed since.
    """
    known = migrations(store)
    newest = max(applied, default=0)
    if newest > len(known):
        raise StoreError(
            f"The database has schema {newest}, this program knows {len(known)}.",
            hint="Use a newer consentry.",
        )
    for migration in known[:newest]:
        if applied.get(migration.number) != migration.sha256:
            raise StoreError(
                f"Migration {migration.number:04d}_{migration.name} was applied in another form than the one shipped.",
                hint="Use the program that made this database.",
            )
    return known[newest:]
