"""Kinds of pages, told by the shape of their paths, and a sample that shows each kind.

A shop has five hundred pages of one template; seeing five of them tells what the others do. Which five must not change
when the shop adds one more, or two scans could not be compared: the order within a kind is that of a hash.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit

MANY_AT_TOP = 30
"""So many different first segments are read as entries of one kind (a blog's posts); fewer as pages of their own."""
MANY = 6
"""The same for segments further down, which are lists more often."""

_MAX_DEPTH = 12
"""Segments that are looked at; a site that builds longer paths is caught in a loop, or means us to be."""
_CODE = re.compile(r"^(?:[0-9a-f]{8,}|[0-9a-f-]{32,})$", re.IGNORECASE)


def shapes(urls: Iterable[str]) -> dict[str, str]:
    """Return the shape of each URL: digits, codes and the many siblings of one place are left open.

    Values of the query are left open as well; their names count.
    """
    every = list(dict.fromkeys(urls))
    split = {url: urlsplit(url) for url in every}
    segments = {
        url: [_plain(part) for part in split[url].path.split("/")[1 : 1 + _MAX_DEPTH]] for url in every
    }
    current = {url: split[url].netloc for url in every}
    for depth in range(max((len(parts) for parts in segments.values()), default=0)):
        siblings: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for url, parts in segments.items():
            if depth < len(parts):
                siblings[current[url], len(parts)].add(parts[depth])
        for url, parts in segments.items():
            if depth < len(parts):
                many = len(siblings[current[url], len(parts)]) > (MANY if depth else MANY_AT_TOP)
                parts[depth] = "*" if many else parts[depth]
        for url, parts in segments.items():
            if depth < len(parts):
                current[url] = f"{current[url]}/{parts[depth]}"
    return {url: current[url] + _query(split[url].query) for url in every}


def _plain(segment: str) -> str:
    return "*" if _CODE.match(segment) else re.sub(r"\d+", "#", segment)


def _query(query: str) -> str:
    names = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
    return f"?{'&'.join(names)}" if names else ""


def ranked(urls: Sequence[str]) -> list[str]:
    """Return the URLs such that any beginning of the list shows as many kinds as it can, the earlier kinds first."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for url, shape in shapes(urls).items():
        groups[shape].append(url)
    for group in groups.values():
        group.sort(key=lambda url: hashlib.sha256(url.encode(errors="surrogatepass")).digest())
    order: list[str] = []
    rounds = [iter(group) for group in groups.values()]
    while rounds:
        rest = []
        for one in rounds:
            for url in one:
                order.append(url)
                rest.append(one)
                break
        rounds = rest
    return order
