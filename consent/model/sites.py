"""sites.toml parsed once into frozen objects; every mistake in the file is reported, not only the first.

`load_sites` is the only reader. A key that is not a field of the classes below is an error, so that a misspelt setting
never goes unnoticed. `sites.example.toml` shows every key.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from consent.model.categories import Category, ConsentState
from consent.model.errors import ConfigError, NotFoundError

HttpUrl = Annotated[str, Meta(pattern=r"^https?://[^\s/]+")]
SITE_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of sites.toml: no unknown keys."""


class Server(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How `consentry serve` listens and where it keeps the log.

    ``public_url`` is the address under which visitors' browsers reach it (TLS ends in front of it).
    """

    database: str = "sqlite:///consentry.db"
    listen: Annotated[str, Meta(pattern=r"^.+:\d{1,5}$")] = "127.0.0.1:8080"
    public_url: HttpUrl | None = None


class Controller(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the processing (GDPR Art. 4(7)); shown in the declaration and in receipts."""

    name: str
    address: str = ""
    contact: str = ""


class ScanSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one site is scanned. Durations in seconds."""

    pages: Annotated[int, Meta(ge=1, le=100_000)] = 20
    concurrency: Annotated[int, Meta(ge=1, le=64)] = 4
    states: tuple[ConsentState, ...] = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    respect_robots: bool = True
    timeout_s: Annotated[float, Meta(gt=0, le=600)] = 30.0
    dwell_s: Annotated[float, Meta(ge=0, le=120)] = 0.3


class BannerSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the visitor sees, and for how long a decision holds (CNIL 2020-091: six months for yes and no alike)."""

    position: Literal["bottom", "center"] = "bottom"
    consent_days: Annotated[int, Meta(ge=1, le=395)] = 180
    unknown: Literal["strict", "discover"] = "strict"
    reload_on_withdraw: bool = True
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f4fd8"
    texts: dict[str, dict[str, str]] = {}


class Decision(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the privacy officer decided about one item; it outranks every rule.

    ``name`` may hold ``*``. An item decided as necessary says by which criterion of WP194 it is exempt.
    """

    name: str
    category: Category
    kind: str = "cookie"
    host: str = ""
    vendor: str = ""
    purpose: str = ""
    reason: str = ""
    criterion: Literal["A", "B"] | None = None
    reviewer: str = ""
    decided: dt.date | None = None


class Site(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One site: ``id`` is its key in the file. ``hosts`` are further hosts that count as the site's own."""

    id: str
    url: HttpUrl
    name: str = ""
    hosts: tuple[str, ...] = ()
    languages: Annotated[tuple[str, ...], Meta(min_length=1)] = ("en",)
    jurisdiction: str = "EU"
    policy_url: HttpUrl | None = None
    imprint_url: HttpUrl | None = None
    controller: Controller | None = None
    scan: ScanSettings = ScanSettings()
    banner: BannerSettings = BannerSettings()
    decisions: tuple[Decision, ...] = ()


class Settings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    path: str
    server: Server
    sites: dict[str, Site]

    def site(self, site_id: str) -> Site:
        """Return the site with this id; raises `NotFoundError` that lists the known ids."""
        try:
            return self.sites[site_id]
        except KeyError:
            known = ", ".join(sorted(self.sites)) or "none"
            raise NotFoundError(
                f"{self.path} has no site {site_id!r} (known: {known}).",
                hint=_closest(site_id, list(self.sites)) or "Add a [sites.<id>] table.",
            ) from None


def load_sites(path: str | Path) -> Settings:
    """Read sites.toml.

    Raises `ConfigError` whose message lists every mistake with file, key, what was expected and a hint.
    """
    path = Path(path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file.", hint="Copy sites.example.toml to sites.toml and edit it."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}", hint="Mend that line.") from error

    problems = [
        f"{key}: unknown key; expected one of server, sites. {_closest(key, ['server', 'sites'])}"
        for key in sorted(set(data) - {"server", "sites"})
    ]
    server = _table(data.get("server", {}), Server, "server", problems) or Server()
    sites: dict[str, Site] = {}
    tables = data.get("sites", {})
    if not isinstance(tables, dict):
        problems.append("sites: expected tables [sites.<id>]")
        tables = {}
    for site_id, table in tables.items():
        where = f"sites.{site_id}"
        if not SITE_ID.match(site_id):
            problems.append(f"{where}: expected an id of lower-case letters, digits and hyphens")
            continue
        if isinstance(table, dict) and "id" in table:
            problems.append(f"{where}.id: unknown key; the id is the table's own name")
            continue
        entry = table | {"id": site_id} if isinstance(table, dict) else table
        site = _table(entry, Site, where, problems)
        if site is not None:
            sites[site_id] = site
            _check_site(site, where, problems)
    if not problems and not sites:
        problems.append("sites: expected at least one [sites.<id>] table with a url")
    if problems:
        listed = "\n".join(f"  {problem.strip()}" for problem in problems)
        raise ConfigError(
            f"{path}: {len(problems)} mistake(s):\n{listed}\nsites.example.toml shows every key."
        )
    return Settings(path=str(path), server=server, sites=sites)


T = TypeVar("T", bound=msgspec.Struct)
_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


def _table(data: Any, kind: type[T], where: str, problems: list[str]) -> T | None:
    """Convert one table; append what is wrong to ``problems`` and return None where it cannot be used."""
    unknown = list(_unknown_keys(data, kind, where))
    problems.extend(unknown)
    if unknown:
        return None
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        found = _AT.search(str(error))
        inner = found["path"] if found else ""
        key = f"{where}.{inner}".rstrip(".") if not inner.startswith("[") else f"{where}{inner}"
        problems.append(f"{key}: {_AT.sub('', str(error))}")
        return None


def _unknown_keys(data: Any, kind: Any, where: str) -> Iterator[str]:
    """Name each key that ``kind`` does not have, with the closest one that it has."""
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if _is_table(kind) and isinstance(data, dict):
        hints = get_type_hints(kind, include_extras=True)
        for key, value in data.items():
            if key in hints:
                yield from _unknown_keys(value, hints[key], f"{where}.{key}")
            else:
                expected = ", ".join(name for name in hints if name != "id")
                yield f"{where}.{key}: unknown key; expected one of {expected}. {_closest(key, list(hints))}"
    elif get_origin(kind) is tuple and isinstance(data, list):
        for number, value in enumerate(data):
            yield from _unknown_keys(value, get_args(kind)[0], f"{where}[{number}]")
    else:  # "Controller | None": look into the table among the alternatives
        for option in filter(_is_table, get_args(kind)):
            yield from _unknown_keys(data, option, where)


def _is_table(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _check_site(site: Site, where: str, problems: list[str]) -> None:
    """Rules between keys."""
    for number, decision in enumerate(site.decisions):
        key = f"{where}.decisions[{number}]"
        if decision.category is Category.UNCLASSIFIED:
            problems.append(
                f"{key}.category: expected one of the four categories; unclassified is no decision"
            )
        if decision.category is Category.NECESSARY and decision.criterion is None:
            problems.append(f'{key}.criterion: expected "A" or "B" (WP194): why is it exempt from consent?')
    if ConsentState.BEFORE not in site.scan.states:
        problems.append(
            f'{where}.scan.states: expected "before" among them; the other states are compared with it'
        )


def _closest(key: str, known: list[str]) -> str:
    match = difflib.get_close_matches(key, known, n=1)
    return f"Did you mean {match[0]!r}?" if match else ""
