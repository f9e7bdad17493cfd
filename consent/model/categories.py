"""The four categories of storage and access, and what each needs.

Necessary, performance, functionality and advertising are the product's own words. Necessary means exempt under
ePrivacy Directive Art. 5(3), by criterion A or B of WP29 Opinion 04/2012 (WP194); the others need consent.
"""

from __future__ import annotations

from enum import StrEnum


class Category(StrEnum):
    """One of the four categories, or the status ``unclassified`` of what no evidence decides."""

    NECESSARY = "necessary"
    PERFORMANCE = "performance"
    FUNCTIONALITY = "functionality"
    ADVERTISING = "advertising"
    UNCLASSIFIED = "unclassified"

    @property
    def needs_consent(self) -> bool:
        """Whether nothing of this category may happen before consent (ePrivacy Art. 5(3))."""
        return self is not Category.NECESSARY

    @property
    def unlocked_by(self) -> Category:
        """The category whose consent releases it: unclassified things wait for advertising."""
        return Category.ADVERTISING if self is Category.UNCLASSIFIED else self


CATEGORIES: tuple[Category, ...] = (
    Category.NECESSARY,
    Category.PERFORMANCE,
    Category.FUNCTIONALITY,
    Category.ADVERTISING,
)
"""The four that a visitor decides about, in the order in which they are shown."""

CONSENT_CATEGORIES: tuple[Category, ...] = CATEGORIES[1:]
"""The three that need consent."""


class ConsentState(StrEnum):
    """What the scan pass did about consent before it looked."""

    BEFORE = "before"
    REJECT = "reject"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    GPC = "gpc"


class Party(StrEnum):
    """Whose registrable domain an item has: the visited page's own, or another's."""

    FIRST = "first"
    THIRD = "third"
