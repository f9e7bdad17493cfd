"""What the statistical fallback looks at: the same features in training and in use.

A feature is a short string. The changing part of a name is cut out first, so that no identifier becomes a feature.
"""

from __future__ import annotations

from collections.abc import Iterator

from consent.model.categories import Party
from scanner.classify.facts import ItemFacts
from scanner.classify.values import pattern_of, shape_of
from scanner.knowledge.words import words_of

_GRAM = 3
_LONGEST_NAME = 60
_LIFETIMES = ((3600.0, "hour"), (86400.0, "day"), (31 * 86400.0, "month"), (370 * 86400.0, "year"))


def features_of(facts: ItemFacts, party: Party | None) -> list[str]:
    """Return the features of an item, each once."""
    return list(dict.fromkeys(_features(facts, party)))


def _features(facts: ItemFacts, party: Party | None) -> Iterator[str]:
    name = pattern_of(facts.name[:_LONGEST_NAME])
    for word in words_of(name):
        yield f"w:{'9' if word.isdigit() else word}"
    plain = f"^{name.lower()}$"
    for at in range(len(plain) - _GRAM + 1):
        yield f"g:{plain[at : at + _GRAM]}"
    yield from _form(name, facts.name)
    yield f"p:{party or 'unknown'}"
    yield f"k:{facts.kind}"
    if party is Party.THIRD:
        for label in facts.host.split(".")[:-1]:
            for word in words_of(label):
                yield f"h:{word}"
    if facts.value:
        yield f"v:{shape_of(facts.value)}"
        yield f"t:{_lifetime(facts.lifetime_s)}"
        if facts.http_only:
            yield "c:http_only"


def _form(name: str, whole: str) -> Iterator[str]:
    yield f"n:{min(len(name), 24) // 4}"
    if name != whole:
        yield "n:changing"
    if name.startswith("_"):
        yield "n:underscore"
    if name.isupper():
        yield "n:upper"


def _lifetime(seconds: float | None) -> str:
    if seconds is None:
        return "session"
    return next((name for limit, name in _LIFETIMES if seconds <= limit), "longer")
