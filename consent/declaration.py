"""The cookie declaration: what is stored on a visitor's device, why, for how long, and who gets access.

Duration and third-party access must be told (CJEU C-673/17, Planet49); both come from what the scan observed.
"""

from __future__ import annotations

import msgspec

from consent.model.categories import CATEGORIES, Category, Party
from consent.model.inventory import Inventory, InventoryItem, InventoryService
from consent.model.sites import Controller, Site

_KINDS = {
    "cookie": "Cookie",
    "local_storage": "Local storage",
    "session_storage": "Session storage",
    "indexed_db": "Database in the browser",
    "cache_storage": "Cache storage",
    "service_worker": "Service worker",
}
_UNITS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60))


class DeclaredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One row. ``lifetime_s`` is in seconds, None where it ends with the session or has no end of its own."""

    name: str
    kind: str
    host: str
    provider: str
    service: str
    purpose: str
    lifetime_s: float | None
    lifetime: str
    third_party: bool


class DeclaredCategory(msgspec.Struct, frozen=True, kw_only=True):
    """One category with its rows and the services that it lets run."""

    category: Category
    needs_consent: bool
    items: tuple[DeclaredItem, ...]
    services: tuple[InventoryService, ...]


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """The whole declaration; ``updated`` is the time of the scan (RFC 3339)."""

    site: str
    name: str
    url: str
    controller: Controller | None
    policy_url: str | None
    updated: str
    scan_id: str
    notice_version: str
    categories: tuple[DeclaredCategory, ...]


def declaration_of(site: Site, inventory: Inventory, notice_version: str) -> Declaration:
    """Arrange an inventory by category; what is unclassified stands where the banner asks for it."""
    return Declaration(
        site=site.id,
        name=site.name or site.id,
        url=site.url,
        controller=site.controller,
        policy_url=site.policy_url,
        updated=inventory.created,
        scan_id=inventory.scan_id,
        notice_version=notice_version,
        categories=tuple(_category(category, inventory) for category in CATEGORIES),
    )


def _category(category: Category, inventory: Inventory) -> DeclaredCategory:
    items = (item for item in inventory.items if item.category.unlocked_by is category)
    services = (service for service in inventory.services if service.category.unlocked_by is category)
    return DeclaredCategory(
        category=category,
        needs_consent=category.needs_consent,
        items=tuple(
            _declared(item) for item in sorted(items, key=lambda item: (item.host, item.kind, item.name))
        ),
        services=tuple(sorted(services, key=lambda service: (service.vendor, service.service))),
    )


def _declared(item: InventoryItem) -> DeclaredItem:
    return DeclaredItem(
        name=item.name,
        kind=_KINDS[item.kind],
        host=item.host,
        provider=item.vendor or item.host,
        service=item.service,
        purpose=item.purpose,
        lifetime_s=item.lifetime_s,
        lifetime=lifetime_text(item.kind, item.lifetime_s),
        third_party=item.party is Party.THIRD,
    )


def lifetime_text(kind: str, lifetime_s: float | None) -> str:
    """Return a duration in words: ``13 months``, ``session``, ``until deleted``."""
    if lifetime_s is None:
        return "session" if kind in {"cookie", "session_storage"} else "until deleted"
    for name, seconds in _UNITS:
        # A cookie seen a moment after it was set has lost that moment; 1 year is not "12 months and some days".
        count = round(lifetime_s / seconds)
        if count >= 1 and lifetime_s >= seconds * 0.98 and (name != "year" or _is_whole(lifetime_s, seconds)):
            return f"{count} {name}{'s' if count > 1 else ''}"
    return "less than a minute"


def _is_whole(lifetime_s: float, seconds: int) -> bool:
    years = lifetime_s / seconds
    return abs(years - round(years)) < 0.02
