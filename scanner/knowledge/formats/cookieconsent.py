"""A vanilla-cookieconsent configuration, version 2 or 3: cookie tables, and what is cleared when consent is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from consent.model.categories import Category
from scanner.knowledge.category_words import category_of_words
from scanner.knowledge.formats import Document
from scanner.knowledge.imported import Fact, cleaned, usable_name
from scanner.knowledge.javascript import Pattern, names_of_pattern

TITLE = "vanilla-cookieconsent configuration"
LICENCE = "not stated: a site's own configuration"


def recognises(document: Document) -> bool:
    """Whether an object has the categories of version 3, or the languages of version 2."""
    return any(_is_third(one) or _is_second(one) for one in document.objects)


def facts(document: Document) -> Iterator[Fact]:
    """Yield a fact for each row of a cookie table and each cookie that is cleared."""
    for one in document.objects:
        if _is_third(one):
            yield from _third(one)
        elif _is_second(one):
            yield from _second(one)


def _is_third(config: dict[str, Any]) -> bool:
    language = config.get("language")
    return (
        isinstance(config.get("categories"), dict)
        and isinstance(language, dict)
        and "translations" in language
    )


def _is_second(config: dict[str, Any]) -> bool:
    languages = config.get("languages")
    return isinstance(languages, dict) and any(
        isinstance(one, dict) and "settings_modal" in one for one in languages.values()
    )


def _third(config: dict[str, Any]) -> Iterator[Fact]:
    read_only = {key for key, one in config["categories"].items() if _table(one).get("readOnly") is True}
    for translation in _tables(_table(config["language"].get("translations")).values()):
        for section in _tables(_table(translation.get("preferencesModal")).get("sections")):
            key = section.get("linkedCategory")
            if isinstance(key, str):
                for row in _tables(_table(section.get("cookieTable")).get("body")):
                    yield from _facts(row, key, key in read_only)
    for key, one in config["categories"].items():
        category = _table(one)
        yield from _cleared(_table(category.get("autoClear")).get("cookies"), key, key in read_only, "")
        for name, service in _table(category.get("services")).items():
            label = _table(service).get("label")
            shown = label if isinstance(label, str) else name
            yield from _cleared(_table(service).get("cookies"), key, key in read_only, shown)


def _cleared(cookies: Any, key: str, read_only: bool, service: str) -> Iterator[Fact]:
    for row in _tables(cookies):
        yield from _facts(row | {"description": ""}, key, read_only, service=service)


def _second(config: dict[str, Any]) -> Iterator[Fact]:
    for language in _tables(config["languages"].values()):
        modal = _table(language.get("settings_modal"))
        heads: dict[str, str] = {}  # each column's title by its key
        for head in _tables(modal.get("cookie_table_headers")):
            heads |= {column: cleaned(title, 40).lower() for column, title in head.items()}
        for block in _tables(modal.get("blocks")):
            toggle = _table(block.get("toggle"))
            key = toggle.get("value")
            if isinstance(key, str):
                for row in _tables(block.get("cookie_table")):
                    yield from _facts(_named(row, heads), key, toggle.get("readonly") is True)


def _named(row: dict[str, Any], heads: dict[str, str]) -> dict[str, Any]:
    """Return a row of version 2 with version 3's keys; the first column is the name, whatever it is called."""
    named: dict[str, Any] = {}
    for number, (column, title) in enumerate(heads.items()):
        wanted = (
            "name"
            if number == 0
            else next((k for k in ("domain", "description", "expiration") if k in title), "")
        )
        if wanted:
            named[wanted] = row.get(column)
    if row.get("is_regex") is True and isinstance(named.get("name"), str):
        named["name"] = Pattern(named["name"])
    return named


def _facts(row: dict[str, Any], key: str, read_only: bool, *, service: str = "") -> Iterator[Fact]:
    category = Category.NECESSARY if read_only else category_of_words(key)
    name = row.get("name")
    domain = row.get("domain")
    host = cleaned(domain, 200).lower().lstrip(".") if isinstance(domain, str) else ""
    is_host = "." in host and " " not in host and "/" not in host  # tables often name a company there
    for one in names_of_pattern(name.text) if isinstance(name, Pattern) else (name,):
        usable = usable_name(one) if isinstance(one, str) else ""
        if usable:
            yield Fact(
                name=usable,
                category=category.value if category else "",  # type: ignore[arg-type]
                filed=cleaned(f"{key} (read-only)" if read_only else key, 60),
                hosts=(host,) if is_host else (),
                own=is_host,
                service=cleaned(service, 120) or (cleaned(domain, 120) if host and not is_host else ""),
                purpose=_words(row.get("description")),
                lifetime=_words(row.get("expiration"))[:60],
            )


def _words(value: Any) -> str:
    return cleaned(value) if isinstance(value, str) else ""


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(values: Any) -> Iterator[dict[str, Any]]:
    if isinstance(values, list) or hasattr(values, "__iter__"):
        yield from (one for one in values if isinstance(one, dict))
