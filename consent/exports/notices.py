"""What the standards' exports need of a notice: controller, links, purposes with their recipients and kinds of data.

It is read from the notice that the record names, so that an export says what held when the visitor decided, and not what
sites.toml says today. Only where the log lies and how long it is kept come from the settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import msgspec

from consent.model.categories import CONSENT_CATEGORIES, Category
from consent.model.errors import IntegrityError
from consent.model.sites import Controller, LogSettings, Site
from consent.store import Store

_KEPT = 256
"""So many notices are kept in memory; a log has a few for each site and year."""


class _Links(msgspec.Struct, frozen=True):
    policy: str | None = None


class _Item(msgspec.Struct, frozen=True):
    kind: str
    category: Category
    vendor: str = ""


class _Service(msgspec.Struct, frozen=True):
    service: str
    vendor: str
    category: Category


class _Content(msgspec.Struct, frozen=True):
    """What is read of a notice (`consent.banner`)."""

    site: str
    controller: Controller | None = None
    links: _Links = _Links()
    items: tuple[_Item, ...] = ()
    services: tuple[_Service, ...] = ()


def content_of(notice: bytes) -> _Content:
    """Read a notice; raises `msgspec.DecodeError` where it is none."""
    return msgspec.json.decode(notice, type=_Content)


class Shown:
    """One notice, and how its site keeps the log."""

    def __init__(self, version: str, content: _Content, site: Site | None) -> None:
        self.version = version
        self.site = content.site
        self.policy_url = content.links.policy or ""
        name = (site.name if site is not None else "") or content.site
        self.controller = content.controller or Controller(name=name)
        self.log = site.log if site is not None else LogSettings()
        self._content = content

    @cached_property
    def vendors(self) -> dict[Category, tuple[str, ...]]:
        """For each category the companies that get data, sorted; the controller itself is none of them."""
        found: dict[Category, set[str]] = {category: set() for category in CONSENT_CATEGORIES}
        named = [(part.category, part.vendor) for part in self._content.services]
        named += [(part.category, part.vendor) for part in self._content.items]
        for category, vendor in named:
            if category.unlocked_by in found and vendor not in {"", self.controller.name}:
                found[category.unlocked_by].add(vendor)
        return {category: tuple(sorted(names)) for category, names in found.items()}

    @cached_property
    def services(self) -> dict[Category, tuple[str, ...]]:
        """For each category the services that it lets run, sorted."""
        found: dict[Category, set[str]] = {category: set() for category in CONSENT_CATEGORIES}
        for service in self._content.services:
            if service.category.unlocked_by in found:
                found[service.category.unlocked_by].add(service.service)
        return {category: tuple(sorted(names)) for category, names in found.items()}

    @cached_property
    def kinds(self) -> dict[Category, tuple[str, ...]]:
        """For each category the kinds of storage on the visitor's device (``cookie``, ``local_storage`` …), sorted."""
        found: dict[Category, set[str]] = {category: set() for category in CONSENT_CATEGORIES}
        for item in self._content.items:
            if item.category.unlocked_by in found:
                found[item.category.unlocked_by].add(item.kind)
        return {category: tuple(sorted(kinds)) for category, kinds in found.items()}


class Notices:
    """The notices of a log, each read once."""

    def __init__(self, store: Store, sites: Mapping[str, Site]) -> None:
        self._store = store
        self._sites = sites
        self._found: dict[str, Shown] = {}

    async def shown(self, version: str) -> Shown:
        """Return what a notice version showed; raises `IntegrityError` where the log has lost it."""
        found = self._found.get(version)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[version] = await self._read(version)
        return found

    async def _read(self, version: str) -> Shown:
        notice = await self._store.notice(version)
        if notice is None:
            raise _unreadable(version, "it is not stored")
        try:
            content = content_of(notice.content)
        except msgspec.DecodeError as error:
            raise _unreadable(version, str(error)) from error
        return Shown(version, content, self._sites.get(content.site))


def _unreadable(version: str, why: str) -> IntegrityError:
    return IntegrityError(f"The notice {version} cannot be read: {why}.", hint="Run: consentry log verify")
