"""Splits a name into words, so that `lastVisitDate`, `last_visit_date` and `LAST-VISIT` say the same."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_LONGEST = 120
"""A longer name is no name that a person chose."""


@lru_cache(maxsize=16_384)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: letters by case and separators, digits apart."""
    return tuple(word.lower() for word in _WORD.findall(name[:_LONGEST]))
