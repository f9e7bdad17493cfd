"""The shapes of the demo's truth table."""

from __future__ import annotations

import dataclasses
from typing import Literal

from consent.model.categories import Category, Party
from consent.model.inventory import StorageKind

MINUTE = 60
HOUR = 3_600
DAY = 86_400
YEAR = 365 * DAY
THIRTEEN_MONTHS = 390 * DAY
TWO_YEARS = 730 * DAY
KEPT_AT_MOST = 400 * DAY
"""Browsers cut longer lifetimes (draft-ietf-httpbis-rfc6265bis, section 5.5)."""

Action = Literal["load", "scroll", "add to basket", "switch language"]
"""What a visitor does before the item appears."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Item:
    """One cookie or storage key.

    ``host`` is the cookie's domain without its leading dot, or the storage origin's host. ``set_by`` are beginnings
    of the URLs of the scripts or responses that set it. ``pages`` are paths. ``lifetime_s`` is what is asked for, None
    for the session and for storage.
    """

    kind: StorageKind
    name: str
    host: str
    party: Party
    category: Category
    service: str
    vendor: str
    set_by: tuple[str, ...]
    via: Literal["header", "script"]
    pages: tuple[str, ...]
    also: tuple[Category, ...] = ()
    after: Action = "load"
    lifetime_s: int | None = None
    http_only: bool = False
    secure: bool = False
    same_site: Literal["Strict", "Lax", "None"] = "Lax"
    partitioned: bool = False

    @property
    def kept_s(self) -> int | None:
        """How long a browser keeps it, in seconds; None for the session and for storage."""
        return None if self.lifetime_s is None else min(self.lifetime_s, KEPT_AT_MOST)

    @property
    def key(self) -> tuple[StorageKind, str, str]:
        """Kind, name and host: what tells it from all others."""
        return (self.kind, self.name, self.host)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ThirdParty:
    """One host that is not the shop's own, what it is for, and the pages that reach it when they are loaded."""

    host: str
    category: Category
    service: str
    vendor: str
    pages: tuple[str, ...]
    also: tuple[Category, ...] = ()
    after: Action = "load"


@dataclasses.dataclass(frozen=True, kw_only=True)
class TruePage:
    """One address of the shop: its status, where a redirect leads, and how a crawler can learn of it.

    ``found_by`` is "link", "sitemap" (linked nowhere) or "nothing". ``robots`` is False where robots.txt asks robots
    to stay away.
    """

    path: str
    status: int = 200
    leads_to: str = ""
    found_by: Literal["link", "sitemap", "nothing"] = "link"
    robots: bool = True
    download: bool = False
