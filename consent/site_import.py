"""What another consent tool's configuration says of a site, taken over into sites.toml: settings, and decisions about items.

Reading such files takes the scanner's knowledge of their formats: whoever can read them says so by an entry point of the
group ``consentry.configurations``. What a site's file already says is never changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Literal

import msgspec

from consent.model.categories import Category
from consent.model.configurations import Configuration, ConfiguredItem
from consent.model.errors import ConfigError
from consent.model.sites import Decision
from consent.wording import languages

GROUP = "consentry.configurations"


Read = Callable[[Path], Configuration]
"""Reads a file; raises `ConfigError` where it is no configuration that it knows."""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a configuration: a table to join into the site's, and what is left for a person."""

    table: dict[str, Any]
    left: tuple[str, ...]


def read_configuration(path: Path) -> Configuration:
    """Read a file; raises `ConfigError` where nothing that is installed can, or where it is no configuration."""
    for point in entry_points(group=GROUP):
        read: Read = point.load()
        try:
            return read(path)
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"Reading {path} needs {error.name}.", hint="pip install 'consentry[scan]'"
            ) from error
    raise ConfigError(f"Nothing that is installed can read {path}.", hint="pip install 'consentry[scan]'")


def taken(
    found: Configuration, site: dict[str, Any], *, criterion: Literal["A", "B"] | None, today: dt.date
) -> Taken:
    """Return what to add to a site's table as it stands.

    What the tool calls necessary becomes a decision only with a ``criterion`` of WP194, by which somebody says that it is
    exempt; else it is left to be decided.
    """
    left = list(found.left)
    decided = {
        (one.get("name"), one.get("kind", "cookie"), one.get("host", "")) for one in site.get("decisions", ())
    }
    decisions = []
    for item in found.items:
        if (item.name, item.kind, item.host) in decided:
            left.append(f"{item.kind} {item.name}: is decided already.")
        elif item.category is Category.UNCLASSIFIED:
            left.append(
                f"{item.kind} {item.name}: is filed under {item.filed or 'nothing'}; decide what it is."
            )
        elif item.category is Category.NECESSARY and criterion is None:
            left.append(
                f"{item.kind} {item.name}: is called necessary; say by which criterion of WP194 (--criterion), or decide."
            )
        else:
            decisions.append(_decision(found.tool, item, criterion, today))
    table, kept = _missing(_spoken(found.settings, left), site)
    left += [f"{key}: is set already and stays." for key in kept]
    if decisions:
        table["decisions"] = decisions
    return Taken(table=table, left=tuple(left))


def _spoken(settings: dict[str, Any], left: list[str]) -> dict[str, Any]:
    """Return settings without the languages that there are no texts for."""
    spoken = dict(settings)
    given = spoken.pop("languages", ())
    known = [tag for tag in given if tag in languages()]
    left += [f"{tag}: there are no texts in this language." for tag in given if tag not in known]
    if known:
        spoken["languages"] = known
    banner = dict(spoken.pop("banner", {}))
    texts = {tag: own for tag, own in banner.pop("texts", {}).items() if tag in known}
    if texts:
        banner["texts"] = texts
    if banner:
        spoken["banner"] = banner
    return spoken


def _decision(
    tool: str, item: ConfiguredItem, criterion: Literal["A", "B"] | None, today: dt.date
) -> dict[str, Any]:
    necessary = item.category is Category.NECESSARY
    decision = Decision(
        name=item.name,
        category=item.category,
        kind=item.kind,
        host=item.host,
        vendor=item.vendor,
        purpose=item.purpose,
        reason=f"From the site's {tool} configuration, where it is filed under {item.filed or item.category}.",
        criterion=criterion if necessary else None,
        decided=today,
    )
    return {
        key: value if isinstance(value, dt.date) else str(value)
        for key, value in msgspec.structs.asdict(decision).items()
        if value not in {None, ""}
    }


def _missing(
    settings: dict[str, Any], site: dict[str, Any], where: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Return the settings that a site does not have, and the keys of those that it has with another value."""
    table: dict[str, Any] = {}
    kept: list[str] = []
    for key, value in settings.items():
        there = site.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            inner, more = _missing(value, there, f"{where}{key}.")
            kept += more
            if inner:
                table[key] = inner
        elif there is None:
            table[key] = value
        elif there != value:
            kept.append(f"{where}{key}")
    return table, kept
