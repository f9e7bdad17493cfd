"""Reads rule files and tells every mistake with file, key, what was expected and what to do."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import tomli

from consent.model.categories import Category
from consent.model.errors import ConfigError
from scanner.knowledge.model import (
    Hosts,
    ItemRule,
    ItemTable,
    MailTable,
    RequestRule,
    RequestTable,
    Service,
    ServiceTable,
    Vendor,
    VendorFile,
    is_regex,
    name_pattern,
    seconds,
)

_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`")
EXACT_CONFIDENCE = 0.92
"""What an exact name alone is worth. In the sites' own labels an exact documented name is right 9 times in 10."""
SHORT_NAME_CONFIDENCE = 0.8
"""One or two characters, as `TD`, are somebody else's abbreviation too."""
PATTERN_CONFIDENCE = 0.88
SHORT_PATTERN_CONFIDENCE = 0.75
"""A pattern with fewer than four literal characters meets other people's names too."""


def read_file(path: Path) -> VendorFile:
    """Read one rule file; raises `ConfigError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    try:
        data = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: is not valid TOML: {error}", hint="Mend that line.") from error
    try:
        return msgspec.convert(data, VendorFile)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"{path.name}: {_explain(str(error))}", hint="docs/rules.md has every key."
        ) from error


def _explain(message: str) -> str:
    """Turn msgspec's message into ``key: what is wrong``, with the closest known key for an unknown one."""
    found = _AT.search(message)
    where = found["path"] if found else ""
    text = _AT.sub("", message)
    unknown = _UNKNOWN.search(text)
    if unknown is None:
        return f"{where or 'file'}: {text}"
    table: Any = VendorFile
    if ".item[" in where or ".item" in where:
        table = ItemTable
    elif ".request" in where:
        table = RequestTable
    elif ".mail" in where:
        table = MailTable
    elif where.startswith("service"):
        table = ServiceTable
    known = [field.name for field in msgspec.structs.fields(table)]
    close = difflib.get_close_matches(unknown["key"], known, n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    key = f"{where}.{unknown['key']}".lstrip(".")
    return f"{key}: unknown key; expected one of {', '.join(known)}.{meant}"


def services_of(stem: str, data: VendorFile) -> Iterator[Service]:
    """Make the services of one file; raises `ConfigError` for what the table's types cannot say."""
    vendor = Vendor(
        id=stem,
        name=data.vendor,
        country=data.country,
        policy_url=data.policy_url,
        aliases=data.aliases,
        source=data.source,
        generic=data.generic,
        collective=data.collective,
    )
    own_hosts = tuple(dict.fromkeys(host for table in data.service for host in table.hosts))
    order = 0
    for number, table in enumerate(data.service):
        where = f"{stem}.toml: service[{number}]"
        service = Service(
            id=f"{stem}.{table.id}",
            name=table.name,
            vendor=vendor,
            category=Category(table.category),
            purpose=table.purpose,
            hosts=table.hosts,
            consent_api=table.consent_api,
            source=table.source or data.source,
            loads_others=table.loads_others,
            requests=[],
            items=[],
            mail=table.mail,
        )
        for index, item in enumerate(table.item):
            order += 1
            service.items.extend(_items(item, service, own_hosts, f"{where}.item[{index}]", order))
        for index, request in enumerate(table.request):
            service.requests.extend(_requests(request, service, f"{where}.request[{index}]"))
        yield service


def _items(
    table: ItemTable, service: Service, own_hosts: tuple[str, ...], where: str, order: int
) -> Iterator[ItemRule]:
    if not table.names and not table.words:
        raise ConfigError(f"{where}: expected names (or, in a generic file, words).")
    if table.words and not service.vendor.generic:
        raise ConfigError(f"{where}.words: only a generic file may judge by words.", hint="Use names.")
    if table.on == "vendor" and not (table.hosts or own_hosts):
        raise ConfigError(f'{where}.on: "vendor" needs a host; none of the file\'s services has one.')
    if table.criterion is not None and table.category != "necessary":
        raise ConfigError(
            f"{where}.criterion: only something necessary is exempt, and this is {table.category}.",
            hint="Take the key away.",
        )
    try:
        lifetime_s = seconds(table.lifetime)
    except ValueError as error:
        raise ConfigError(f"{where}.lifetime: {error}; it is {table.lifetime!r}.") from error
    hosts = table.hosts or (own_hosts if table.on == "vendor" else ())
    places = Hosts(hosts or service.hosts)
    for name in (*table.names, *table.words):
        by_name = name in table.names
        exact = by_name and not is_regex(name) and "*" not in name
        try:
            weight = _weight(name, exact=exact)
        except re.error as error:
            raise ConfigError(f"{where}.names: {name!r} is no regular expression: {error}.") from error
        yield ItemRule(
            id=f"{service.id}.{name}",
            service=service,
            category=Category(table.category),
            name=name,
            kinds=table.kinds,
            purpose=table.purpose,
            lifetime=table.lifetime,
            lifetime_s=lifetime_s,
            on=table.on,
            hosts=hosts,
            places=places,
            yields=table.yields,
            longest_s=table.longest * 86400 if table.longest else None,
            confidence=table.confidence or _confidence(weight, exact=exact, scoped=bool(hosts)),
            exact=exact,
            weight=weight,
            order=0 if by_name else order,
            criterion=table.criterion or "B" if table.category == "necessary" else "",
        )


def _weight(name: str, *, exact: bool) -> int:
    """Count the literal characters of a name; raises `re.error` where a regular expression is none."""
    if exact or not is_regex(name):
        return len(name) - name.count("*")
    name_pattern(name)
    return len(re.sub(r"\\.|[\[(].*?[\])]|[*^$+?|.{}]", "", name))


def _confidence(weight: int, *, exact: bool, scoped: bool) -> float:
    """A short name is worth less, unless it counts only on hosts of its own."""
    if exact:
        return EXACT_CONFIDENCE if weight > 2 or scoped else SHORT_NAME_CONFIDENCE
    return PATTERN_CONFIDENCE if weight >= 4 or scoped else SHORT_PATTERN_CONFIDENCE


def _requests(table: RequestTable, service: Service, where: str) -> Iterator[RequestRule]:
    if not table.hosts and not table.paths:
        raise ConfigError(f"{where}: expected hosts, paths or both; a request on any host is no rule.")
    if not table.hosts and table.category == "necessary":
        raise ConfigError(
            f"{where}.hosts: a signature makes nothing necessary, for any host can imitate it.",
            hint="Name the hosts.",
        )
    for host in table.hosts or ("",):
        for path in table.paths or ("",):
            yield RequestRule(
                id=f"{service.id}.{host}{path}",
                service=service,
                category=Category(table.category),
                host=host,
                path=path,
                query=table.query,
                purpose=table.purpose or service.purpose,
            )
