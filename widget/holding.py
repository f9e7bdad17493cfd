"""What the widget holds back, in the order in which it tries its rules, and whether its shield holds that by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from widget.config import Item, Letter, Rule, WidgetConfig

Known = tuple[str, str, str, int]
"""Kind, name, category, and 1 where it is HttpOnly: an item as the first part is told of it (types.d.ts, `Known`)."""


def shield_suffices(config: WidgetConfig) -> bool:
    """Whether the shield (shield.js) refuses by itself all that the inventory holds back, so that requests need no asking.

    It names hosts: it cannot tell paths apart, nor a host from the one that it belongs to where they wait for different
    things, nor what is on the site's own domains. It cannot be changed in a page, so withdrawal must load the page anew.
    """
    if config.release != "reload" or config.unknown != "strict" or not config.reload_on_withdraw:
        return False
    hosts: dict[str, tuple[Letter, str]] = {}
    for host, path, category, _exact, service in config.rules:
        if path not in {"", "/"} or hosts.setdefault(host, (category, service)) != (category, service):
            return False
    own = [
        host for host, (category, _service) in hosts.items() if category != "n" and _within(host, config.own)
    ]
    return not own and all(
        hosts[parent] == waits
        for host, waits in hosts.items()
        for parent in _parents(host)
        if parent in hosts
    )


def _within(host: str, domains: Iterable[str]) -> bool:
    return any(domain in {host, *_parents(host)} for domain in domains)


def _parents(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def in_order_of_trial(rules: Iterable[Rule]) -> list[Rule]:
    """Return the rules in the order in which `ruleFor` in decide.js tries them: the longest host, then the longest path."""
    return sorted(rules, key=lambda rule: (-len(rule.host), -len(rule.path)))


def known(items: tuple[Item, ...]) -> list[Known]:
    """Return the site's own items that are held back and removed, and those necessary ones that a pattern must spare.

    They stand in the order in which `itemFor` in decide.js tries them: names, then patterns, the longest first.
    """
    own = own_items(items)
    optional = [item for item in own if item[2] != "n"]
    needed = [
        item
        for item in own
        if item[2] != "n" or any(item[0] == kind and _fits(name, item[1]) for kind, name, _, _ in optional)
    ]
    return tried(needed)


def own_items(items: tuple[Item, ...]) -> list[Known]:
    """Return the items of the site itself, each once."""
    return list(dict.fromkeys((one.kind, one.name, one.category, one.http_only) for one in items if one.own))


def tried(items: list[Known]) -> list[Known]:
    """Return items in the order in which `itemFor` tries them."""
    return sorted(items, key=lambda item: ("*" in item[1], -len(item[1])))


def _fits(pattern: str, name: str) -> bool:
    """Whether `nameMatches` in decide.js would say so; a name that is a pattern itself is spared when in doubt."""
    literal = ".*".join(map(re.escape, pattern.split("*")))
    return "*" in name or re.fullmatch(literal, name, re.DOTALL) is not None
