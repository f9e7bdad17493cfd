"""Changes to a sites.toml that somebody keeps by hand: its comments and order stay, and it is whole at every moment.

What would come out is read as every command reads it before anything is written.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from consent.model.errors import ConfigError
from consent.model.groups import joined
from consent.model.sites import Settings, settings_of

Table = dict[str, Any]


def add_sites(path: Path, tables: Mapping[str, Table]) -> Settings:
    """Append site tables by their ids to a sites.toml, which is made where there is none; returns the new settings.

    Raises `ConfigError` where an id is taken, or where the file would not be valid; then it is as it was.
    """
    document = _read(path)
    sites = document.setdefault("sites", tomlkit.table(is_super_table=True))
    taken = sorted(set(tables) & set(sites))
    if taken:
        raise ConfigError(
            f"{path}: has the sites {', '.join(taken)} already.",
            hint="Leave them out, or give them other ids.",
        )
    for site_id, table in tables.items():
        sites.add(site_id, _table(table))
    text = tomlkit.dumps(document)
    settings = settings_of(tomllib.loads(text), path)
    _write(path, text)
    return settings


def join_site(path: Path, site_id: str, table: Table) -> Settings:
    """Add what a site's table lacks: keys, tables, and entries to its lists of tables; returns the new settings.

    Raises `ConfigError` where there is no such site, or where the file would not be valid; then it is as it was.
    """
    document = _read(path)
    site = document.get("sites", {}).get(site_id)
    if site is None:
        raise ConfigError(f"{path}: has no site {site_id!r}.", hint="Add it first, or give --url.")
    _join(site, table)
    text = tomlkit.dumps(document)
    settings = settings_of(tomllib.loads(text), path)
    _write(path, text)
    return settings


def site_table(path: Path, site_id: str) -> Table | None:
    """Return a site's table as a file has it, with what its group says; None where it has none."""
    data: Table = _read(path).unwrap()
    found = data.get("sites", {}).get(site_id)
    if not isinstance(found, dict):
        return None
    shared = data.get("groups", {}).get(found.get("group"))
    return joined(shared, found) if isinstance(shared, dict) else found


def _join(there: Any, table: Table) -> None:
    for key, value in table.items():
        if isinstance(value, dict) and key in there:
            _join(there[key], value)
        elif isinstance(value, list) and key in there:
            for one in value:
                there[key].append(_table(one) if isinstance(one, dict) else one)
        else:
            for name, made in _table({key: value}).items():
                there.add(name, made)


def settings_with(path: Path, tables: Mapping[str, Table]) -> Settings:
    """Return the settings as `add_sites` would leave them, and write nothing; raises as it does."""
    document = _read(path)
    data: Table = document.unwrap()
    return settings_of(data | {"sites": {**data.get("sites", {}), **tables}}, path)


def known_sites(path: Path) -> frozenset[str]:
    """Return the ids of the sites in a file; none where there is no file."""
    sites = _read(path).get("sites", {})
    return frozenset(sites) if isinstance(sites, dict) else frozenset()


def known_groups(path: Path) -> frozenset[str]:
    """Return the ids of the groups in a file; none where there is no file."""
    groups = _read(path).get("groups", {})
    return frozenset(groups) if isinstance(groups, dict) else frozenset()


def _read(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, TOMLKitError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}.", hint="Mend that line.") from error


def _table(values: Table) -> Any:
    """Return a table whose inner tables stand below it under their own headings, and lists of tables likewise."""
    table = tomlkit.table()
    inner = {key: value for key, value in values.items() if _is_tables(value)}
    for key, value in values.items():
        if key not in inner:
            table.add(key, value)
    for key, value in inner.items():
        if isinstance(value, dict):
            table.add(key, _table(value))
        else:
            tables = tomlkit.aot()
            for one in value:
                tables.append(_table(one))
            table.add(key, tables)
    return table


def _is_tables(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(one, dict) for one in value)
    return isinstance(value, dict)


def _write(path: Path, text: str) -> None:
    """Replace a file by another in one step; who may read it stays as it is."""
    target = path.resolve()
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o644
        Path(part).chmod(mode)
        Path(part).replace(target)
    except OSError as error:
        if part:
            with contextlib.suppress(OSError):
                Path(part).unlink()
        raise ConfigError(f"{path}: cannot be written: {error.strerror}.") from error
