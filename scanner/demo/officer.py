"""The privacy officer's step of the loop: what no rule knows is decided, each with its purpose, before anything is published."""

from __future__ import annotations

import datetime as dt

from consent.model.categories import Category
from consent.model.inventory import StorageKind
from consent.model.sites import Decision

REVIEWER = "Larkspur & Co"
_DAY = dt.date(2026, 11, 24)


def _decided(
    name: str, category: Category, purpose: str, reason: str, *, kind: StorageKind = "cookie"
) -> Decision:
    """What the shop's officer decided on that day about one of the shop's own things."""
    return Decision(
        name=name,
        kind=kind,
        category=category,
        vendor=REVIEWER,
        purpose=purpose,
        reason=reason,
        reviewer=REVIEWER,
        decided=_DAY,
    )


DECISIONS = (
    _decided(
        "lk_v7",
        Category.PERFORMANCE,
        "Keeps which of two versions of a page you see, so that they can be compared.",
        "Set by the shop's own comparison of page versions.",
    ),
    _decided(
        "larkspur_recent",
        Category.FUNCTIONALITY,
        "Keeps which teas you looked at, to show them to you again.",
        "A convenience that nobody asked for.",
        kind="local_storage",
    ),
    _decided(
        "larkspur_sale_start",
        Category.FUNCTIONALITY,
        "Keeps when you first saw the sale, for its countdown.",
        "The sale can be read without it.",
        kind="local_storage",
    ),
    _decided(
        "larkspur-offline",
        Category.FUNCTIONALITY,
        "Keeps pages that you looked at, so that they can be read without a connection.",
        "The shop works without it.",
        kind="indexed_db",
    ),
)
"""Of the demo shop's items, those that a scan leaves unclassified."""
