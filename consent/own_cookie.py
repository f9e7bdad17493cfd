"""The widget's own cookie in what is published: told from the first notice on, and the same in each.

The scan that an inventory is first made of meets no widget, so it cannot have found its cookie. Were it told only after the
scan that proves the protection, the notice would change by that alone, and every visitor would be asked again about nothing.
"""

from __future__ import annotations

import msgspec

from consent.model import own_cookie
from consent.model.categories import Category, Party
from consent.model.domains import host_of, registrable_domain
from consent.model.inventory import Inventory, InventoryItem
from consent.model.sites import Site

_DAY_S = 86_400


def with_own_cookie(site: Site, inventory: Inventory) -> Inventory:
    """Return an inventory that has the cookie, with the lifetime that the site's settings give it.

    Where a scan found it, its item stays, on the host where it was found: a scan sees what is left of the lifetime, which
    is less by a little.
    """
    lifetime_s = float(site.banner.consent_days * _DAY_S)
    found = [item for item in inventory.items if _is_own(item)]
    if found:
        items = tuple(
            msgspec.structs.replace(item, lifetime_s=lifetime_s) if _is_own(item) else item
            for item in inventory.items
        )
    else:
        host = host_of(site.url)
        made = InventoryItem(
            kind="cookie",
            name=own_cookie.NAME,
            host=registrable_domain(host) or host,
            party=Party.FIRST,
            category=Category.NECESSARY,
            service=own_cookie.SERVICE,
            purpose=own_cookie.PURPOSE,
            lifetime_s=lifetime_s,
            reason=own_cookie.REASON,
        )
        items = tuple(sorted((*inventory.items, made), key=lambda item: (item.kind, item.name, item.host)))
    return msgspec.structs.replace(inventory, items=items)


def _is_own(item: InventoryItem) -> bool:
    return item.kind == "cookie" and item.name == own_cookie.NAME and item.party is Party.FIRST
