"""sites.toml parsed once into frozen objects; every mistake in the file is reported, not only the first.

`load_sites` is the only reader. A key that is not a field of the classes below is an error, so that a misspelt setting
never goes unnoticed. `sites.example.toml` shows every key.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import textwrap
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from consent.model.alerts import AlertSettings, SecretRef, SmtpSettings, alert_problems
from consent.model.categories import Category, ConsentState
from consent.model.errors import ConfigError, NotFoundError
from consent.model.groups import Table, read_groups, with_group
from consent.model.inventory import StorageKind
from consent.model.schedule import ScheduleSettings, schedule_problems
from consent.model.tables import closest, read_table

HttpUrl = Annotated[
    str, Meta(pattern=r"^https?://[^\s/]+", description="a URL that starts with http:// or https://")
]
Signal = Literal["google", "uet", "clarity", "meta", "tiktok", "hubspot", "matomo", "wordpress"]
"""Vendors whose own consent interface the widget can tell."""
Region = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description='an ISO 3166 code such as "FR" or "US-CA"')
]
_LAST_PORT = 65_535
SMALLEST = '[sites.shop]\nurl = "https://www.example.com"\n'
"""A whole sites.toml, for somebody who has none."""
SITE_ID = re.compile(r"^[a-z0-9][a-z0-9-]{0,62}$")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of sites.toml: no unknown keys."""


class Server(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How `consentry serve` listens and where it keeps the log.

    ``public_url`` is the address under which visitors' browsers reach it (TLS ends in front of it). ``trusted_proxies``
    are addresses and networks (CIDR) that may say in ``forwarded_header`` whom they speak for. The limits are requests a
    minute from one client; ``limit_admin`` counts those that were refused for their token, ``limit_sign_in`` refused
    sign-ins to the dashboard, from one client and to one name. 0 sets no limit. ``sso_header`` is the header in which a
    trusted proxy says who has signed in there, such as ``X-Forwarded-User``.
    ``country_header`` is the header in which a trusted proxy says the visitor's country, such as ``CF-IPCountry``. ``smtp``
    sends alerts, and ``webhook_secret`` signs those that are POSTed.
    """

    database: str = "sqlite:///consentry.db"
    listen: Annotated[str, Meta(pattern=r"^.+:\d{1,5}$", description='"HOST:PORT"')] = "127.0.0.1:8080"
    public_url: HttpUrl | None = None
    trusted_proxies: tuple[str, ...] = ()
    forwarded_header: Literal["x-forwarded-for", "forwarded"] = "x-forwarded-for"
    country_header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,64}$", description="a header's name")] = ""
    limit_consent: Annotated[int, Meta(ge=0)] = 600
    limit_history: Annotated[int, Meta(ge=0)] = 60
    limit_admin: Annotated[int, Meta(ge=0)] = 20
    limit_sign_in: Annotated[int, Meta(ge=0)] = 10
    sso_header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,64}$", description="a header's name")] = ""
    smtp: SmtpSettings | None = None
    webhook_secret: SecretRef | None = None


class Controller(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who answers for the processing (GDPR Art. 4(7)); shown in the declaration and in receipts."""

    name: str
    address: str = ""
    contact: str = ""


class ScanSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one site is scanned. Durations in seconds. ``allow_private`` hosts and networks may be no public ones.

    ``resolve`` entries are curl's ``HOST[:PORT]=ADDR:PORT``. ``keep`` is how many finished scans the database keeps.
    """

    pages: Annotated[int, Meta(ge=1, le=100_000)] = 20
    concurrency: Annotated[int, Meta(ge=1, le=64)] = 4
    states: tuple[ConsentState, ...] = (ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    respect_robots: bool = True
    timeout_s: Annotated[float, Meta(gt=0, le=600)] = 30.0
    dwell_s: Annotated[float, Meta(ge=0, le=120)] = 0.3
    allow_private: tuple[str, ...] = ()
    resolve: tuple[str, ...] = ()
    ignore_certificate_errors: bool = False
    keep: Annotated[int, Meta(ge=2, le=10_000)] = 100


Colour = Annotated[str, Meta(pattern=r"^(#[0-9a-fA-F]{6})?$", description='a colour "#rrggbb"')]


class ThemeSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The banner's own look; what is empty is the browser's. Text and surface of a scheme belong together.

    ``radius`` of the corners is in CSS pixels; ``font`` is a CSS list of families.
    """

    surface: Colour = ""
    text: Colour = ""
    dark_surface: Colour = ""
    dark_text: Colour = ""
    radius: Annotated[int, Meta(ge=0, le=32)] | None = None
    font: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9 ,'_-]{0,200}$", description="names of fonts with commas between")
    ] = ""


class BannerSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the visitor sees, and for how long a decision holds (CNIL 2020-091: six months for yes and no alike)."""

    position: Literal["bottom", "center"] = "bottom"
    consent_days: Annotated[int, Meta(ge=1, le=395)] = 180
    notice_shown_share: Annotated[float, Meta(ge=0, le=1)] = 1.0
    self_check: Annotated[float, Meta(ge=0, le=1)] = 0.0
    unknown: Literal["strict", "discover"] = "strict"
    release: Literal["reload", "in_place"] = "reload"
    reload_on_withdraw: bool = True
    accent: Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}$", description='a colour "#rrggbb"')] = "#1f4fd8"
    theme: ThemeSettings = ThemeSettings()
    signals: Literal["auto"] | tuple[Signal, ...] = "auto"
    google_regions: tuple[Region, ...] = ()
    tcf: bool = False
    shims: tuple[Literal["cookiebot", "vanilla"], ...] = ()
    import_decisions: bool = False
    texts: dict[str, dict[str, str]] = {}


class DeclarationSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the declaration and the cookie policy say in the site's own words.

    ``texts`` by language and key of `consent.wording`; ``purposes`` by language and name of an item, in which ``*`` stands for
    anything.
    """

    texts: dict[str, dict[str, str]] = {}
    purposes: dict[str, dict[str, str]] = {}


class LogSettings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a site's records are kept. ``keep_days`` counts from the end of a consent's validity (GDPR Art. 5(1)(e)).

    ``location`` is where the database stands, as exports and receipts tell it: ``Frankfurt, DE``.
    """

    keep_days: Annotated[int, Meta(ge=0, le=36_500)] | None = None
    location: str = ""


LifetimeClass = Literal[
    "",
    "session",
    "up to a day",
    "up to a month",
    "up to 6 months",
    "up to 13 months",
    "over 13 months",
    "until deleted",
]
"""How long a thing was seen to stay, in the classes of `scanner.lifetimes`; empty where nobody looked."""


class Decision(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the privacy officer decided about one item; it outranks every rule.

    ``name`` may hold ``*``. An item decided as necessary says by which criterion of WP194 it is exempt, and why.
    ``lifetime`` and ``set_by`` (a registrable domain) are what the decision was made on: where a scan sees another, the
    decision is told as reopened.
    """

    name: str
    category: Category
    kind: StorageKind = "cookie"
    host: str = ""
    vendor: str = ""
    purpose: str = ""
    reason: str = ""
    criterion: Literal["A", "B"] | None = None
    reviewer: str = ""
    decided: dt.date | None = None
    lifetime: LifetimeClass = ""
    set_by: str = ""


