"""From errors that pages told the console to the report's: each once, with the states in which it happens."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from consent.model.categories import ConsentState
from scanner.observations import Observation
from scanner.report import PageError

MAX_REPORTED = 300
_PAGES = 5
_STATES = list(ConsentState)


def page_errors_of(seen: Iterable[Observation]) -> tuple[PageError, ...]:
    """Return one entry for each error and place over all pages and states; addresses lose their query."""
    found: dict[tuple[str, str, str], PageError] = {}
    for one in seen:
        if one.kind != "page_error" or not one.after_action:
            continue
        kind = str(one.details.get("kind", ""))
        source = re.sub(r"\?[^?]*(?=:\d+:\d+$)", "", str(one.details.get("source", "")))
        key = (kind, one.name, source)
        known = found.get(key) or PageError(kind=kind, text=one.name, source=source)
        is_new = one.page not in known.pages
        found[key] = msgspec.structs.replace(
            known,
            states=tuple(sorted({*known.states, one.state}, key=_STATES.index)),
            pages=(*known.pages, one.page)[:_PAGES] if is_new else known.pages,
            page_count=known.page_count + (is_new and len(known.pages) < _PAGES),
        )
    return tuple(list(found.values())[:MAX_REPORTED])
