"""The shape of a stored value, and the changing part of a name. A value itself is never kept or shown."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Callable
from typing import Literal
from urllib.parse import unquote

Shape = Literal[
    "empty",
    "flag",
    "language",
    "timestamp",
    "number",
    "uuid",
    "json",
    "encoded_json",
    "url",
    "identifier",
    "text",
]

IN_WORDS: dict[Shape, str] = {
    "empty": "the value is empty",
    "flag": "the value is a plain yes or no",
    "language": "the value is a language code",
    "timestamp": "the value is a point in time",
    "number": "the value is a number",
    "uuid": "the value is a random identifier (UUID)",
    "json": "the value is structured data (JSON)",
    "encoded_json": "the value is structured data (encoded JSON)",
    "url": "the value is an address",
    "identifier": "the value looks like a random identifier",
    "text": "the value is a short text",
}

_LANGUAGE = re.compile(r"^[a-z]{2}([-_][A-Za-z]{2}|[-_][A-Z][a-z]{3})?$")
_LANGUAGES = frozenset(
    code
    for codes in (
        "arbgbscacscydadeeleneseteufafifrgaglhehihrhuhyidisitjakakoltlvmk",
        "mtnbnlnnnoplptroruskslsqsrsvthtrukurvizh",
    )
    for code in (codes[at : at + 2] for at in range(0, len(codes), 2))
)
"""ISO 639-1 codes that websites use."""
_DATE = re.compile(r"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)")
_UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", re.IGNORECASE)
_FLAGS = frozenset({"0", "1", "true", "false", "yes", "no", "on", "off", "y", "n"})
_LONGEST = 4096
"""Judging more than this adds nothing and lets a hostile page cost time."""


def shape_of(value: str) -> Shape:
    """Name the shape of a value: the first that fits, in the order of `_TESTS`."""
    value = value[:_LONGEST]
    if "%" in value:
        value = unquote(value)
    value = value.strip().strip('"')
    return next((shape for shape, fits in _TESTS if fits(value)), "text")


def entropy(value: str) -> float:
    """Return the Shannon entropy of the characters in bits per character; random base64 of 22 has about 4."""
    size = len(value)
    if not size:
        return 0.0
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def _is_time(value: str) -> bool:
    """Whether a number is a Unix time in seconds or milliseconds between 2001 and 2065."""
    whole = value.partition(".")[0]
    return (len(whole) == 10 and "10" <= whole[:2] <= "30") or (
        len(whole) == 13 and "10" <= whole[:2] <= "30"
    )


def _is_encoded_json(value: str) -> bool:
    if len(value) < 8 or not value.startswith(("eyJ", "W3", "ey")):
        return False
    head = value.partition(".")[0]
    try:
        decoded = base64.b64decode(
            head + "=" * (-len(head) % 4), altchars=b"-_" if "-" in head or "_" in head else None
        )
    except (binascii.Error, ValueError):
        return False
    return decoded[:1] in {b"{", b"["}


def _is_number(value: str) -> bool:
    return value.isascii() and value.replace(".", "", 1).isdigit()


def _is_random(value: str) -> bool:
    return bool(_UUID.search(value)) or (len(value) >= 16 and " " not in value and entropy(value) >= 3.0)


_TESTS: tuple[tuple[Shape, Callable[[str], bool]], ...] = (
    ("empty", lambda value: not value),
    ("flag", lambda value: value.lower() in _FLAGS),
    ("language", lambda value: bool(_LANGUAGE.match(value)) and value[:2] in _LANGUAGES),
    ("timestamp", lambda value: (_is_number(value) and _is_time(value)) or bool(_DATE.match(value))),
    ("number", _is_number),
    ("json", lambda value: value[0] in "{[" and value[-1] in "}]"),
    ("url", lambda value: value.lower().startswith(("http://", "https://"))),
    ("uuid", lambda value: bool(_UUID.fullmatch(value))),
    ("encoded_json", _is_encoded_json),
    ("identifier", _is_random),
)


_CHANGING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<![A-Za-z0-9])[0-9a-f]{8,}(?![A-Za-z0-9])"
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{16,}(?![A-Za-z0-9])"
    r"|\d{5,}",
    re.IGNORECASE,
)


def pattern_of(name: str) -> str:
    """Return a name with what changes from visitor to visitor or property to property as ``*``.

    ``sess_8f14e45fceea167a`` becomes ``sess_*``. A name that would be nothing but ``*`` stays as it is.
    """
    pattern = re.sub(r"\*+", "*", _CHANGING.sub("*", name))
    return pattern if pattern.strip("*._-") else name
