"""What publishing an inventory would change: what visitors would see anew, whether they are asked again, and what stands against it.

Nothing is stored. The same functions make the notice as `consent.publication.publish` does, so that the version told here is the
one that publishing gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

import msgspec

from consent.banner import Banner, build
from consent.changes import changes_between
from consent.lifetimes import shown_lifetime
from consent.model.categories import Category
from consent.model.errors import ConfigError
from consent.model.inventory import BlockingRule, Inventory, InventoryItem, InventoryService, StorageKind
from consent.model.sites import Site
from consent.publication import current_inventory, decided
from consent.purposes import blank_purposes
from consent.store import Store
from consent.store.entries import Publication
from consent.wording import check_texts

T = TypeVar("T")

MOST_DIFFERENCES = 2_000
"""Differences that are told; ``differs`` counts all of them."""
_CATEGORIES = {
    "n": Category.NECESSARY,
    "p": Category.PERFORMANCE,
    "f": Category.FUNCTIONALITY,
    "a": Category.ADVERTISING,
    "u": Category.UNCLASSIFIED,
}
_SETTINGS = ("controller", "links", "buttons", "categories", "default_on", "consent_days", "style")
"""Parts of the notice that are told as settings; the texts, items and services have entries of their own."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that would be other than what is published.

    ``name`` is an item's, a service's, a blocked host's with its path, a text's key, or a setting's. ``host`` and ``kind``
    are an item's, ``language`` is a text's. ``field``, ``old`` and ``new`` belong to ``changed``; of what is new or gone,
    ``new`` or ``old`` is its category.
    """

    what: Literal["new", "gone", "changed"]
    subject: Literal["item", "service", "rule", "text", "setting"]
    name: str
    kind: str = ""
    host: str = ""
    language: str = ""
    field: str = ""
    old: str = ""
    new: str = ""


class AskedAbout(msgspec.Struct, frozen=True, kw_only=True):
    """What visitors who have decided already are told to be new: a service, or a purpose of a vendor they know."""

    category: Category
    vendor: str
    what: str


class WithoutPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """An item that keeps an inventory from being published: nobody has said what it is for."""

    kind: StorageKind
    name: str
    host: str
    category: Category


class PublicationPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What publishing would do. ``published_version`` is the notice that is shown now, empty where there is none.

    ``asks_again`` says that all visitors who have decided are asked anew, since what they are shown is another notice;
    ``asked_about`` is what they are told to be new, which may be nothing. ``publishable`` is whether nothing stands against it.
    """

    site: str
    scan_id: str
    notice_version: str
    published_version: str
    items: int
    publishable: bool
    asks_again: bool
    asked_about: tuple[AskedAbout, ...]
    without_purpose: tuple[WithoutPurpose, ...]
    differs: int
    differences: tuple[Difference, ...]


async def plan(
    store: Store, site: Site, inventory: Inventory, *, public_url: str
) -> tuple[PublicationPlan, Inventory, Banner]:
    """Return what publishing an inventory would do, the inventory with all decisions in it, and the banner made from it.

    Raises `ConfigError` where the inventory is another site's, or the site's own texts cannot be used.
    """
    if inventory.site != site.id:
        raise ConfigError(f"The inventory is of the site {inventory.site!r}, not {site.id!r}.")
    check_texts(site)
    ready = await decided(store, site, inventory)
    banner = build(site, ready, public_url=public_url)
    current = next((one for one in await store.publications() if one.site == site.id), None)
    shown = await _shown(store, current)
    blank = blank_purposes(ready)
    found = list(_differences(*shown, ready, banner.notice)) if shown else list(_all_new(ready))
    version = current.notice_version if current else ""
    again = bool(current) and version != banner.notice_version
    asked = changes_between(shown[1], banner.notice) if shown and again else ()
    made = PublicationPlan(
        site=site.id,
        scan_id=inventory.scan_id,
        notice_version=banner.notice_version,
        published_version=version,
        items=len(ready.items),
        publishable=not blank,
        asks_again=again,
        asked_about=tuple(
            AskedAbout(category=_CATEGORIES[one.category], vendor=one.vendor, what=one.what) for one in asked
        ),
        without_purpose=tuple(
            WithoutPurpose(kind=one.kind, name=one.name, host=one.host, category=one.category)
            for one in blank
        ),
        differs=len(found),
        differences=tuple(found[:MOST_DIFFERENCES]),
    )
    return made, ready, banner


