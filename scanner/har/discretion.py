"""What a recording must not hold: the headers and the login with which a site that is not public was opened.

A visitor's cookies are evidence, and the scan's visitors are nobody. Where the scan was logged in, they are keys: then no
cookie's value is kept.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

WITHHELD = "withheld"
_ALWAYS = frozenset({"authorization", "proxy-authorization"})
_MIN = 4
"""Characters of a value from which on it is looked for in other texts: a shorter one is in everything."""


@dataclass(frozen=True)
class Discretion:
    """``headers`` are names in lower case, ``values`` what stands in no text, ``cookies`` whether their values go too."""

    headers: frozenset[str] = _ALWAYS
    values: tuple[str, ...] = ()
    cookies: bool = False

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]], *, logged_in: bool) -> Discretion:
        """Return it for the headers that a scan added, and whether it began with a storage state."""
        headers = tuple(headers)
        values = [part for _, value in headers for part in _parts(value)]
        return cls(
            headers=_ALWAYS | {name.lower() for name, _ in headers},
            values=tuple(sorted({value for value in values if len(value) >= _MIN}, key=len, reverse=True)),
            cookies=logged_in or bool(headers),
        )

    def text(self, text: str) -> str:
        """Return the text without the values that it must not hold."""
        for value in self.values:
            text = text.replace(value, WITHHELD)
        return text

    def header(self, name: str, value: str) -> str:
        """Return a header's value as it may be kept; of a cookie its name and attributes."""
        known = name.lower()
        if known in self.headers:
            return WITHHELD
        if self.cookies and known == "cookie":
            return "; ".join(f"{pair.partition('=')[0].strip()}={WITHHELD}" for pair in value.split(";"))
        if self.cookies and known == "set-cookie":
            return "\n".join(_emptied(line) for line in value.split("\n"))
        return self.text(value)


def _emptied(line: str) -> str:
    pair, semicolon, attributes = line.partition(";")
    return f"{pair.partition('=')[0]}={WITHHELD}{semicolon}{attributes}"


def _parts(value: str) -> Iterable[str]:
    """Yield a header's value, what follows its scheme (``Bearer …``), and the password of a Basic login."""
    yield value
    scheme, _, rest = value.partition(" ")
    if rest:
        yield rest.strip()
    if scheme.lower() == "basic":
        try:
            login = base64.b64decode(rest, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield login
        yield login.partition(":")[2]