class Site(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One site: ``id`` is its key in the file. ``hosts`` are further hosts that count as the site's own.

    ``group`` is the ``[groups.<id>]`` whose settings hold where the site has none of its own; here they are in place.
    """

    id: str
    url: HttpUrl
    group: str = ""
    name: str = ""
    hosts: tuple[str, ...] = ()
    languages: Annotated[tuple[str, ...], Meta(min_length=1)] = ("en",)
    jurisdiction: str = "EU"
    policy_url: HttpUrl | None = None
    imprint_url: HttpUrl | None = None
    controller: Controller | None = None
    scan: ScanSettings = ScanSettings()
    schedule: ScheduleSettings | None = None
    alerts: AlertSettings | None = None
    banner: BannerSettings = BannerSettings()
    declaration: DeclarationSettings = DeclarationSettings()
    log: LogSettings = LogSettings()
    decisions: tuple[Decision, ...] = ()


class Settings(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file; ``groups`` are the ids of its groups."""

    path: str
    server: Server
    sites: dict[str, Site]
    groups: tuple[str, ...] = ()

    def site(self, site_id: str) -> Site:
        """Return the site with this id; raises `NotFoundError` that lists the known ids."""
        try:
            return self.sites[site_id]
        except KeyError:
            known = ", ".join(sorted(self.sites)) or "none"
            raise NotFoundError(
                f"{self.path} has no site {site_id!r} (known: {known}).",
                hint=closest(site_id, list(self.sites)) or "Add a [sites.<id>] table.",
            ) from None


def load_sites(path: str | Path) -> Settings:
    """Read sites.toml.

    Raises `ConfigError` whose message lists every mistake with file, key, what was expected and a hint.
    """
    return settings_of(_read(Path(path)), path)


def settings_of(data: Table, path: str | Path) -> Settings:
    """Return the settings that the tables of a sites.toml make; raises as `load_sites`. ``path`` is named in the message."""
    known = ("server", "groups", "sites")
    problems = [
        f"{key}: unknown key; expected one of {', '.join(known)}. {closest(key, known)}"
        for key in sorted(set(data) - set(known))
    ]
    server = read_table(data.get("server", {}), Server, "server", problems) or Server()
    if int(server.listen.rpartition(":")[2]) > _LAST_PORT:
        problems.append(
            f'server.listen: expected "HOST:PORT" with a port up to {_LAST_PORT}, got {server.listen!r}.'
        )
    problems.extend(_no_network(entry) for entry in server.trusted_proxies if not _is_network(entry))
    groups = read_groups(data.get("groups", {}), Site, _check_site, problems)
    sites = _sites(data.get("sites", {}), groups, problems)
    for site in sites.values():
        if site.alerts is not None:
            told = alert_problems(site.alerts, smtp="smtp" in data.get("server", {}))
            problems.extend(f"sites.{site.id}.alerts{problem}" for problem in told)
    if not problems and not sites:
        problems.append("sites: expected at least one [sites.<id>] table with a url")
    if problems:
        listed = "\n".join(f"  {problem.strip()}" for problem in problems)
        raise ConfigError(
            f"{path}: {len(problems)} {'mistake' if len(problems) == 1 else 'mistakes'}:\n{listed}",
            hint="sites.example.toml shows every key.",
        )
    return Settings(path=str(path), server=server, sites=sites, groups=tuple(groups))


def _is_network(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry)
    except ValueError:
        return False
    return True


def _no_network(entry: str) -> str:
    return f'server.trusted_proxies: expected an address or network such as "10.0.0.0/8", got {entry!r}'


def _read(path: Path) -> dict[str, Any]:
    """The file's tables, or `ConfigError` where it cannot be read or is no TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such file.",
            hint="Name your site in it; these two lines are enough:\n"
            + textwrap.indent(SMALLEST, "    ").rstrip(),
        ) from None
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}.", hint="Name a file that this user may read."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: byte {error.start} is not UTF-8.",
            hint="Save the file as UTF-8; TOML allows nothing else.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}.", hint="Mend that line.") from error


def _sites(tables: Any, groups: dict[str, Table | None], problems: list[str]) -> dict[str, Site]:
    """Convert the [sites.<id>] tables; append what is wrong to ``problems`` and leave such a site out."""
    if not isinstance(tables, dict):
        problems.append("sites: expected tables [sites.<id>]")
        return {}
    sites: dict[str, Site] = {}
    for site_id, table in tables.items():
        where = f"sites.{site_id}"
        if not SITE_ID.match(site_id):
            problems.append(f"{where}: expected an id of at most 63 lower-case letters, digits and hyphens")
        elif isinstance(table, dict) and "id" in table:
            problems.append(f"{where}.id: unknown key; the id is the table's own name")
        else:
            entry = table
            if isinstance(table, dict):
                entry = with_group(table, where, groups, problems) | {"id": site_id}
            site = read_table(entry, Site, where, problems, hidden=("id",))
            if site is not None:
                sites[site_id] = site
                _check_site(site, where, problems)
    return sites


def _check_site(site: Site, where: str, problems: list[str]) -> None:
    """Rules between keys."""
    for number, decision in enumerate(site.decisions):
        key = f"{where}.decisions[{number}]"
        problems.extend(f"{key}.{problem}" for problem in decision_problems(decision))
    if site.schedule is not None:
        problems.extend(f"{where}.schedule{problem}" for problem in schedule_problems(site.schedule))
    if ConsentState.BEFORE not in site.scan.states:
        problems.append(
            f'{where}.scan.states: expected "before" among them; the other states are compared with it'
        )


def decision_problems(decision: Decision) -> list[str]:
    """Return what is wrong with a decision, each as ``key: what was expected``; empty where it can stand."""
    problems = []
    if not decision.name.strip("* "):
        problems.append("name: expected a name; * alone would decide about everything")
    if decision.category is Category.UNCLASSIFIED:
        problems.append("category: expected one of the four categories; unclassified is no decision")
    if decision.category is Category.NECESSARY:
        if decision.criterion is None:
            problems.append('criterion: expected "A" or "B" (WP194): why is it exempt from consent?')
        if not decision.reason.strip():
            problems.append("reason: expected why it is exempt from consent, in a sentence")
    return problems
