"""Sites from a spreadsheet: a CSV file with one row for each, every one checked before any is taken.

Columns: ``id`` and ``url``, and any of those in `COLUMNS`; lists have spaces between their entries. The separator may be a
comma, a semicolon or a tab, as spreadsheets write them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from pathlib import Path
from typing import Any

from consent.model.errors import ConfigError
from consent.model.files import read_bounded
from consent.model.sites import SITE_ID, Site
from consent.model.tables import closest, read_table

Table = dict[str, Any]

LARGEST = 4 * 1024 * 1024
"""Bytes: some twenty thousand sites."""
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "url": ("url",),
    "group": ("group",),
    "name": ("name",),
    "hosts": ("hosts",),
    "languages": ("languages",),
    "jurisdiction": ("jurisdiction",),
    "policy_url": ("policy_url",),
    "imprint_url": ("imprint_url",),
    "controller": ("controller", "name"),
    "controller_address": ("controller", "address"),
    "controller_contact": ("controller", "contact"),
    "accent": ("banner", "accent"),
}
"""Each column, and the key of a site that it fills."""
_LISTS = frozenset({"hosts", "languages"})
_NEEDED = ("id", "url")


def read_rows(path: Path, *, known: Collection[str] = (), groups: Collection[str] = ()) -> dict[str, Table]:
    """Return each row's site table by its id.

    ``known`` are ids that are taken, ``groups`` the ids that a row may name. Raises `ConfigError` that lists every mistake
    with its row and column, as a spreadsheet counts rows.
    """
    reader = csv.DictReader(io.StringIO(_text(path)), dialect=_dialect(path))
    heads = [(head or "").strip().lower() for head in reader.fieldnames or ()]
    reader.fieldnames = heads
    problems = [
        f"column {head!r}: unknown; expected one of {', '.join(COLUMNS)}. {closest(head, COLUMNS)}".rstrip()
        for head in heads
        if head not in COLUMNS
    ]
    problems += [f"column {head!r}: missing; it is needed" for head in _NEEDED if head not in heads]
    problems += [
        f"column {head!r}: stands there twice" for head in sorted({h for h in heads if heads.count(h) > 1})
    ]
    tables: dict[str, Table] = {}
    if not problems:
        try:
            for row in reader:
                _take(row, f"row {reader.line_num}", tables, problems, known=known, groups=groups)
        except csv.Error as error:
            problems.append(f"row {reader.line_num}: cannot be read: {error}")
        if not tables and not problems:
            problems.append("row 2: expected a site; there is none")
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        count = f"{len(problems)} {'mistake' if len(problems) == 1 else 'mistakes'}"
        raise ConfigError(
            f"{path}: {count}, and no site was added:\n{listed}", hint="Mend these rows and try again."
        )
    return tables


def _take(
    row: dict[str, Any],
    where: str,
    tables: dict[str, Table],
    problems: list[str],
    *,
    known: Collection[str],
    groups: Collection[str],
) -> None:
    if None in row:
        problems.append(f"{where}: has more cells than there are columns")
        return
    cells = {head: (value or "").strip() for head, value in row.items()}
    if not any(cells.values()):
        return
    site_id = cells["id"]
    before = len(problems)
    if not SITE_ID.match(site_id):
        problems.append(
            f"{where}, id: expected at most 63 lower-case letters, digits and hyphens, got {site_id!r}"
        )
    elif site_id in known:
        problems.append(f"{where}, id: {site_id!r} is in the sites file already")
    elif site_id in tables:
        problems.append(f"{where}, id: {site_id!r} stands in an earlier row too")
    group = cells.get("group", "")
    if group and group not in groups:
        problems.append(
            f"{where}, group: there is no [groups.{group}] in the sites file. {closest(group, groups)}".rstrip()
        )
    table = _table(cells)
    told: list[str] = []
    read_table(table | {"id": site_id}, Site, where, told, hidden=("id",))
    problems.extend(f"{where}, {_column(problem.removeprefix(f'{where}.'))}" for problem in told)
    if len(problems) == before:
        tables[site_id] = table


def _table(cells: dict[str, str]) -> Table:
    table: Table = {}
    for column, keys in COLUMNS.items():
        value = cells.get(column, "")
        if column == "id" or not value:
            continue
        inner = table
        for key in keys[:-1]:
            inner = inner.setdefault(key, {})
        inner[keys[-1]] = value.split() if column in _LISTS else value
    return table


def _column(problem: str) -> str:
    """Name the column instead of the key."""
    key, separator, told = problem.partition(":")
    named = next((column for column, keys in COLUMNS.items() if ".".join(keys) == key), key)
    return f"{named}{separator}{told}"


def _text(path: Path) -> str:
    data = read_bounded(path, LARGEST, hint="Split the file.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: byte {error.start} is not UTF-8.", hint='Save it as "CSV UTF-8".'
        ) from error


def _dialect(path: Path) -> type[csv.Dialect]:
    """Return commas, semicolons or tabs: whichever the first line has most of."""
    first = _text(path).partition("\n")[0]

    class Chosen(csv.excel):
        delimiter = max(",;\t", key=first.count)
        strict = True

    return Chosen
