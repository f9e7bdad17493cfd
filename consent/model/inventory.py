"""The inventory: what a scan found on one site, in the form that the widget is configured from.

It is the bridge of the closed loop. The scanner builds it from a report, `consent.banner` turns it into the widget's
blocking rules and declaration, and a second scan is checked against it.
"""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from consent.model.announcements import Announcement
from consent.model.categories import Category, ConsentState, Party

StorageKind = Literal[
    "cookie", "local_storage", "session_storage", "indexed_db", "cache_storage", "service_worker"
]


class InventoryItem(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie or storage key, as the declaration shows it and as the cleaner removes it.

    ``name`` may hold ``*`` as a wildcard (``_ga_*``); everything else in it is literal. ``host`` is the cookie's domain
    without the leading dot, or the host of the storage's origin. ``lifetime_s`` is the observed lifetime in seconds,
    ``None`` for the session (or for storage, which has no lifetime of its own).
    """

    kind: StorageKind
    name: str
    host: str
    party: Party
    category: Category
    vendor: str = ""
    service: str = ""
    purpose: str = ""
    lifetime_s: float | None = None
    http_only: bool = False
    states: tuple[ConsentState, ...] = ()
    reason: str = ""


class InventoryService(msgspec.Struct, frozen=True, kw_only=True):
    """A vendor's product that was seen on the site (by a request or by an item)."""

    service: str
    vendor: str
    category: Category
    country: str = ""
    policy_url: str = ""
    purpose: str = ""


class BlockingRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a request must wait for: URLs on ``host`` or its subdomains whose path starts with ``path``.

    The longest host wins, then the longest path. ``exact_host`` keeps subdomains out (a CNAME-cloaked host under the
    site's own domain must not drag its parent along).
    """

    host: str
    category: Category
    service: str = ""
    path: str = ""
    exact_host: bool = False


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the widget needs to know of one site; ``created`` is RFC 3339 in UTC.

    ``policy_version`` and ``policy_sha256`` (hex) are the privacy policy's, as they were known when this was published; each
    record made under it names them. They are no part of the notice: another wording of the policy asks nobody again. Nor is
    ``announcement``, what visitors who come back are told until its last day (`consent.announcements`).
    """

    schema: int = 1
    site: str
    scan_id: str
    created: str
    items: tuple[InventoryItem, ...] = ()
    services: tuple[InventoryService, ...] = ()
    rules: tuple[BlockingRule, ...] = ()
    policy_version: str = ""
    policy_sha256: str = ""
    announcement: Announcement | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the content without scan id and time: equal content, equal digest."""
        content = msgspec.json.encode(
            (self.site, self.items, self.services, self.rules), order="deterministic"
        )
        return hashlib.sha256(content).hexdigest()


def encode_inventory(inventory: Inventory) -> bytes:
    """Encode as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(inventory), indent=2) + b"\n"


def decode_inventory(data: bytes) -> Inventory:
    """Decode; raises `msgspec.ValidationError` or `msgspec.DecodeError` where the JSON is not an inventory."""
    return msgspec.json.decode(data, type=Inventory)
