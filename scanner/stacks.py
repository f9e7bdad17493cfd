"""Which scripts a stack names, in the format that the browser's engine writes."""

from __future__ import annotations

import re

_FRAME = re.compile(r"(https?://[^\s()]+?):\d+:\d+\)?$", re.MULTILINE)
_PLACE = re.compile(r"(?:at (async )?.*?)?(https?://[^\s()]+?:\d+:\d+)\)?$")
_LONGEST = 8_192
MAX_FRAMES = 12
"""Places of a stack that are kept: whoever called, and the timers and promises behind it."""


def scripts_of(stack: object) -> tuple[str, ...]:
    """Return the scripts' URLs without fragment, nearest first, each once; empty where the text names none."""
    urls = (match[1].partition("#")[0] for match in _FRAME.finditer(str(stack)[:_LONGEST]))
    return tuple(dict.fromkeys(urls))


def places_of(stack: object) -> tuple[str, ...]:
    """Return where each frame stands (``url:line:column``), nearest first; those behind an ``await`` begin with ``async ``."""
    found = []
    for line in str(stack)[:_LONGEST].splitlines():
        match = _PLACE.search(line.strip())
        if match:
            found.append(f"{match[1] or ''}{match[2]}")
    return tuple(dict.fromkeys(found))[:MAX_FRAMES]
