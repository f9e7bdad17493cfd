"""The tables of a rule file, and the objects that are made of them.

A table (`VendorFile` and what is inside it) mirrors the TOML exactly and refuses unknown keys; `Vendor`, `Service`,
`ItemRule` and `RequestRule` are what the rest of the scanner works with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from consent.model.categories import Category
from consent.model.inventory import StorageKind
from scanner import parties

Word = Annotated[str, Meta(min_length=1)]
ServiceId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]*$")]
Country = Annotated[str, Meta(pattern=r"^([A-Z]{2})?$")]
Url = Annotated[str, Meta(pattern=r"^(https://\S+)?$")]
Host = Annotated[str, Meta(pattern=r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*(\.\*)?$")]
Path = Annotated[str, Meta(pattern=r"^/")]
Decided = Literal["necessary", "performance", "functionality", "advertising"]
Scope = Literal["any", "first", "vendor"]
Criterion = Literal["A", "B"]


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a rule file: no unknown keys."""


class ItemTable(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[service.item]]``: one or more names that share kind, category and purpose.

    ``words`` are only for generic files: words, or pairs of words with a space, one of which the name must contain
    (see `scanner.knowledge.words`); ``*`` before or after a word takes the end or the beginning of one. The first item
    in the file that fits decides. A name is exact, or holds ``*`` (any characters, or none), or is a regular expression written ``^…$``. ``on`` says
    where the name means this service: on any host, on the visited site's own host (``first``), or only on a host of
    this vendor (``vendor``, right for names that others use too); ``hosts`` narrows it to given hosts. ``yields`` marks
    a name that gives way to what is known of a third party's host. ``longest`` (days) is the lifetime up to which the
    name is evidence at all. ``confidence`` is what the name alone is worth. ``criterion`` says why something necessary
    is exempt from consent (WP29 Opinion 04/2012, WP194): A, it only carries the transmission; B, which holds where none is
    given, the visitor asked for a service that cannot work without it.
    """

    category: Decided
    purpose: Word
    names: tuple[Word, ...] = ()
    words: tuple[Annotated[str, Meta(pattern=r"^\*?[a-z0-9]+( [a-z0-9]+)?\*?$")], ...] = ()
    kinds: Annotated[tuple[StorageKind, ...], Meta(min_length=1)] = ("cookie",)
    lifetime: str = ""
    on: Scope = "any"
    hosts: tuple[Host, ...] = ()
    yields: bool = False
    longest: Annotated[float, Meta(gt=0)] | None = None
    confidence: Annotated[float, Meta(gt=0, le=1)] | None = None
    criterion: Criterion | None = None
    matches: tuple[Word, ...] = ()
    ignores: tuple[Word, ...] = ()


class RequestTable(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[service.request]]``: requests to one of ``hosts`` whose path starts with one of ``paths``.

    ``*`` in a path stands for any characters. Without ``hosts`` it is a signature that is looked for on every host, so
    that a collector under the site's own name (a CNAME or proxy) is recognised; it then needs ``query`` or a path that
    nobody else uses. ``query`` lists what the query string must contain, each as ``name=`` or ``name=start``.
    """

    category: Decided
    paths: tuple[Path, ...] = ()
    hosts: tuple[Host, ...] = ()
    query: tuple[Word, ...] = ()
    purpose: str = ""
    matches: tuple[Word, ...] = ()
    ignores: tuple[Word, ...] = ()


class MailTable(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[service.mail]]``: how the e-mail that this service sends is known (`scanner.knowledge.mail`).

    ``headers`` are names of headers, or ``Name: text`` with ``*`` in the text. ``senders`` are domains, with those below
    them, that sign, bounce or relay such mail. ``opens`` are addresses of pictures that tell of an opening, ``clicks`` those
    through which links lead: ``/path``, with ``?name=`` where the query must begin a parameter so; on ``hosts``, or on
    any where there are none, since senders put them under their own name.
    """

    headers: tuple[Word, ...] = ()
    senders: tuple[Host, ...] = ()
    opens: tuple[Path, ...] = ()
    clicks: tuple[Path, ...] = ()
    hosts: tuple[Host, ...] = ()
    matches: tuple[Word, ...] = ()
    ignores: tuple[Word, ...] = ()


class ServiceTable(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[[service]]``: one product of the vendor. ``category`` holds for its hosts where nothing more exact is known.

    ``loads_others`` marks a tag manager: what its scripts set says nothing about the setter.
    """

    id: ServiceId
    name: Word
    category: Decided
    purpose: Word
    hosts: tuple[Host, ...] = ()
    consent_api: str = ""
    source: Url = ""
    loads_others: bool = False
    request: tuple[RequestTable, ...] = ()
    item: tuple[ItemTable, ...] = ()
    mail: tuple[MailTable, ...] = ()


