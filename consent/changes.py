"""What is new in a notice since earlier ones, so that a visitor who is asked again reads why.

The stored notices are compared; nothing is kept besides. A service that moved to another category counts as new there, and
so does a purpose that a vendor did not have. What was dropped needs no new consent and is not told.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from consent.banner import Banner
from consent.model.categories import Category
from consent.store import Store
from widget.config import Change

Letter = Literal["n", "p", "f", "a"]
MOST_NOTICES = 5
"""How many earlier notices of a site are compared: a decision on an older one is told that something changed, not what."""
MOST_CHANGES = 12
"""Of what is new since one notice; the widget shows fewer and an ellipsis."""
NOTICE_DIGITS = 16
"""Digits of a notice version that the consent cookie has."""
_LETTERS: dict[str, Letter] = {
    Category.NECESSARY: "n",
    Category.PERFORMANCE: "p",
    Category.FUNCTIONALITY: "f",
    Category.ADVERTISING: "a",
    Category.UNCLASSIFIED: "a",
}
_READ_BACK = 200
"""Notices of all sites that are looked through for those of one."""


def changes_between(earlier: bytes, current: bytes) -> tuple[Change, ...]:
    """Return what the current notice has and the earlier has not: services first, then purposes of known ones."""
    before, now = _contents(earlier), _contents(current)
    services = [entry for entry in now.services if entry not in before.services]
    told = {(entry.category, entry.vendor) for entry in services}
    purposes = [
        entry
        for entry in now.purposes
        if entry not in before.purposes and (entry.category, entry.vendor) not in told
    ]
    return tuple((*services, *purposes)[:MOST_CHANGES])


async def with_changes(store: Store, banner: Banner) -> Banner:
    """Return a banner whose widget can tell what is new since the site's last notices."""
    config = banner.config
    changes = await changes_since(store, config.site, banner.notice_version, banner.notice)
    return dataclasses.replace(banner, config=dataclasses.replace(config, changes=changes))


async def changes_since(
    store: Store, site: str, version: str, notice: bytes
) -> dict[str, tuple[Change, ...]]:
    """Return what is new in a notice since each of the site's last ones, by their first digits."""
    found: dict[str, tuple[Change, ...]] = {}
    for other in reversed((await store.notice_versions())[-_READ_BACK:]):
        if other == version:
            continue
        earlier = await store.notice(other)
        if earlier is None or earlier.site != site:
            continue
        found[other[:NOTICE_DIGITS]] = changes_between(earlier.content, notice)
        if len(found) == MOST_NOTICES:
            break
    return found


class _Contents(msgspec.Struct, frozen=True):
    """Keys of dicts keep the notice's order and count each thing once."""

    services: dict[Change, None]
    purposes: dict[Change, None]


def _contents(notice: bytes) -> _Contents:
    content: Mapping[str, Any] = msgspec.json.decode(notice)
    services = {
        Change(
            _LETTERS[one["category"]],
            one["vendor"],
            one["service"] if one["service"] != one["vendor"] else "",
        )
        for one in content["services"]
    }
    purposes = {
        Change(_LETTERS[one["category"]], one["vendor"], one["purpose"])
        for one in content["items"]
        if one["purpose"]
    }
    return _Contents(dict.fromkeys(sorted(services)), dict.fromkeys(sorted(purposes)))
