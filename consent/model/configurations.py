"""What another consent tool's configuration says of a site, in our words: between who reads such files and who takes them over."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.model.categories import Category
from consent.model.inventory import StorageKind


class ConfiguredItem(msgspec.Struct, frozen=True, kw_only=True):
    """One cookie or storage key that a configuration files under a category; ``filed`` is its own word for it."""

    name: str
    category: Category
    kind: StorageKind = "cookie"
    host: str = ""
    vendor: str = ""
    purpose: str = ""
    filed: str = ""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says: ``settings`` are keys of a site's table; ``left`` says in sentences what has no counterpart."""

    tool: str
    settings: dict[str, Any]
    items: tuple[ConfiguredItem, ...]
    left: tuple[str, ...] = ()
