"""Addresses of a message as a report may keep them: without what tells one reader from another.

A token out of a message opens its reader's pages, or unsubscribes him, for whoever has it. So of each value that could be
one the first characters stay, by which services' addresses are still known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from scanner.encodings import find_spelling, spellings_of
from scanner.identifiers import is_identifying

KEPT = 4
"""Characters of a value that stay; no service tells readers apart by so few."""
LONGEST = 60
"""Characters of a value from which on it is cut, whatever it looks like."""
_VALUE = re.compile(r"[^/?&=#;]+")
_PIECES = re.compile(r"[.~_+,:|!*-]+")
_MAIL = re.compile(r"[^\s/?&=#<>\"'@:]+@(?=[^\s/?&=#<>\"'@:]+\.)")
_MAX = 20_000


class Secrets:
    """The reader's addresses, and how each may be spelt; at most a few are looked for."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self.addresses = tuple(dict.fromkeys(one for one in addresses if len(one) >= 6))[:10]
        self._spellings = [spellings_of(one) for one in self.addresses]

    def encoding_in(self, text: str) -> str:
        """Return how a text holds one of the addresses, empty where it does not."""
        for spellings in self._spellings:
            if encoding := find_spelling(text, spellings):
                return encoding
        return ""


def masked(url: str, secrets: Secrets) -> str:
    """Return an address without tokens and readers' addresses; the host and short plain words stay."""
    scheme, colon, rest = url[:_MAX].partition("://")
    if not colon:
        return _short(url[:_MAX], secrets)
    end = min((rest.find(mark) for mark in "/?#" if mark in rest), default=len(rest))
    path, mark, query = rest[end:].partition("?")
    return (
        f"{scheme}://{rest[:end]}"
        + _VALUE.sub(lambda match: _short(match[0], secrets), path)
        + mark
        + _VALUE.sub(lambda match: _short(match[0], secrets, strict=False), query)
    )


def without_readers(text: str, names: Iterable[str], secrets: Secrets) -> str:
    """Return a subject without the reader's name and without any address."""
    for name in sorted({name.strip() for name in names if len(name.strip()) >= 3}, key=len, reverse=True):
        text = re.sub(re.escape(name), "…", text, flags=re.IGNORECASE)
    for address in secrets.addresses:
        text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    return _MAIL.sub("…@", text)


def is_token(value: str, *, strict: bool = True) -> bool:
    """Whether a value, or a piece of it, looks made to tell one reader from another; in a query less is enough."""
    return not is_slug(value) and any(
        is_identifying(piece, strict=strict) for piece in (value, *_PIECES.split(value))
    )


def is_slug(value: str) -> bool:
    """Whether a value is words and numbers as people write them into addresses (``spring-teas-2026``)."""
    pieces = [piece for piece in _PIECES.split(value) if piece]
    return len(pieces) > 1 and all(
        (piece.isalpha() and piece[1:].islower()) or piece.isupper() or (piece.isdigit() and len(piece) <= 8)
        for piece in pieces
    )


def _short(value: str, secrets: Secrets, *, strict: bool = True) -> str:
    plain = unquote(value)
    if len(value) > LONGEST or is_token(plain, strict=strict) or "@" in plain or secrets.encoding_in(plain):
        start = plain[:KEPT]
        return ("" if "@" in start else start) + "…"
    return value
