"""The cookie declaration: what is stored on a visitor's device, why, for how long, and who gets access.

Duration and third-party access must be told (CJEU C-673/17, Planet49); both come from what the scan observed. Recipients and
the countries to which data go belong there too (GDPR Art. 13(1)(e) and (f)).
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from consent.declaration_changes import Change
from consent.model.categories import CATEGORIES, Category, Party
from consent.model.domains import SiteHosts
from consent.model.inventory import Inventory, InventoryItem, InventoryService, StorageKind
from consent.model.sites import Controller, Site
from consent.wording import Wording, languages


class DeclaredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``lifetime_s`` is in seconds, None where it ends with the session or has no end of its own.

    ``kind``, ``lifetime`` and ``country_name`` are words of the declaration's language; ``type`` is what the inventory calls the
    kind, ``country`` the provider's, an ISO 3166 code. ``third_party`` says whether another site set it; ``access`` names
    the third party that gets what is in it, empty where none was seen, and ``access_text`` says so.
    """

    name: str
    kind: str
    type: StorageKind
    host: str
    provider: str
    service: str
    purpose: str
    lifetime_s: float | None
    lifetime: str
    third_party: bool
    access: str
    access_text: str
    country: str
    country_name: str


class DeclaredCategory(msgspec.Struct, frozen=True, kw_only=True):
    """One category with its rows and the services that it lets run; ``title`` and ``about`` are shown."""

    category: Category
    title: str
    about: str
    needs_consent: bool
    items: tuple[DeclaredItem, ...]
    services: tuple[InventoryService, ...]


class DeclaredThing(msgspec.Struct, frozen=True, kw_only=True):
    """One item that a change is about; ``details`` are words such as "Kept for: 2 years → 13 months"."""

    name: str
    kind: str
    provider: str
    category: str
    details: tuple[str, ...] = ()


class DeclaredChange(msgspec.Struct, frozen=True, kw_only=True):
    """What one publication changed: ``date`` is RFC 3339, ``date_text`` the day in words."""

    date: str
    date_text: str
    new: tuple[DeclaredThing, ...]
    gone: tuple[DeclaredThing, ...]
    changed: tuple[DeclaredThing, ...]


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """The whole declaration in one language; ``updated`` is the time of the scan, ``published`` of the first publication.

    Both are RFC 3339. ``languages`` are those that it can be had in; ``texts`` are the words around it.
    """

    site: str
    name: str
    url: str
    language: str
    languages: tuple[str, ...]
    direction: str
    controller: Controller | None
    policy_url: str | None
    imprint_url: str | None
    updated: str
    updated_text: str
    published: str
    published_text: str
    scan_id: str
    notice_version: str
    categories: tuple[DeclaredCategory, ...]
    changes: tuple[DeclaredChange, ...]
    texts: dict[str, str]


