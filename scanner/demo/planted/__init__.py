"""A guest house's site with planted violations, and the table of all that it does: what a scanner is held to.

Unlike the demo shop it has a consent banner, home-made and only half connected, so that each consent state differs; and
it has what scanners miss: tags that wait for scrolling, a pixel that the refusal itself fires, a service worker's
request, a banner that hides from automation.
"""

from __future__ import annotations

from scanner.demo.planted.truth import (
    ALIASES,
    DEAF,
    HOSTS,
    ITEMS,
    PAGES,
    VIOLATIONS,
    TrueHost,
    TrueItem,
    Violation,
)
from scanner.demo.planted.world import PlantedWorld

__all__ = [
    "ALIASES",
    "DEAF",
    "HOSTS",
    "ITEMS",
    "PAGES",
    "VIOLATIONS",
    "PlantedWorld",
    "TrueHost",
    "TrueItem",
    "Violation",
]
