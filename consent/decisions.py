"""The privacy officer's decisions about items: kept in the store, written as TOML, read back.

Both places have one shape, `consent.model.sites.Decision`: the tables ``[[sites.ID.decisions]]`` of sites.toml. What stands
in the file goes before what is in the store.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from consent.model.errors import ConfigError, NotFoundError
from consent.model.files import read_bounded
from consent.model.inventory import Inventory, InventoryItem
from consent.model.scans import ScanItem
from consent.model.sites import Decision, decision_problems
from consent.model.tables import read_table
from consent.store import Store
from consent.store.entries import DecisionRow
from consent.times import now_ms

LARGEST = 4 * 1024 * 1024
"""Bytes of a file of decisions: some ten thousand of them."""


async def decisions_of(store: Store, site: str) -> tuple[Decision, ...]:
    """Return the decisions of a site that hold."""
    return tuple(decision_of(row) for row in await store.decisions(site))


async def record(store: Store, site: str, decisions: Iterable[Decision]) -> None:
    """Store decisions, all or none; raises `ConfigError` where one cannot stand.

    One that has no date is dated now.
    """
    rows = []
    for number, decision in enumerate(decisions):
        problems = decision_problems(decision)
        if problems:
            raise ConfigError(f"decisions[{number}] ({decision.name}): {'; '.join(problems)}.")
        rows.append(_row(site, decision))
    await store.decide(rows)


async def take_back(
    store: Store, site: str, *, name: str, kind: str, host: str, reviewer: str, reason: str
) -> None:
    """Let the rules judge an item again; raises `NotFoundError` where nothing is decided about it."""
    held = next(
        (row for row in await store.decisions(site) if (row.name, row.kind, row.host) == (name, kind, host)),
        None,
    )
    if held is None:
        raise NotFoundError(
            f"Nothing is decided about the {kind} {name!r}{f' on {host}' if host else ''}.",
            hint=f"consentry knowledge decisions {site} lists what is.",
        )
    await store.decide(
        [held._replace(category=None, criterion=None, decided=now_ms(), reviewer=reviewer, reason=reason)]
    )


def to_toml(site: str, decisions: Iterable[Decision]) -> str:
    """Return decisions as the tables ``[[sites.ID.decisions]]`` of sites.toml; keys without a value are left out."""
    tables = []
    for decision in decisions:
        table: dict[str, Any] = {}
        for key, value in msgspec.structs.asdict(decision).items():
            if value not in {None, ""}:
                table[key] = value if isinstance(value, dt.date) else str(value)
        tables.append(table)
    return tomli_w.dumps({"sites": {site: {"decisions": tables}}}) if tables else ""


def read_toml(path: Path, site: str) -> tuple[Decision, ...]:
    """Read a site's decisions from a file as `to_toml` writes it, or from a whole sites.toml.

    Raises `ConfigError` that lists every mistake with its key.
    """
    import tomli  # noqa: PLC0415 - the commands that need no file start faster without it

    data = read_bounded(path, LARGEST, hint="Give a file of decisions.")
    try:
        tables = tomli.loads(data.decode())
    except (UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}.") from error
    given = tables.get("sites", {})
    found = (
        given.get(site, {}).get("decisions")
        if isinstance(given, dict) and isinstance(given.get(site, {}), dict)
        else None
    )
    if not isinstance(found, list) or not found:
        raise ConfigError(f"{path}: there is no [[sites.{site}.decisions]] in it.")
    problems: list[str] = []
    decisions = []
    for number, table in enumerate(found):
        where = f"sites.{site}.decisions[{number}]"
        decision = read_table(table, Decision, where, problems)
        if decision is not None:
            problems.extend(f"{where}.{problem}" for problem in decision_problems(decision))
            decisions.append(decision)
    if problems:
        listed = "\n".join(f"  {problem.strip()}" for problem in problems)
        raise ConfigError(
            f"{path}: {len(problems)} {'mistake' if len(problems) == 1 else 'mistakes'}:\n{listed}",
            hint="docs/configuration.md has every key.",
        )
    return tuple(decisions)


def with_decisions(inventory: Inventory, decisions: Iterable[Decision]) -> Inventory:
    """Return an inventory as a scan would give it with these decisions; the first one about an item counts.

    So what was decided after the scan can be published without another one. Blocking rules are about requests, and no
    decision changes them.
    """
    given = tuple(decisions)
    if not given:
        return inventory
    items = tuple(
        _decided(item, next((one for one in given if covers(one, item)), None)) for item in inventory.items
    )
    return msgspec.structs.replace(inventory, items=items)


def _decided(item: InventoryItem, decision: Decision | None) -> InventoryItem:
    if decision is None:
        return item
    return msgspec.structs.replace(
        item,
        category=decision.category,
        vendor=decision.vendor or item.vendor,
        purpose=decision.purpose or item.purpose,
    )


def covers(decision: Decision, item: InventoryItem | ScanItem) -> bool:
    """Whether a decision is about an item: kind, host or one above it, and name, where ``*`` stands for anything.

    An item's own name may hold ``*`` too; a decision about that very pattern is about it.
    """
    if decision.kind != item.kind:
        return False
    host = decision.host.lower().lstrip(".")
    if host and item.host != host and not item.host.endswith(f".{host}"):
        return False
    if decision.name == item.name:
        return True
    pattern = ".*".join(map(re.escape, decision.name.split("*")))
    return "*" in decision.name and re.fullmatch(pattern, item.name, re.DOTALL) is not None


def _row(site: str, decision: Decision) -> DecisionRow:
    decided = now_ms()
    if decision.decided is not None and decision.decided != _day(decided):
        start = dt.datetime.combine(decision.decided, dt.time(), tzinfo=dt.UTC)
        decided = int(start.timestamp()) * 1000
    return DecisionRow(
        site=site,
        kind=decision.kind,
        name=decision.name,
        host=decision.host.lstrip(".").lower(),
        category=str(decision.category),
        criterion=decision.criterion,
        vendor=decision.vendor,
        purpose=decision.purpose,
        reason=decision.reason,
        reviewer=decision.reviewer,
        decided=decided,
        lifetime=decision.lifetime,
        set_by=decision.set_by,
    )


def decision_of(row: DecisionRow) -> Decision:
    """Return the decision that a stored row holds; not for one that takes an earlier one back."""
    fields = row._asdict() | {"decided": _day(row.decided)}
    del fields["site"]
    return msgspec.convert(fields, Decision)


def _day(milliseconds: int) -> dt.date:
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC).date()