_SHARED = ("name", "vendor", "purpose", "duration", "consent_id", "receipt", "policy", "imprint", *CATEGORIES)
"""Texts that the banner has as well and the declaration shows."""
_OWN = (
    "title", "choice", "undecided", "allowed", "valid_until", "change", "withdraw", "none", "needs_consent", "type",
    "access", "country", "services", "changes", "new", "gone", "changed", "first",
)  # fmt: skip


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What the store knows of a declaration beside its inventory.

    ``first`` is when the site was first published (RFC 3339, empty where it never was); ``changes`` are the latest first.
    """

    notice_version: str
    first: str = ""
    changes: Sequence[Change] = ()


def declaration_of(
    site: Site, inventory: Inventory, published: Published | str, *, language: str = ""
) -> Declaration:
    """Arrange an inventory by category; what is unclassified stands where the banner asks for it.

    ``language`` is one of `consent.wording.languages`, the site's main one by default. Raises `ConfigError` where the site's
    own texts cannot be used.
    """
    if isinstance(published, str):
        published = Published(notice_version=published)
    words = Wording(site, language or site.languages[0])
    rows = _Rows(site, inventory, words)
    name = site.name or site.id
    return Declaration(
        site=site.id,
        name=name,
        url=site.url,
        language=words.language,
        languages=languages(),
        direction=words.direction,
        controller=site.controller,
        policy_url=site.policy_url,
        imprint_url=site.imprint_url,
        updated=inventory.created,
        updated_text=words.date(inventory.created),
        published=published.first,
        published_text=words.date(published.first) if published.first else "",
        scan_id=inventory.scan_id,
        notice_version=published.notice_version,
        categories=tuple(_category(category, inventory, rows, words) for category in CATEGORIES),
        changes=tuple(_change(change, rows, words) for change in published.changes),
        texts={
            "intro": words.text("intro", site=name, date=words.date(inventory.created)),
            "elsewhere": words.text("elsewhere", site=name),
            "controller": words.shared("controller", name=_address(site.controller))
            if site.controller
            else "",
        }
        | {key: words.text(key) for key in _OWN}
        | {key: words.shared(key) for key in _SHARED},
    )


def _address(controller: Controller) -> str:
    return ", ".join(filter(None, (controller.name, controller.address, controller.contact)))


def _category(category: Category, inventory: Inventory, rows: _Rows, words: Wording) -> DeclaredCategory:
    items = (item for item in inventory.items if item.category.unlocked_by is category)
    services = (service for service in inventory.services if service.category.unlocked_by is category)
    return DeclaredCategory(
        category=category,
        title=words.shared(category),
        about=words.shared(f"{category}_text"),
        needs_consent=category.needs_consent,
        items=tuple(
            rows.row(item) for item in sorted(items, key=lambda item: (item.host, item.kind, item.name))
        ),
        services=tuple(sorted(services, key=lambda service: (service.vendor, service.service))),
    )


class _Rows:
    """Makes rows of items: knows whose services were seen, in which countries, and which of them get requests."""

    def __init__(self, site: Site, inventory: Inventory, words: Wording) -> None:
        self._words = words
        self._owner = site.controller.name if site.controller else site.name or site.id
        self._countries = {
            service.vendor: service.country for service in inventory.services if service.country
        }
        own = SiteHosts(site)
        # A cloaked host is the site's own by name only.
        self._reached = {
            rule.service
            for rule in inventory.rules
            if rule.service and (rule.exact_host or not own.owns(rule.host))
        }

    def row(self, item: InventoryItem) -> DeclaredItem:
        country = self._countries.get(item.vendor, "")
        third = item.party is Party.THIRD
        provider = self.provider(item)
        access = provider if third or item.service in self._reached else ""
        words = self._words
        return DeclaredItem(
            name=item.name,
            kind=words.text(item.kind),
            type=item.kind,
            host=item.host,
            provider=provider,
            service=item.service,
            purpose=words.purpose(item.name, item.purpose),
            lifetime_s=item.lifetime_s,
            lifetime=words.lifetime(item.kind, item.lifetime_s),
            third_party=third,
            access=access,
            access_text=words.text("access_by", provider=access) if access else words.text("access_none"),
            country=country,
            country_name=words.country(country) if country else "",
        )

    def provider(self, item: InventoryItem) -> str:
        """Return whose item it is: the vendor, else the site's owner or the foreign host."""
        return item.vendor or (item.host if item.party is Party.THIRD else self._owner)


def _change(change: Change, rows: _Rows, words: Wording) -> DeclaredChange:
    def thing(item: InventoryItem, before: InventoryItem | None = None) -> DeclaredThing:
        return DeclaredThing(
            name=item.name,
            kind=words.text(item.kind),
            provider=rows.provider(item),
            category=words.shared(item.category.unlocked_by),
            details=() if before is None else tuple(_details(before, item, rows, words)),
        )

    return DeclaredChange(
        date=change.date,
        date_text=words.date(change.date),
        new=tuple(thing(item) for item in change.new),
        gone=tuple(thing(item) for item in change.gone),
        changed=tuple(thing(item, before) for before, item in change.changed),
    )


def _details(before: InventoryItem, item: InventoryItem, rows: _Rows, words: Wording) -> list[str]:
    pairs = (
        ("", words.shared(before.category.unlocked_by), words.shared(item.category.unlocked_by)),
        (words.shared("vendor"), rows.provider(before), rows.provider(item)),
        (words.shared("purpose"), before.purpose or "\N{EN DASH}", item.purpose or "\N{EN DASH}"),
        (
            words.shared("duration"),
            words.lifetime(before.kind, before.lifetime_s),
            words.lifetime(item.kind, item.lifetime_s),
        ),
    )
    arrow = "←" if words.direction == "rtl" else "→"
    return [
        f"{label}: {old} {arrow} {new}" if label else f"{old} {arrow} {new}"
        for label, old, new in pairs
        if old != new
    ]
