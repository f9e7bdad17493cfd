"""What a language needs for the audit, as data: a folder of TOML files each, found by its name.

`language.toml` holds common words, months and units; every other file holds patterns for sentences, each with its own
examples that the suite runs. A new language is a new folder.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import tomli
from msgspec import Meta

from consent.model.errors import ConfigError
from scanner.policy.model import BlockKind, Sentence, Topic

FOLDER = Path(__file__).parent / "languages"
LEAST_SHARE = 0.08
"""The share of words that must be the language's common ones; texts in a language have a fifth and more."""

_WORD = re.compile(r"[^\W\d_]+")
_FRAGMENT = re.compile(r"<([a-z_]+)>")
Text = Annotated[str, Meta(min_length=1)]
T = TypeVar("T", bound=msgspec.Struct)


class Pattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that sentences say: any of ``any`` and none of ``unless`` must be found, case aside.

    White space is single; ``<name>`` stands for a fragment of the file's ``[words]``. ``heading`` must be found in the
    section's heading where it is given, ``kinds`` restricts the kind of block. ``value`` is the topic's own word; a claim's
    is the id of its rule.
    """

    topic: Topic
    value: Text
    any: Annotated[tuple[Text, ...], Meta(min_length=1)]
    unless: tuple[Text, ...] = ()
    heading: str = ""
    kinds: tuple[BlockKind, ...] = ()
    confidence: Annotated[float, Meta(gt=0, le=1)] = 0.85
    matches: Annotated[tuple[Text, ...], Meta(min_length=1)]
    ignores: Annotated[tuple[Text, ...], Meta(min_length=1)]


class _PatternFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pattern: tuple[Pattern, ...]
    words: dict[str, str] = {}


class _LanguageFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    common: tuple[str, ...]
    months: dict[str, int]
    units: dict[str, float]
    numbers: dict[str, int]
    updated: tuple[str, ...]
    effective: tuple[str, ...]
    session: tuple[str, ...]
    persistent: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    company_columns: tuple[str, ...]
    company_signs: tuple[str, ...]
    categories: dict[str, tuple[str, ...]]
    places: dict[str, tuple[str, ...]]
    uses: tuple[str, ...]
    others: tuple[str, ...]
    denies: tuple[str, ...]
    not_vendors: tuple[str, ...]


class Matcher(msgspec.Struct, frozen=True, kw_only=True):
    """A pattern made ready."""

    pattern: Pattern
    any: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    heading: re.Pattern[str] | None

    def match(self, sentence: Sentence) -> bool:
        """Whether the sentence says this, by itself or together with the line that its list follows."""
        if self.pattern.kinds and sentence.kind not in self.pattern.kinds:
            return False
        if self.heading is not None and not self.heading.search(sentence.heading):
            return False
        lead, own_words = " ".join(sentence.lead.split()), " ".join(sentence.plain.split())
        said = f"{lead} {own_words}" if lead else own_words
        own = len(lead) + 1 if lead else 0
        # A list's first line alone is the sentence before; what is said must reach into the item.
        found = any(match.end() > own for one in self.any for match in one.finditer(said))
        return found and not any(one.search(said) for one in self.unless)


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """A language's words and patterns; ``id`` is its BCP 47 tag."""

    id: str
    words: _LanguageFile
    matchers: tuple[Matcher, ...]

    def alternatives(self, name: str) -> re.Pattern[str]:
        """Compile one of the language's word lists into one pattern, case aside."""
        return _compiled(
            "|".join(f"(?:{one})" for one in getattr(self.words, name)), {}, f"{self.id}: {name}"
        )


@cache
def languages() -> dict[str, Language]:
    """Return every language by its id; raises `ConfigError` naming file and key where one cannot be used."""
    return {path.name: _load(path) for path in sorted(FOLDER.iterdir()) if (path / "language.toml").is_file()}


@cache
def language(tag: str) -> Language:
    """Return a language, English where it is unknown (its dates, units and places are the most widespread)."""
    return languages().get(tag) or languages()["en"]


@cache
def _place_patterns(tag: str) -> tuple[re.Pattern[str], ...]:
    places = language(tag).words.places.values()
    return tuple(re.compile("|".join(rf"(?<!\w)(?:{one})(?!\w)" for one in names)) for names in places)


def place_patterns(words: Language) -> tuple[re.Pattern[str], ...]:
    """Return a pattern for each country of the language, in the order of its ``places``; case counts."""
    return _place_patterns(words.id)


def language_of(text: str) -> str:
    """Return the language that most of the text's words are common in; empty where it is none that we know."""
    words = [word.lower() for word in _WORD.findall(text[:100_000])]
    if not words:
        return ""
    shares = {
        one.id: sum(word in common for word in words) / len(words)
        for one in languages().values()
        for common in (set(one.words.common),)
    }
    best = max(shares, key=lambda tag: shares[tag])
    return best if shares[best] >= LEAST_SHARE else ""


def _load(folder: Path) -> Language:
    words: _LanguageFile = _read(folder / "language.toml", _LanguageFile)
    matchers: list[Matcher] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name == "language.toml":
            continue
        file: _PatternFile = _read(path, _PatternFile)
        for number, pattern in enumerate(file.pattern):
            where = f"{folder.name}/{path.name}: pattern[{number}]"
            matchers.append(
                Matcher(
                    pattern=pattern,
                    any=tuple(_compiled(one, file.words, f"{where}.any") for one in pattern.any),
                    unless=tuple(_compiled(one, file.words, f"{where}.unless") for one in pattern.unless),
                    heading=_compiled(pattern.heading, file.words, f"{where}.heading")
                    if pattern.heading
                    else None,
                )
            )
    return Language(id=folder.name, words=words, matchers=tuple(matchers))


def _read(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.convert(tomli.loads(path.read_text(encoding="utf-8")), kind)
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}", hint="docs/policy.md describes a language's files.") from error


def _compiled(pattern: str, words: dict[str, str], where: str) -> re.Pattern[str]:
    def fragment(found: re.Match[str]) -> str:
        if found[1] not in words:
            raise ConfigError(f"{where}: <{found[1]}> is not among [words].")
        return f"(?:{_FRAGMENT.sub(fragment, words[found[1]])})"

    full = _FRAGMENT.sub(fragment, pattern)
    try:
        return re.compile(full, re.IGNORECASE)
    except re.error as error:
        raise ConfigError(f"{where}: {pattern!r} is no regular expression: {error}.") from error
