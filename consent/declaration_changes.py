"""What changed in a site's declaration, and when: each publication's inventory against the one before.

Nothing is kept for it besides what the store has of every publication. Lifetimes count as they are shown: two scans never
see the same second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

from consent.lifetimes import shown_lifetime
from consent.model.inventory import Inventory, InventoryItem, decode_inventory
from consent.store import Store
from consent.times import rfc3339

MOST_CHANGES = 24
"""Changes that are shown, the latest first."""
MOST_PUBLICATIONS = 100
"""Publications of a site that are looked back on; most change nothing."""


class Change(NamedTuple):
    """What a publication changed; ``date`` is RFC 3339, ``changed`` are pairs of before and after."""

    date: str
    new: tuple[InventoryItem, ...]
    gone: tuple[InventoryItem, ...]
    changed: tuple[tuple[InventoryItem, InventoryItem], ...]


class History(NamedTuple):
    """When the site was first published (RFC 3339, empty where it never was), and what changed since, the latest first."""

    first: str
    changes: tuple[Change, ...]


async def history_of(store: Store, site: str) -> History:
    """Return what changed in a site's declaration."""
    publications = await store.publication_history(site, limit=MOST_PUBLICATIONS)
    if not publications:
        return History("", ())
    contents = [(one.published, await store.inventory(one.inventory_sha256)) for one in publications]
    # Beside the event loop: inventories of a hundred publications take a while, and visitors wait for nothing of it.
    changes = await asyncio.to_thread(_changes_of, contents)
    first = await store.first_publication(site)
    began = publications[0].published if first is None else first.published
    return History(rfc3339(began), changes)


def _changes_of(contents: Iterable[tuple[int, bytes | None]]) -> tuple[Change, ...]:
    return changes_over(
        (published, decode_inventory(content)) for published, content in contents if content is not None
    )


def changes_over(steps: Iterable[tuple[int, Inventory]]) -> tuple[Change, ...]:
    """Return what each step changed, the latest first; ``steps`` are publications (milliseconds, inventory), oldest first."""
    found: list[Change] = []
    before: Inventory | None = None
    for published, inventory in steps:
        if before is not None:
            change = _between(rfc3339(published), before, inventory)
            if change.new or change.gone or change.changed:
                found.append(change)
        before = inventory
    return tuple(reversed(found))[:MOST_CHANGES]


def _between(date: str, before: Inventory, after: Inventory) -> Change:
    old, new = _by_key(before), _by_key(after)
    return Change(
        date,
        tuple(item for key, item in new.items() if key not in old),
        tuple(item for key, item in old.items() if key not in new),
        tuple(
            (old[key], item) for key, item in new.items() if key in old and _shown(old[key]) != _shown(item)
        ),
    )


def _by_key(inventory: Inventory) -> dict[tuple[str, str, str], InventoryItem]:
    ordered = sorted(inventory.items, key=lambda item: (item.host, item.kind, item.name))
    return {(item.kind, item.name, item.host): item for item in ordered}


def _shown(item: InventoryItem) -> tuple[object, ...]:
    return item.category.unlocked_by, item.vendor, item.purpose, shown_lifetime(item.lifetime_s)
