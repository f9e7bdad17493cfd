"""What the settings show of the inventory: how much of each category, its services, and the items themselves."""

from __future__ import annotations

from collections import Counter

from widget.config import Item, WidgetConfig

_LETTERS = "npfa"


def shown(items: tuple[Item, ...]) -> list[tuple[str, str, str, str, str, int | None]]:
    """Return items as the tables have them (types.d.ts, `Item`): kind, name, category, vendor, purpose, lifetime."""
    return [(one.kind, one.name, one.category, one.vendor, one.purpose, one.lifetime) for one in items]


def counts(items: tuple[Item, ...]) -> dict[str, int]:
    """Return how many items stand in each category; none for a category without."""
    return dict(Counter(_shown_in(item.category) for item in items))


def services(config: WidgetConfig) -> dict[str, list[str]]:
    """Return the services that are chosen by name: those of each category but the necessary that has several."""
    named: dict[str, set[str]] = {letter: set() for letter in _LETTERS}
    pairs = [(rule.category, rule.service) for rule in config.rules]
    for category, service in pairs + [(item.category, item.service) for item in config.items]:
        named[_shown_in(category)].add(service)
    chosen = {letter: sorted(names - {""}) for letter, names in named.items() if letter != "n"}
    return {letter: names for letter, names in chosen.items() if len(names) > 1}


def stored(config: WidgetConfig) -> list[tuple[str, str, str]]:
    """Return kind, name and service of what the site itself stores for a service that can be refused by name."""
    chosen = {name for names in services(config).values() for name in names}
    own = (item for item in config.items if item.own and item.category != "n" and item.service in chosen)
    return list(dict.fromkeys((item.kind, item.name, item.service) for item in own))


def _shown_in(category: str) -> str:
    """Return where an item stands: what is not classified waits for advertising, and stands there."""
    return "a" if category == "u" else category
