"""From a site's settings and its inventory to the widget's configuration, and to the notice: all that visitors are shown.

The notice is canonical JSON; its SHA-256 is the notice version that each consent record names. Whatever a visitor reads or
sees enters it, so that equal versions mean equal notices (GDPR Art. 7(1); EDPB Guidelines 05/2020, section 5.1).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

import msgspec

from consent.lifetimes import shown_lifetime
from consent.model.categories import CATEGORIES, CONSENT_CATEGORIES, Category, Party
from consent.model.domains import host_of, registrable_domain
from consent.model.errors import ConfigError
from consent.model.inventory import BlockingRule, Inventory, InventoryItem
from consent.model.sites import Site, ThemeSettings
from consent.signals import signals_of
from widget import render
from widget.config import Item, KindLetter, Letter, Rule, WidgetConfig
from widget.themes import Theme, problems

NOTICE_SCHEMA = "consentry-notice/1"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LETTERS: dict[Category, Letter] = {
    Category.NECESSARY: "n",
    Category.PERFORMANCE: "p",
    Category.FUNCTIONALITY: "f",
    Category.ADVERTISING: "a",
    Category.UNCLASSIFIED: "u",
}
_KINDS: dict[str, KindLetter] = {
    "cookie": "c",
    "local_storage": "l",
    "session_storage": "s",
    "indexed_db": "i",
    "cache_storage": "h",
    "service_worker": "w",
}
BUTTONS = {"banner": ("reject", "accept", "settings"), "settings": ("reject", "accept", "save", "close")}
"""The order of the buttons on each layer, as banner.js and settings.js write them."""


@dataclass(frozen=True, slots=True)
class Banner:
    """What one site's widget is built from. ``notice`` is canonical JSON, ``notice_version`` its SHA-256 in hex."""

    config: WidgetConfig
    notice_version: str
    notice: bytes


def build(site: Site, inventory: Inventory, *, public_url: str) -> Banner:
    """Build the widget's configuration; ``public_url`` is the consent server's address for browsers.

    Raises `ConfigError` for a language without built-in texts, and for own texts with an unknown language or key, a missing
    placeholder, or no text at all.
    """
    texts = _texts(site)
    notice = _notice(site, inventory, texts)
    version = hashlib.sha256(notice).hexdigest()
    settings = site.banner
    config = WidgetConfig(
        site=site.id,
        server=public_url.rstrip("/"),
        notice=version,
        own=_own_domains(site),
        always=(urlsplit(public_url).netloc,),
        unknown=settings.unknown,
        release=settings.release,
        reload_on_withdraw=settings.reload_on_withdraw,
        days=settings.consent_days,
        shown=settings.notice_shown_share,
        self_check=settings.self_check,
        position=settings.position,
        accent=settings.accent,
        theme=_theme(site),
        policy_url=site.policy_url or "",
        imprint_url=site.imprint_url or "",
        controller=_controller(site),
        rules=tuple(map(_rule, inventory.rules)),
        items=tuple(_item(item) for item in _sorted_items(inventory)),
        signals=signals_of(site, inventory),
        regions=settings.google_regions,
        tcf=settings.tcf,
        shims=settings.shims,
        import_decisions=settings.import_decisions,
        texts=texts,
    )
    return Banner(config, version, notice)


def _theme(site: Site) -> Theme:
    """Return the site's look; raises `ConfigError` where text could not be read in it."""
    theme = Theme(**msgspec.structs.asdict(site.banner.theme))
    for problem in problems(theme):
        raise ConfigError(
            f"sites.{site.id}.banner.theme.{problem}.", hint="Choose colours that differ more in lightness."
        )
    return theme


def _told(theme: ThemeSettings) -> dict[str, Any]:
    """Return what of the notice's style the theme is: nothing where it is the usual one."""
    return {} if theme == ThemeSettings() else {"theme": msgspec.to_builtins(theme)}


def _own_domains(site: Site) -> tuple[str, ...]:
    """Registrable domains of the site; a host that has none (localhost, an address) stands for itself."""
    hosts = (host_of(site.url), *(host.lower() for host in site.hosts))
    return tuple(dict.fromkeys(registrable_domain(host) or host for host in hosts))


