"""What a Klaro or Cookiebot configuration says of a site: its languages, links and texts, and how it files each cookie.

Files are somebody else's: they are bounded, and nothing in them is run. Klaro: the object that ``klaro.setup`` gets.
Cookiebot: the script tag in a page, the script ``cc.js`` with its tables of cookies (rows of name, provider, purpose, expiry,
type), or the cookies as JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consent.model.categories import Category
from consent.model.configurations import Configuration, ConfiguredItem
from consent.model.errors import ConfigError
from consent.model.files import read_bounded
from consent.model.inventory import StorageKind
from scanner.knowledge.formats import LARGEST, Document, declaration, klaro
from scanner.knowledge.imported import Fact, cleaned, usable_name
from scanner.knowledge.javascript import assigned_arrays

MOST_DAYS = 395
"""Of consent, as sites.toml allows."""
_TABLES = {
    "cookieTableNecessary": Category.NECESSARY,
    "cookieTablePreference": Category.FUNCTIONALITY,
    "cookieTableStatistics": Category.PERFORMANCE,
    "cookieTableAdvertising": Category.ADVERTISING,
    "cookieTableUnclassified": Category.UNCLASSIFIED,
}
_KINDS: dict[str, StorageKind] = {
    "1": "cookie",
    "http": "cookie",
    "2": "local_storage",
    "html": "local_storage",
    "indexeddb": "indexed_db",
}
"""Cookiebot's types by number and name; a pixel stores nothing."""
_COLUMNS = 5
_TEXTS = {
    ("consentNotice", "title"): "title",
    ("consentNotice", "description"): "text",
    ("consentModal", "title"): "settings_title",
    ("consentModal", "description"): "settings_text",
}
"""Klaro's texts that ours have a place for. Those on buttons are not taken: accept and reject must say the same thing."""
_LANGUAGE = re.compile(r"^[a-z]{2,3}$")
_LOOKS = (
    "styling",
    "htmlTexts",
    "elementID",
    "additionalClass",
    "disablePoweredBy",
    "storageMethod",
    "embedded",
)


def read(path: Path) -> Configuration:
    """Read a file; raises `ConfigError` where it is neither tool's configuration."""
    document = Document(str(path), read_bounded(path, LARGEST))
    if klaro.recognises(document):
        return _klaro(document)
    found = _cookiebot(document)
    if found is None:
        raise ConfigError(
            f"{path}: is neither a Klaro nor a Cookiebot configuration.",
            hint="Give Klaro's config.js, or Cookiebot's cc.js, the page with its script tag, or its cookies as JSON.",
        )
    return found


# --- Klaro


def _klaro(document: Document) -> Configuration:
    config = next(one for one in document.objects if isinstance(one.get("services") or one.get("apps"), list))
    translations = _table(config.get("translations"))
    languages = _tags([config.get("lang"), config.get("fallbackLang"), *translations])
    banner: dict[str, Any] = {}
    left: list[str] = []
    days = config.get("cookieExpiresAfterDays")
    if isinstance(days, int | float) and days >= 1:
        banner["consent_days"] = min(int(days), MOST_DAYS)
        if days > MOST_DAYS:
            left.append(
                f"cookieExpiresAfterDays: {int(days)} is longer than {MOST_DAYS} days, which is taken."
            )
    if config.get("mustConsent") is True or config.get("noticeAsModal") is True:
        banner["position"] = "center"
    texts = {tag: own for tag in languages if (own := _klaro_texts(_table(translations.get(tag)), tag, left))}
    if texts:
        banner["texts"] = texts
    settings: dict[str, Any] = {}
    if languages:
        settings["languages"] = languages
    policy = _klaro_policy(config, translations, languages)
    if policy:
        settings["policy_url"] = policy
    if banner:
        settings["banner"] = banner
    services = config.get("services") or config.get("apps") or ()
    left += [
        f"{cleaned(service.get('name'), 60)}: is on by default; here nothing runs before consent."
        for service in services
        if isinstance(service, dict) and (service.get("default") is True or service.get("optOut") is True)
    ]
    if config.get("default") is True or config.get("acceptAll") is False:
        left.append(
            "default and acceptAll: everything is off until consent, and accept and reject stand side by side."
        )
    left += [f"{key}: has no counterpart." for key in _LOOKS if key in config]
    items = tuple(_item_of(fact) for fact in klaro.facts(document))
    return Configuration(tool="Klaro", settings=settings, items=items, left=tuple(left))