async def _shown(store: Store, current: Publication | None) -> tuple[Inventory, bytes] | None:
    if current is None:
        return None
    notice = await store.notice(current.notice_version)
    if notice is None:
        raise ConfigError("The log has lost the notice that is shown.", hint="Run: consentry log verify")
    return await current_inventory(store, current), notice.content


def _all_new(inventory: Inventory) -> Iterable[Difference]:
    yield from _items((), inventory.items)
    yield from _services((), inventory.services)
    yield from _rules((), inventory.rules)


def _differences(
    old: Inventory, old_notice: bytes, new: Inventory, new_notice: bytes
) -> Iterable[Difference]:
    yield from _items(old.items, new.items)
    yield from _services(old.services, new.services)
    yield from _rules(old.rules, new.rules)
    before, now = msgspec.json.decode(old_notice), msgspec.json.decode(new_notice)
    yield from _texts(before.get("texts", {}), now["texts"])
    for name in _SETTINGS:
        if before.get(name) != now.get(name):
            yield Difference(
                what="changed",
                subject="setting",
                name=name,
                old=_told(before.get(name)),
                new=_told(now.get(name)),
            )


def _items(old: Iterable[InventoryItem], new: Iterable[InventoryItem]) -> Iterable[Difference]:
    def entry(one: InventoryItem, **fields: Any) -> Difference:
        return Difference(subject="item", name=one.name, kind=one.kind, host=one.host, **fields)

    yield from _compared(
        old, new, lambda one: (one.host, one.name, one.kind), entry,
        {
            "category": lambda one: str(one.category),
            "purpose": lambda one: one.purpose,
            "vendor": lambda one: one.vendor,
            "lifetime": lambda one: _seconds(shown_lifetime(one.lifetime_s)),
        },
    )  # fmt: skip


def _services(old: Iterable[InventoryService], new: Iterable[InventoryService]) -> Iterable[Difference]:
    def entry(one: InventoryService, **fields: Any) -> Difference:
        return Difference(subject="service", name=one.service, **fields)

    yield from _compared(
        old, new, lambda one: (one.service,), entry,
        {
            "category": lambda one: str(one.category),
            "purpose": lambda one: one.purpose,
            "vendor": lambda one: one.vendor,
            "country": lambda one: one.country,
            "policy": lambda one: one.policy_url,
        },
    )  # fmt: skip


def _rules(old: Iterable[BlockingRule], new: Iterable[BlockingRule]) -> Iterable[Difference]:
    def entry(one: BlockingRule, **fields: Any) -> Difference:
        return Difference(subject="rule", name=one.host + one.path, **fields)

    yield from _compared(
        old,
        new,
        lambda one: (one.host, one.path, one.exact_host),
        entry,
        {"category": lambda one: str(one.category)},
    )


def _compared(
    old: Iterable[T],
    new: Iterable[T],
    key: Callable[[T], tuple[Any, ...]],
    entry: Callable[..., Difference],
    fields: Mapping[str, Callable[[T], str]],
) -> Iterable[Difference]:
    """Tell what is new, gone or changed; ``fields`` are what is compared, of which the first is the category."""
    before, now = {key(one): one for one in old}, {key(one): one for one in new}
    category = next(iter(fields.values()))
    for name in sorted(before.keys() | now.keys()):
        if name not in before:
            yield entry(now[name], what="new", new=category(now[name]))
        elif name not in now:
            yield entry(before[name], what="gone", old=category(before[name]))
        else:
            for field, value in fields.items():
                was, becomes = value(before[name]), value(now[name])
                if was != becomes:
                    yield entry(now[name], what="changed", field=field, old=was, new=becomes)


def _texts(
    old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterable[Difference]:
    for language in sorted(old.keys() | new.keys()):
        if language not in new or language not in old:
            what: Literal["new", "gone"] = "new" if language in new else "gone"
            yield Difference(what=what, subject="setting", name="language", language=language)
            continue
        for name in sorted(old[language].keys() | new[language].keys()):
            was, becomes = old[language].get(name, ""), new[language].get(name, "")
            if was != becomes:
                yield Difference(
                    what="changed",
                    subject="text",
                    name=name,
                    language=language,
                    field="text",
                    old=was,
                    new=becomes,
                )


def _seconds(lifetime: int | None) -> str:
    return "" if lifetime is None else str(lifetime)


def _told(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
