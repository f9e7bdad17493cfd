"""A cookie declaration as JSON: a consent platform's, or Consentry's own.

The platforms name the same things differently (``Name``, ``CookieName``, ``cookie_name`` …), in a flat list with a category
on each entry or in groups that bear it. So every object with a name is read, and its category is its own or that of
the nearest group around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.knowledge.category_words import category_of_words
from scanner.knowledge.formats import Document
from scanner.knowledge.imported import Fact, cleaned, usable_name

TITLE = "Cookie declaration"
LICENCE = "not stated: a site's own declaration"

DEEPEST = 20
_NAMES = ("name", "cookiename", "cookie", "cookieid", "key")
_GROUPS = (
    "category",
    "categoryname",
    "groupname",
    "cookiecategory",
    "type",
    "optanongroupname",
    "slug",
    "title",
)
_HOSTS = ("host", "domain", "hostname", "cookiedomain")
_PURPOSES = ("purpose", "purposedescription", "description", "cookiedescription")
_LIFETIMES = ("lifetime", "expiry", "expiration", "expiredescription", "duration", "retention", "length")
_PROVIDERS = ("provider", "vendor", "company", "controller", "cookieprovider")
_SERVICES = ("service", "platform")
_TELLING = frozenset((*_HOSTS, *_PURPOSES, *_LIFETIMES, *_PROVIDERS))
"""An object with a name and none of these is a group or a setting, no cookie."""


def recognises(document: Document) -> bool:
    """Whether it is JSON in which something is declared."""
    return document.json is not None and next(facts(document), None) is not None


def facts(document: Document) -> Iterator[Fact]:
    """Yield a fact for each declared thing."""
    if document.json is not None:
        yield from _walk(document.json, "", 0)


def _walk(value: Any, group: str, depth: int) -> Iterator[Fact]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for one in value:
            yield from _walk(one, group, depth + 1)
    elif isinstance(value, dict):
        plain = {_key(key): one for key, one in value.items()}
        own = next((text for key in _GROUPS if (text := _text(plain, key)) and category_of_words(text)), "")
        group = own or group
        name = next((text for key in _NAMES if (text := _text(plain, key))), "")
        if name and _TELLING & plain.keys():
            yield from _fact(name, plain, group)
        for key, one in value.items():
            if isinstance(one, dict | list):
                named = key if category_of_words(_apart(key)) else ""
                yield from _walk(one, _apart(named) or group, depth + 1)


def _fact(name: str, plain: dict[str, Any], group: str) -> Iterator[Fact]:
    usable = usable_name(name)
    if not usable:
        return
    category = category_of_words(group)
    provider = next((text for key in _PROVIDERS if (text := _text(plain, key))), "")
    host = _host(next((text for key in _HOSTS if (text := _text(plain, key))), "")) or _host(provider)
    yield Fact(
        name=usable,
        category=category.value if category else "",  # type: ignore[arg-type]
        filed=cleaned(group, 60),
        hosts=(host,) if host else (),
        own=bool(host) and plain.get("thirdparty") is False,
        vendor="" if _host(provider) else cleaned(provider, 120),
        service=cleaned(next((text for key in _SERVICES if (text := _text(plain, key))), ""), 120),
        purpose=cleaned(next((text for key in _PURPOSES if (text := _text(plain, key))), "")),
        lifetime=cleaned(next((text for key in _LIFETIMES if (text := _text(plain, key))), ""), 60),
    )


def _host(text: str) -> str:
    """Return a host where the text is one."""
    host = text.strip().lower().lstrip(".")
    return host if "." in host and not any(char in host for char in " /,:@") and len(host) <= 253 else ""


def _key(key: str) -> str:
    return "".join(char for char in key.lower() if char.isalnum())


def _apart(key: str) -> str:
    """Return ``cookieTableNecessary`` or ``strictly_necessary`` as words."""
    return "".join(f" {char}" if char.isupper() else char for char in key).replace("_", " ")


def _text(table: dict[str, Any], key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""
