"""A Klaro configuration: ``services`` (formerly ``apps``) with purposes and the cookies that each service sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.knowledge.category_words import category_of_words
from scanner.knowledge.formats import Document
from scanner.knowledge.imported import Fact, cleaned, usable_name
from scanner.knowledge.javascript import Pattern, names_of_pattern

TITLE = "Klaro configuration"
LICENCE = "not stated: a site's own configuration"


def recognises(document: Document) -> bool:
    """Whether an object lists services with purposes."""
    return any(_services(one) for one in document.objects)


def facts(document: Document) -> Iterator[Fact]:
    """Yield a fact for each cookie of each service."""
    for one in document.objects:
        for service in _services(one):
            yield from _of_service(service)


def _services(config: dict[str, Any]) -> list[dict[str, Any]]:
    listed = config.get("services") or config.get("apps")
    if not isinstance(listed, list):
        return []
    return [one for one in listed if isinstance(one, dict) and isinstance(one.get("purposes"), list)]


def _of_service(service: dict[str, Any]) -> Iterator[Fact]:
    purposes = " ".join(cleaned(one, 40) for one in service["purposes"] if isinstance(one, str))
    category = category_of_words(purposes)
    filed = cleaned(purposes, 60)
    if service.get("required") is True:
        category, filed = category_of_words("required"), f"{filed} (required)".strip()
    title = service.get("title") if isinstance(service.get("title"), str) else service.get("name")
    description = service.get("description")
    for cookie in service.get("cookies") or ():
        host = ""
        if isinstance(cookie, list):  # [name or pattern, path, domain]
            host = (
                cleaned(cookie[2], 200).lower().lstrip(".")
                if len(cookie) > 2 and isinstance(cookie[2], str)
                else ""
            )
            cookie = cookie[0] if cookie else None  # noqa: PLW2901 - the inner one is meant from here on
        names = names_of_pattern(cookie.text) if isinstance(cookie, Pattern) else (cookie,)
        for name in names:
            usable = usable_name(name) if isinstance(name, str) else ""
            if usable:
                yield Fact(
                    name=usable,
                    category=category.value if category else "",  # type: ignore[arg-type]
                    filed=filed,
                    hosts=(host,) if host else (),
                    service=cleaned(title, 120),
                    purpose=cleaned(description) if isinstance(description, str) else "",
                )
