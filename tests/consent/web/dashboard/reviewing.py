"""Sites with finished scans whose items wait for a decision."""

from __future__ import annotations

from typing import Any

import uuid_utils

from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import Inventory, InventoryItem, encode_inventory
from consent.model.scans import INVENTORY_JSON, ScanChange, ScanItem, ScanRun
from consent.store import Store
from consent.times import DAY_MS, now_ms
from tests.consent.factories import inventory

HOSTILE = "<script>alert(1)</script>" + "very_long_name_without_a_break" * 20


def waiting(name: str, **fields: Any) -> ScanItem:
    """An item that nothing in the rules knows."""
    given: dict[str, Any] = {
        "kind": "cookie",
        "host": "www.larkspur.example",
        "party": Party.FIRST,
        "category": Category.UNCLASSIFIED,
        "confidence": 0.2,
        "reason": "No rule knows this name, and its value tells visitors apart.",
        "states": (ConsentState.BEFORE, ConsentState.ACCEPT),
        "lifetime_s": 365.0 * 86_400,
        "set_by": ("https://cdn.tea.example/stats.js", "https://www.larkspur.example/"),
        "first_page": "https://www.larkspur.example/tea/green",
        "identifier": True,
    }
    return ScanItem(name=name, **(given | fields))


REOPENED = waiting(
    "_ga_*",
    category=Category.PERFORMANCE,
    confidence=1.0,
    reason="Decided for this site by bo.",
    vendor="Google",
    service="Google Analytics",
    purpose="Counts visits.",
    reopened=True,
    reopened_reason="it stays over 13 months, and stayed up to a month then",
)


def listed(item: ScanItem) -> InventoryItem:
    return InventoryItem(
        kind=item.kind, name=item.name, host=item.host, party=item.party, category=item.category,
        vendor=item.vendor, service=item.service, purpose=item.purpose, lifetime_s=item.lifetime_s, states=item.states,
    )  # fmt: skip


async def scanned(
    store: Store, *items: ScanItem, of: str = "larkspur", known: Inventory | None = None
) -> ScanRun:
    """A scan that has finished a day ago, with the inventory that publishing it takes."""
    began = now_ms() - DAY_MS
    run = ScanRun(
        scan_id=str(uuid_utils.uuid7()), site=of, status="finished", started_ms=began, finished_ms=began + 90_000,
        verdict="violations", items=len(items), unclassified=sum(one.category is Category.UNCLASSIFIED for one in items),
    )  # fmt: skip
    found = known or inventory(site=of, scan_id=run.scan_id)
    kept = [one for one in found.items if one.name not in {item.name for item in items}]
    made = Inventory(
        site=of, scan_id=run.scan_id, created="2026-11-25T03:00:00Z", services=found.services, rules=found.rules,
        items=(*kept, *map(listed, items)),
    )  # fmt: skip
    await store.record_scan(run, items, ScanChange(), {INVENTORY_JSON: encode_inventory(made)})
    return run
