"""Which scripts a stack names, in the format that the browser's engine writes."""

from __future__ import annotations

import re

_FRAME = re.compile(r"(https?://[^\s()]+?):\d+:\d+\)?$", re.MULTILINE)
_LONGEST = 8_192


def scripts_of(stack: object) -> tuple[str, ...]:
    """Return the scripts' URLs without fragment, nearest first, each once; empty where the text names none."""
    urls = (match[1].partition("#")[0] for match in _FRAME.finditer(str(stack)[:_LONGEST]))
    return tuple(dict.fromkeys(urls))