def _controller(site: Site) -> str:
    return site.controller.name if site.controller else site.name


def _rule(rule: BlockingRule) -> Rule:
    return Rule(rule.host, rule.path, _LETTERS[rule.category], 1 if rule.exact_host else 0, rule.service)


def _item(item: InventoryItem) -> Item:
    return Item(
        kind=_KINDS[item.kind],
        name=item.name,
        category=_LETTERS[item.category],
        own=1 if item.party is Party.FIRST else 0,
        http_only=1 if item.http_only else 0,
        vendor=item.vendor,
        service=item.service,
        purpose=item.purpose,
        lifetime=shown_lifetime(item.lifetime_s),
    )


def _sorted_items(inventory: Inventory) -> list[InventoryItem]:
    return sorted(inventory.items, key=lambda item: (item.vendor, item.name, item.kind, item.host))


def _texts(site: Site) -> dict[str, dict[str, str]]:
    """Return each of the site's languages with the built-in texts, replaced where the site has its own."""
    own = site.banner.texts
    for language in own:
        if language not in site.languages:
            raise ConfigError(
                f"sites.{site.id}.banner.texts.{language}: texts for a language that the site does not list.",
                hint=f"Add {language!r} to sites.{site.id}.languages, or remove the texts.",
            )
    return {language: _texts_of(site, language, own.get(language, {})) for language in site.languages}


def _texts_of(site: Site, language: str, own: dict[str, str]) -> dict[str, str]:
    try:
        texts = render.texts(language)
    except KeyError:
        known = ", ".join(render.languages())
        raise ConfigError(
            f"sites.{site.id}.languages: there are no texts for {language!r}.",
            hint=f"Known languages: {known}.",
        ) from None
    for key, text in own.items():
        where = f"sites.{site.id}.banner.texts.{language}.{key}"
        if key not in texts:
            close = get_close_matches(key, texts, n=1)
            raise ConfigError(
                f"{where}: there is no such text.",
                hint=f"Did you mean {close[0]!r}?" if close else f"Known keys: {', '.join(texts)}.",
            )
        if not text.strip():
            raise ConfigError(
                f"{where}: expected a text, got nothing.", hint="Remove the key for the built-in text."
            )
        expected, found = set(_PLACEHOLDER.findall(texts[key])), set(_PLACEHOLDER.findall(text))
        if expected != found:
            raise ConfigError(
                f"{where}: expected the placeholders {_braced(expected)}, got {_braced(found)}.",
                hint=f"The built-in text is: {texts[key]}",
            )
    return texts | own


def _braced(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"


def _notice(site: Site, inventory: Inventory, texts: dict[str, dict[str, str]]) -> bytes:
    """Return the canonical JSON of all that is shown: equal content, equal bytes."""
    settings = site.banner
    items = (
        {
            "kind": item.kind,
            "name": item.name,
            "category": item.category.unlocked_by,
            "unclassified": item.category is Category.UNCLASSIFIED,
            "vendor": item.vendor or _controller(site),
            "purpose": item.purpose,
            "lifetime_s": shown_lifetime(item.lifetime_s),
        }
        for item in _sorted_items(inventory)
    )
    services = sorted(inventory.services, key=lambda service: (service.vendor, service.service))
    content = {
        "schema": NOTICE_SCHEMA,
        "site": site.id,
        "controller": msgspec.to_builtins(site.controller),
        "links": {"policy": site.policy_url, "imprint": site.imprint_url},
        "buttons": {layer: list(order) for layer, order in BUTTONS.items()},
        "categories": list(CATEGORIES),
        "default_on": [Category.NECESSARY],
        "default_off": list(CONSENT_CATEGORIES),
        "consent_days": settings.consent_days,
        "style": {"position": settings.position, "accent": settings.accent} | _told(settings.theme),
        "texts": texts,
        "items": list(items),
        "services": [msgspec.to_builtins(service) for service in services],
    }
    return msgspec.json.encode(content, order="deterministic")
