"""What goes into a classification, and what comes out."""

from __future__ import annotations

import msgspec

from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import StorageKind


class ItemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one cookie or storage key.

    ``host`` is the cookie's domain or the storage origin's host; ``value`` is judged by its shape only. ``lifetime_s``
    is None where it ends with the session or is unknown. ``setters`` are the URLs that led to it, nearest first.
    ``states`` are those in which it was there. ``site`` is the visited page's host where it differs from the
    classifier's; ``party`` None means that it follows from site and host, and is unknown without a site.
    """

    kind: StorageKind = "cookie"
    name: str
    host: str = ""
    value: str = ""
    lifetime_s: float | None = None
    http_only: bool = False
    party: Party | None = None
    setters: tuple[str, ...] = ()
    states: tuple[ConsentState, ...] = ()
    site: str = ""


class Classification(msgspec.Struct, frozen=True, kw_only=True):
    """The judgement, with its reason in a sentence for a privacy officer.

    ``confidence`` is 0..1. ``rule`` is the id of the rule that decided (``vendor.service.name``), empty where none did.
    ``pattern`` is the name with its changing part as ``*``. Vendor and service are told even where the category stays
    `Category.UNCLASSIFIED`. ``criterion`` is why something necessary is exempt (WP194: A or B), by
    the decision or the rule. ``reopened``
    says what has changed since a decision was made, empty where nothing has.
    """

    category: Category
    vendor: str = ""
    service: str = ""
    service_id: str = ""
    confidence: float = 0.0
    reason: str = ""
    purpose: str = ""
    rule: str = ""
    pattern: str = ""
    criterion: str = ""
    reopened: str = ""
