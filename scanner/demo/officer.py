"""The privacy officer's step of the loop: what no rule knows is decided, each with its purpose, before anything is published."""

from __future__ import annotations

import datetime as dt

from consent.model.categories import Category
from consent.model.sites import Decision

REVIEWER = "Larkspur & Co"
_DAY = dt.date(2026, 11, 24)

DECISIONS = (
    Decision(
        name="lk_v7",
        category=Category.PERFORMANCE,
        vendor=REVIEWER,
        purpose="Keeps which of two versions of a page you see, so that they can be compared.",
        reason="Set by the shop's own comparison of page versions.",
        reviewer=REVIEWER,
        decided=_DAY,
    ),
    Decision(
        name="larkspur_recent",
        kind="local_storage",
        category=Category.FUNCTIONALITY,
        vendor=REVIEWER,
        purpose="Keeps which teas you looked at, to show them to you again.",
        reason="A convenience that nobody asked for.",
        reviewer=REVIEWER,
        decided=_DAY,
    ),
    Decision(
        name="larkspur_sale_start",
        kind="local_storage",
        category=Category.FUNCTIONALITY,
        vendor=REVIEWER,
        purpose="Keeps when you first saw the sale, for its countdown.",
        reason="The sale can be read without it.",
        reviewer=REVIEWER,
        decided=_DAY,
    ),
    Decision(
        name="larkspur-offline",
        kind="indexed_db",
        category=Category.FUNCTIONALITY,
        vendor=REVIEWER,
        purpose="Keeps pages that you looked at, so that they can be read without a connection.",
        reason="The shop works without it.",
        reviewer=REVIEWER,
        decided=_DAY,
    ),
)
"""Of the demo shop's items, those that a scan leaves unclassified."""
