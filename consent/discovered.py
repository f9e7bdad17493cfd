"""What browsers met before a decision and the inventory does not know: what a scan sees between two looks, without a scan.

A report tells names only: no address of a visitor, no id, no value, no query. What looks like an identifier within a name
becomes ``*``, in the widget (widget/src/check.js) and again here, so that nothing that leads to somebody is stored whatever
is sent (GDPR Art. 5(1)(c)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal, TypeVar

import msgspec
from msgspec import Meta

from consent.model.domains import SiteHosts
from consent.model.errors import RecordError
from consent.model.inventory import Inventory
from consent.model.records import Token
from consent.model.sites import Site
from consent.store import Store
from consent.times import now_ms

MAX_NAMES = 50
MAX_LENGTH = 200
_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()
_IDENTIFIER = re.compile(r"[0-9a-f-]{16,}|\d{4,}", re.IGNORECASE)
_RESOURCE = re.compile(r"[a-z0-9.-]{1,253}(:\d{1,5})?(/[!\"$->@-~]*)?")  # printable, without ? and #
_NAME = re.compile(r"[!-~]+")

Kind = Literal["resource", "cookie", "local_storage", "session_storage"]


class SeenName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One name: of a resource its host and path, of a cookie or storage key its name."""

    kind: Kind
    name: Annotated[str, Meta(min_length=1, max_length=MAX_LENGTH)]


class SelfCheck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the widget sends to ``POST /v1/self-check``: what one page met before a decision."""

    site: Token
    seen: Annotated[tuple[SeenName, ...], Meta(min_length=1, max_length=MAX_NAMES)]


class Discovered(msgspec.Struct, frozen=True, kw_only=True):
    """One name that no published scan knows; days as YYYY-MM-DD in UTC, ``reports`` is how many pages told of it."""

    kind: Kind
    name: str
    first_day: str
    last_day: str
    reports: int


Named = TypeVar("Named", SeenName, Discovered)
_decoder = msgspec.json.Decoder(SelfCheck)


def parse_self_check(body: bytes) -> SelfCheck:
    """Parse and validate one report; raises `RecordError` that says what was expected."""
    try:
        check = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise RecordError(str(error), hint="See /openapi.json.") from error
    except msgspec.DecodeError as error:
        raise RecordError(f"the body is not JSON: {error}", hint="Send one JSON object.") from error
    for place, seen in enumerate(check.seen):
        shape = _RESOURCE if seen.kind == "resource" else _NAME
        if not shape.fullmatch(seen.name):
            raise RecordError(
                "expected a host and a path without a query"
                if seen.kind == "resource"
                else "expected a name of printable ASCII characters",
                field=f"seen.{place}.name",
            )
    return check


async def take(store: Store, site: Site, inventory: Inventory, check: SelfCheck) -> None:
    """Count what a report names and the inventory does not know."""
    names = [(seen.kind, _shortened(seen)) for seen in _unknown(check.seen, site, inventory)]
    if names:
        await store.add_discovered(site.id, now_ms() // _DAY_MS, names)


async def discovered(store: Store, site: Site, inventory: Inventory | None, *, days: int) -> list[Discovered]:
    """Return what was met in the last days and the inventory does not know by now, the most often met first."""
    since = now_ms() // _DAY_MS - days + 1
    rows = await store.discovered(site.id, since_day=since)
    found = [
        Discovered(
            kind=row.kind,  # type: ignore[arg-type]  # stored from a `SeenName`
            name=row.name,
            first_day=_day(row.first_day),
            last_day=_day(row.last_day),
            reports=row.seen,
        )
        for row in rows
    ]
    return found if inventory is None else list(_unknown(found, site, inventory))


def _shortened(seen: SeenName) -> str:
    host, slash, path = seen.name.partition("/") if seen.kind == "resource" else ("", "", seen.name)
    return host + slash + _IDENTIFIER.sub("*", path)


def _unknown(names: Iterable[Named], site: Site, inventory: Inventory) -> Iterator[Named]:
    hosts = SiteHosts(site)
    for one in names:
        if one.kind != "resource":
            known = any(item.kind == one.kind and _fits(item.name, one.name) for item in inventory.items)
        else:
            known = _host_is_known(one.name, hosts, inventory)
        if not known:
            yield one


def _host_is_known(name: str, hosts: SiteHosts, inventory: Inventory) -> bool:
    host, slash, path = name.partition("/")
    host = host.partition(":")[0]
    return hosts.owns(host) or any(
        (host == rule.host or (not rule.exact_host and host.endswith(f".{rule.host}")))
        and f"{slash or '/'}{path}".startswith(rule.path)
        for rule in inventory.rules
    )


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits an inventory's: `*` in it stands for anything, and so it does in what was shortened here."""
    literal = ".*".join(map(re.escape, pattern.split("*")))
    return re.fullmatch(literal, name, re.DOTALL) is not None or _IDENTIFIER.sub("*", pattern) == name


def _day(number: int) -> str:
    return date.fromordinal(_EPOCH + number).isoformat()
