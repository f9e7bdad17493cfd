"""An explanation as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from consent.model.categories import Category
from scanner.classify.explain import Explanation, Reason

_WIDTH = 110
_NAMES = 12


def in_words(found: Explanation) -> str:
    """Return the verdict, then each reason in its order, then what would decide where nothing does."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Explanation) -> Iterator[str]:
    yield from _verdict(found)
    yield ""
    if found.reasons:
        yield "Asked in this order:"
        for reason in found.reasons:
            yield from _reason(reason)
    else:
        yield "No rule, no import and no filter list knows it."
    if found.names:
        yield ""
        yield f"Known on or from this host: {len(found.names)} name(s)"
        for one in found.names[:_NAMES]:
            yield f"  {one['name']:<24} {one['category']:<14} {one['purpose']}"
        if len(found.names) > _NAMES:
            yield f"  … and {len(found.names) - _NAMES} more (--json has them)"
    if found.verdict.category is Category.UNCLASSIFIED:
        yield ""
        yield "What would decide:"
        if found.taken_as == "name":
            yield "  consentry knowledge decide SITE NAME --category … --reason … --reviewer …"
            yield "  or a rule in scanner/rules/, an import (consentry knowledge import FILE), or who sets it (consentry scan)"
        else:
            yield "  a rule with this host in scanner/rules/, or a filter list (consentry knowledge update)"


def _verdict(found: Explanation) -> Iterator[str]:
    verdict = found.verdict
    where = f" on {found.host}" if found.host and found.taken_as == "name" else ""
    yield f"{_plain(found.subject)}{where}: {verdict.category} ({verdict.confidence:.0%} sure)"
    yield from _wrapped(verdict.reason, "  ")
    if verdict.vendor or verdict.service:
        yield f"  Whose: {_plain(', '.join(filter(None, (verdict.service, verdict.vendor))))}"
    if verdict.purpose:
        yield from _wrapped(f"What for: {verdict.purpose}", "  ")
    if verdict.criterion:
        yield f"  Exempt from consent by criterion {verdict.criterion} of WP194"


def _reason(reason: Reason) -> Iterator[str]:
    mark = "→" if reason.decides else " "
    worth = f", worth {reason.confidence:.2f}" if reason.confidence is not None else ""
    yield f"{mark} {reason.rank}. {reason.kind} {_plain(reason.rule)!r}: {reason.category}{worth}"
    whose = _plain(", ".join(filter(None, (reason.service, reason.vendor))))
    for text in (whose, reason.purpose, reason.note):
        if text:
            yield from _wrapped(text, "     ")
    yield f"     rule {reason.id}" + (f", source {_plain(reason.source)}" if reason.source else "")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(_plain(text), _WIDTH, initial_indent=indent, subsequent_indent=indent)


def _plain(text: str) -> str:
    """Return text without control characters: names come from pages, and a terminal would obey them."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
