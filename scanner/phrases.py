"""Texts as they are compared: lower case words without punctuation, symbols and apostrophes."""

from __future__ import annotations

import re
import unicodedata


def normalised(text: str) -> str:
    """Return lower case words without punctuation, symbols and apostrophes."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub("['’‘`´]", "", plain)  # noqa: RUF001 - apostrophes as they are typed
    return " ".join(re.sub(r"[^\w\s]|_", " ", plain).split())