class VendorFile(_Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole rule file.

    ``generic`` marks names that come from a site's own software rather than from a company: they rank below every
    vendor's rule and give no vendor. ``collective`` marks a file of several small companies of one kind: the category is
    known, and the company is told by its domain. ``matches`` and ``ignores`` are names (or ``name@host``) that the file must claim
    or leave alone; `scanner.knowledge.check` runs them.
    """

    vendor: Word
    service: Annotated[tuple[ServiceTable, ...], Meta(min_length=1)]
    source: Url
    country: Country = ""
    policy_url: Url = ""
    aliases: tuple[Word, ...] = ()
    generic: bool = False
    collective: bool = False
    matches: tuple[Word, ...] = ()
    ignores: tuple[Word, ...] = ()


class Vendor(msgspec.Struct, frozen=True, kw_only=True):
    """A company: ``id`` is its file's name, ``country`` an ISO 3166-1 code of its seat."""

    id: str
    name: str
    country: str
    policy_url: str
    aliases: tuple[str, ...]
    source: str
    generic: bool
    collective: bool = False


class RequestRule(msgspec.Struct, frozen=True, kw_only=True):
    """One path (may be empty) on one host (empty: on any host) of a service."""

    id: str
    service: Service
    category: Category
    host: str
    path: str
    query: tuple[str, ...]
    purpose: str

    def accepts(self, path: str, query: str) -> bool:
        """Whether a request with this path and query string (without ``?``) is meant; the host is already known."""
        if self.path and not (
            path_pattern(self.path)(path) if "*" in self.path else path.startswith(self.path)
        ):
            return False
        return all(_in_query(wanted, query) for wanted in self.query)


class Hosts:
    """Hosts that stand for themselves and what is below them; ``google.*`` stands for Google under any suffix."""

    def __init__(self, hosts: Iterable[str]) -> None:
        self._exact = frozenset(host for host in hosts if not host.endswith(".*"))
        self._anywhere = frozenset(host for host in hosts if host.endswith(".*"))

    def __bool__(self) -> bool:
        return bool(self._exact or self._anywhere)

    def cover(self, host: str) -> bool:
        """Whether ``host`` is one of them or below one."""
        rest = host
        while rest:
            if rest in self._exact:
                return True
            _, _, rest = rest.partition(".")
        return bool(self._anywhere) and not self._anywhere.isdisjoint(under_any_suffix(host))


def under_any_suffix(host: str) -> tuple[str, ...]:
    """Return ``maps.google.*`` and ``google.*`` for ``maps.google.co.uk``, longest first."""
    domain = parties.registrable_domain(host)
    label, _, suffix = domain.partition(".")
    found = []
    rest = host.lower().strip(".")
    while label and suffix and rest.endswith(domain):
        found.append(rest.removesuffix(suffix) + "*")
        _, _, rest = rest.partition(".")
    return tuple(found)


class ItemRule(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One name of a service. ``weight`` counts the literal characters: the longer the name, the surer the match.

    ``order`` is the rank of a rule by words, first 1; 0 for a rule by name. ``id`` is ``vendor.service.name``. ``hosts`` are those on which it may be, empty for any; ``places`` are the same, or the service's where there are none.
    """

    id: str
    service: Service
    category: Category
    name: str
    kinds: tuple[StorageKind, ...]
    purpose: str
    lifetime: str
    lifetime_s: float | None
    on: Scope
    hosts: tuple[str, ...]
    places: Hosts
    yields: bool
    longest_s: float | None
    confidence: float
    exact: bool
    weight: int
    order: int = 0
    criterion: Criterion | Literal[""] = ""


class Service(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A vendor's product with all that is known of it; ``id`` is ``vendor.service``."""

    id: str
    name: str
    vendor: Vendor
    category: Category
    purpose: str
    hosts: tuple[str, ...]
    consent_api: str
    source: str
    loads_others: bool
    requests: list[RequestRule]
    items: list[ItemRule]
    mail: tuple[MailTable, ...] = ()


def is_regex(name: str) -> bool:
    """Whether a rule's name is a regular expression."""
    return name.startswith("^") and name.endswith("$")


@lru_cache(maxsize=4096)
def name_pattern(name: str) -> re.Pattern[str]:
    """Compile a name with ``*`` or a regular expression; raises `re.error` where it is none."""
    if is_regex(name):
        return re.compile(name)
    return re.compile("^" + ".*".join(map(re.escape, name.split("*"))) + "$", re.DOTALL)


@lru_cache(maxsize=1024)
def path_pattern(path: str) -> Callable[[str], re.Match[str] | None]:
    """Compile a path with ``*``; it matches from the start of a path and leaves the end open."""
    return re.compile(".*".join(map(re.escape, path.split("*"))), re.DOTALL).match


def _in_query(wanted: str, query: str) -> bool:
    position = query.find(wanted)
    while position > 0 and query[position - 1] != "&":
        position = query.find(wanted, position + 1)
    return position >= 0


_UNITS = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86400.0,
    "week": 604800.0,
    "month": 30 * 86400.0,
    "year": 365 * 86400.0,
}
_LIFETIME = re.compile(r"^(\d+(?:\.\d+)?) (second|minute|hour|day|week|month|year)s?$")


def seconds(lifetime: str) -> float | None:
    """Read a documented lifetime such as ``13 months``; None for ``session``, ``persistent`` or an unknown one.

    Raises `ValueError` where it is written otherwise.
    """
    if lifetime in {"", "session", "persistent"}:
        return None
    found = _LIFETIME.match(lifetime)
    if found is None:
        raise ValueError('expected "session", "persistent" or a number with a unit, as "13 months"')
    return float(found[1]) * _UNITS[found[2]]
