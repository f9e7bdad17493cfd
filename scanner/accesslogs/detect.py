"""Which format a log has, by its first lines."""

from __future__ import annotations

from collections.abc import Sequence

from consent.model.errors import ConfigError
from scanner.accesslogs.json_lines import JsonLayout
from scanner.accesslogs.layouts import TEMPLATES, ColumnLayout, Layout, named

ENOUGH = 0.5
"""The share of the first lines that must be of a format: attacks leave broken ones in every log."""


def layout_of(lines: Sequence[bytes], name: str = "") -> Layout:
    """Return the format of these lines (without their ends), or the one that is named; raises `ConfigError`."""
    if name == "json":
        return JsonLayout()
    if name == "w3c" or (not name and any(line.startswith(b"#Fields:") for line in lines)):
        fields = next((line[8:] for line in lines if line.startswith(b"#Fields:")), b"")
        return ColumnLayout(tuple(fields.decode("utf-8", "replace").split()))
    if name:
        return named(name)
    read = [line for line in lines if line.strip()]
    if not read:
        raise ConfigError(
            "The log has no lines.", hint="Give a log with entries, or an older one (access.log.1)."
        )
    candidates: list[Layout] = [JsonLayout(), *map(named, TEMPLATES)]
    fits = [sum(one.rewrite(line, {}) is not None for line in read) for one in candidates]
    # What follows a format that ends openly is only searched, so that an exact format of as many lines goes first.
    best = max(range(len(candidates)), key=lambda number: (fits[number], _exactness(candidates[number])))
    if fits[best] < len(read) * ENOUGH:
        raise ConfigError(
            f"The log's format is not known: at most {fits[best]} of the first {len(read)} lines are of one.",
            hint="Give it as your server's configuration writes it: --format '$remote_addr [$time_local] \"$request\" …' or '%h %l %u %t \"%r\" …'.",
        )
    return candidates[best]


def _exactness(layout: Layout) -> tuple[bool, int]:
    return "other" not in layout.roles, sum(role != "other" for role in layout.roles)
