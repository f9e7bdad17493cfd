"""Groups of sites.toml: what several sites share stands once, in ``[groups.<id>]``, and a site names it with ``group``.

A site's own key goes before its group's; tables are joined key by key, lists are not, but for decisions: the site's come
first, and the first one about an item counts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from consent.model.tables import closest, read_table

S = TypeVar("S", bound=msgspec.Struct)
Table = dict[str, Any]

_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")
_OWN = ("id", "url", "group")
"""What no two sites share."""
_ALTERNATIVES = {"cron": "every", "every": "cron"}
"""Keys that exclude each other: a site's own puts the other one of its group away."""
_ANY_URL = "https://group.example/"


def read_groups(
    tables: Any, kind: type[S], check: Callable[[S, str, list[str]], None], problems: list[str]
) -> dict[str, Table | None]:
    """Return each group's table by its id, None where something in it is wrong; each mistake is told once, as the group's.

    ``kind`` is the struct of a site, ``check`` tells what is wrong between its keys.
    """
    if not isinstance(tables, dict):
        problems.append("groups: expected tables [groups.<id>]")
        return {}
    return {group_id: _read(group_id, table, kind, check, problems) for group_id, table in tables.items()}


def _read(
    group_id: str, table: Any, kind: type[S], check: Callable[[S, str, list[str]], None], problems: list[str]
) -> Table | None:
    where = f"groups.{group_id}"
    before = len(problems)
    if not _ID.match(group_id):
        problems.append(f"{where}: expected an id of at most 63 lower-case letters, digits and hyphens")
    if not isinstance(table, dict):
        problems.append(f"{where}: expected a table")
        return None
    problems.extend(
        f"{where}.{key}: unknown key; it belongs to a site, and sites in a group do not share it"
        for key in _OWN
        if key in table
    )
    shared = {key: value for key, value in table.items() if key not in _OWN}
    read = read_table(shared | {"id": group_id, "url": _ANY_URL}, kind, where, problems, hidden=_OWN)
    if read is not None:
        check(read, where, problems)
    return shared if len(problems) == before else None


def with_group(table: Table, where: str, groups: dict[str, Table | None], problems: list[str]) -> Table:
    """Return a site's table with what its group says and it does not."""
    name = table.get("group", "")
    if not isinstance(name, str) or not name:
        return table
    if name not in groups:
        problems.append(f"{where}.group: there is no [groups.{name}]. {_known(name, groups)}".rstrip())
        return table
    return joined(groups[name] or {}, table)


def joined(shared: Table, own: Table) -> Table:
    """Return two tables as one: ``own`` goes before ``shared``, key by key."""
    result = {key: value for key, value in shared.items() if _ALTERNATIVES.get(key) not in own}
    for key, value in own.items():
        there = result.get(key)
        if isinstance(there, dict) and isinstance(value, dict):
            result[key] = joined(there, value)
        elif key == "decisions" and isinstance(there, list) and isinstance(value, list):
            result[key] = [*value, *there]
        else:
            result[key] = value
    return result


def _known(name: str, groups: Iterable[str]) -> str:
    return closest(name, groups) or f"Known groups: {', '.join(sorted(groups)) or 'none'}."
