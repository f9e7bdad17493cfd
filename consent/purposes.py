"""Every purpose is told, or nothing is published: a declaration that leaves one blank informs nobody.

Consent to what is not told is no informed consent (GDPR Art. 4(11) and 13(1)(c); ePrivacy Directive Art. 5(3); CJEU C-673/17,
Planet49). What the rules do not know, a decision says.
"""

from __future__ import annotations

from collections.abc import Sequence

from consent.model.categories import Category
from consent.model.errors import ConfigError
from consent.model.inventory import Inventory, InventoryItem

MOST_NAMED = 20
"""Items that an error names; it counts the others."""


class BlankPurposeError(ConfigError):
    """An inventory cannot be published, for nobody has said what ``items`` are for."""

    def __init__(self, site: str, items: Sequence[InventoryItem]) -> None:
        lines = [
            f"  {item.kind} {item.name!r} on {item.host} ({item.category})" for item in items[:MOST_NAMED]
        ]
        if len(items) > MOST_NAMED:
            lines.append(f"  and {len(items) - MOST_NAMED} more")
        what = "1 item has" if len(items) == 1 else f"{len(items)} items have"
        super().__init__(
            f"{what} no purpose, so the declaration of {site} could not say what for; nothing was published:\n"
            + "\n".join(lines),
            hint=_hint(site, items[0]),
        )
        self.items = tuple(items)


def blank_purposes(inventory: Inventory) -> tuple[InventoryItem, ...]:
    """Return the items that nobody has said the purpose of."""
    return tuple(item for item in inventory.items if not item.purpose.strip())


def require_purposes(inventory: Inventory) -> None:
    """Raise `BlankPurposeError` where an item has no purpose."""
    blank = blank_purposes(inventory)
    if blank:
        raise BlankPurposeError(inventory.site, blank)


def _hint(site: str, item: InventoryItem) -> str:
    category = Category.ADVERTISING if item.category is Category.UNCLASSIFIED else item.category
    return (
        "Say for each what it is for, then publish again: consentry knowledge decide"
        f" {site} {item.name!r} --kind {item.kind} --category {category} --purpose '…', or a"
        f" [[sites.{site}.decisions]] table with purpose."
    )