def _klaro_texts(translation: dict[str, Any], tag: str, left: list[str]) -> dict[str, str]:
    found = {}
    for (part, key), ours in _TEXTS.items():
        text = _table(translation.get(part)).get(key)
        if not isinstance(text, str) or not text.strip():
            continue
        if re.search(r"[{}<>]", text):
            left.append(f"{tag}: {part}.{key} has mark-up or placeholders; its text stays the built-in one.")
        else:
            found[ours] = " ".join(text.split())
    return found


def _klaro_policy(config: dict[str, Any], translations: dict[str, Any], languages: list[str]) -> str:
    given = config.get("privacyPolicy")
    urls = [given] if isinstance(given, str) else [*_table(given).values()]
    urls += [_table(translations.get(tag)).get("privacyPolicyUrl") for tag in (*languages, "zz")]
    return next((url for url in urls if isinstance(url, str) and re.match(r"https?://[^\s/]+", url)), "")


def _item_of(fact: Fact) -> ConfiguredItem:
    return ConfiguredItem(
        name=fact.name,
        category=Category(fact.category or Category.UNCLASSIFIED),
        host=fact.hosts[0] if fact.hosts else "",
        vendor=fact.vendor or fact.service,
        purpose=fact.purpose,
        filed=fact.filed,
    )


# --- Cookiebot


def _cookiebot(document: Document) -> Configuration | None:
    tag = _tag(document.text) if "cookiebot" in document.text.lower() else {}
    items: list[ConfiguredItem] = []
    left: list[str] = []
    if document.json is not None:
        items = [_item_of(fact) for fact in declaration.facts(document)]
    elif not tag and "cookieTable" in document.text:
        items = list(_tabled(document.text, left))
    if not tag and not items:
        return None
    settings: dict[str, Any] = {}
    languages = _tags([tag.get("data-culture")])
    if languages:
        settings["languages"] = languages
    banner: dict[str, Any] = {"shims": ["cookiebot"]}
    if tag.get("data-framework"):
        banner["tcf"] = True
    settings["banner"] = banner
    left += [
        f"{name}: has no counterpart; {why}"
        for name, why in (
            ("data-blockingmode", "what waits for consent follows from a scan."),
            ("data-georegions", "every visitor is asked."),
        )
        if tag.get(name)
    ]
    left.append(
        "import_decisions: set it if Cookiebot asked for the same purposes; then nobody is asked again."
    )
    return Configuration(tool="Cookiebot", settings=settings, items=tuple(items), left=tuple(left))


def _tag(text: str) -> dict[str, str]:
    """Return the attributes of Cookiebot's script tag in a page."""
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415 - an optional extra

    for node in LexborHTMLParser(text).css("script[src]"):
        attributes = {key: value or "" for key, value in node.attributes.items()}
        if "cookiebot" in f"{attributes.get('id', '')} {attributes.get('src', '')}".lower():
            return attributes
    return {}


def _tabled(text: str, left: list[str]) -> Iterator[ConfiguredItem]:
    for name, rows in assigned_arrays(text):
        category = _TABLES.get(name.rpartition(".")[2])
        if category is None:
            continue
        for row in rows:
            if not isinstance(row, list) or len(row) < _COLUMNS or not isinstance(row[0], str):
                continue
            words = [cleaned(cell) if isinstance(cell, str) else "" for cell in row[:_COLUMNS]]
            kind = _KINDS.get(words[4].lower().partition(" ")[0])
            usable = usable_name(re.sub(r"#+", "*", row[0]))
            if kind is None:
                left.append(
                    f"{words[0]}: is a {words[4] or 'thing'} and stores nothing; requests follow from a scan."
                )
            elif usable:
                host = words[1].lower().lstrip(".")
                yield ConfiguredItem(
                    name=usable,
                    category=category,
                    kind=kind,
                    host=host if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) else "",
                    purpose=words[2],
                    filed=name.rpartition(".")[2].removeprefix("cookieTable").lower(),
                )


def _tags(tags: list[Any]) -> list[str]:
    """Return the languages of tags, each once, without their regions."""
    found = (tag.lower().partition("-")[0] for tag in tags if isinstance(tag, str))
    return list(dict.fromkeys(tag for tag in found if _LANGUAGE.match(tag)))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
