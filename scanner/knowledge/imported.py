"""Facts imported from elsewhere: other people's lists and configurations, kept apart from our own rules and below them.

`scanner.knowledge.formats` reads the files; each import is one JSON file in the user's data folder, with its licence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from consent.model.categories import CATEGORIES, Category, Party
from consent.model.errors import ConfigError
from consent.model.files import read_bounded
from scanner.knowledge.data_folder import data_folder, write_whole
from scanner.knowledge.model import Decided, Hosts

LARGEST = 32 * 1024 * 1024
MOST_FACTS = 50_000
_LONGEST_NAME = 256
_SHORTEST_PATTERN = 4
"""``SR*`` and ``CT*`` meet other people's names; a pattern on any host needs this many literal characters."""
_MOST_STARS = 3
_ID = re.compile(r"[^a-z0-9]+")


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a source says of one name; ``*`` in it stands for any characters.

    ``category`` is empty where the source's own word, ``filed``, does not say which of the four it is. ``hosts`` are the
    hosts it names; with ``own`` the name counts on the visited site's host too. Neither: on any host.
    """

    name: str
    category: Decided | Literal[""] = ""
    filed: str = ""
    hosts: tuple[str, ...] = ()
    own: bool = False
    vendor: str = ""
    service: str = ""
    purpose: str = ""
    lifetime: str = ""


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One import: where the facts come from, under which licence, and when they were taken (RFC 3339)."""

    schema: Literal[1] = 1
    id: str
    title: str
    format: str
    licence: str
    file: str
    sha256: str
    imported: str
    facts: tuple[Fact, ...]


class ImportedMatch(NamedTuple):
    """A fact that a name met; ``agrees`` says that the host is one that it names. ``others`` disagree with it."""

    source: Source
    fact: Fact
    agrees: bool
    others: tuple[str, ...]


class Imported:
    """All imported facts, asked by name, host and party."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = tuple(sources)
        self._exact: dict[str, list[tuple[Source, Fact]]] = {}
        self._starts: dict[str, list[tuple[Source, Fact]]] = {}
        self._lengths: set[int] = set()
        self._patterns: list[tuple[Source, Fact]] = []
        for source in self.sources:
            for fact in source.facts:
                if "*" not in fact.name:
                    self._exact.setdefault(fact.name, []).append((source, fact))
                elif fact.name.index("*") == len(fact.name) - 1:
                    self._starts.setdefault(fact.name[:-1], []).append((source, fact))
                    self._lengths.add(len(fact.name) - 1)
                else:
                    self._patterns.append((source, fact))

    @classmethod
    def load(cls, folder: Path | None = None) -> Imported | None:
        """Read every import of a folder; None where there is none."""
        sources = stored_sources(folder)
        return cls(sources) if sources else None

    def match(self, name: str, host: str = "", party: Party | None = None) -> ImportedMatch | None:
        """Return the best fact: exact before pattern, an agreeing host, longer before shorter; None where none fits.

        Of facts that are as good, the one that asks for most consent is taken, and the others' categories are told.
        """
        found = [
            (rank, source, fact)
            for source, fact in self._named(name)
            if (rank := _rank(fact, host, party)) is not None
        ]
        if not found:
            return None
        best = max(rank for rank, _, _ in found)
        equal = [(source, fact) for rank, source, fact in found if rank == best]
        source, fact = max(equal, key=lambda one: _strictness(one[1]))
        others = {other.category for _, other in equal if other.category} - {fact.category}
        return ImportedMatch(source, fact, best[1], tuple(sorted(others)))

    def _named(self, name: str) -> Iterable[tuple[Source, Fact]]:
        if len(name) > _LONGEST_NAME:
            return
        yield from self._exact.get(name, ())
        for length in self._lengths:
            if length <= len(name):
                yield from self._starts.get(name[:length], ())
        for source, fact in self._patterns:
            if _pattern(fact.name).fullmatch(name):
                yield source, fact


def _rank(fact: Fact, host: str, party: Party | None) -> tuple[bool, bool, int] | None:
    """Weigh a fact whose name fits against where it was seen; None where it does not count there."""
    exact = "*" not in fact.name
    weight = len(fact.name) - fact.name.count("*")
    agrees = bool(host and fact.hosts) and _hosts(fact.hosts).cover(host.lower().lstrip("."))
    if fact.hosts and host and not agrees and not (fact.own and party is not Party.THIRD):
        return None
    if fact.own and not fact.hosts and party is Party.THIRD:
        return None
    if not exact and weight < _SHORTEST_PATTERN and not agrees:
        return None
    return exact, agrees, weight


def _strictness(fact: Fact) -> int:
    return CATEGORIES.index(Category(fact.category)) if fact.category else -1


@lru_cache(maxsize=16_384)
def _hosts(hosts: tuple[str, ...]) -> Hosts:
    return Hosts(hosts)


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, name.split("*"))), re.DOTALL)


def cleaned(text: object, longest: int = 300) -> str:
    """Return a source's text on one line, without control characters (a terminal would obey them), and bounded."""
    words = "".join(
        " " if char.isspace() else char
        for char in str(text or "")[: 4 * longest]
        if char.isspace() or unicodedata.category(char)[0] != "C"
    )
    return " ".join(words.split())[:longest]


def usable_name(name: str) -> str:
    """Return a name with single stars; empty where it is none, or would say something of every item."""
    name = re.sub(r"\*+", "*", cleaned(name, _LONGEST_NAME))
    if name.count("*") > _MOST_STARS or not re.search(r"\w", name.replace("*", "")):
        return ""
    return name


def source_id(text: str) -> str:
    """Return an id for a title: lower-case letters, digits and hyphens."""
    return _ID.sub("-", text.lower()).strip("-")[:60] or "import"


def stored_sources(folder: Path | None = None) -> tuple[Source, ...]:
    """Return every import, by id; raises `ConfigError` where a file is damaged."""
    sources = []
    for path in sorted(((folder or data_folder()) / "imports").glob("*.json")):
        try:
            sources.append(msgspec.json.decode(read_bounded(path, LARGEST), type=Source))
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise ConfigError(f"{path}: is damaged: {error}.", hint="Delete it and import again.") from error
    return tuple(sources)


def store_source(source: Source, folder: Path | None = None) -> Path:
    """Keep an import; one with the same id is replaced."""
    path = (folder or data_folder()) / "imports" / f"{source_id(source.id)}.json"
    write_whole(path, msgspec.json.format(msgspec.json.encode(source), indent=1) + b"\n")
    return path


def remove_source(wanted: str, folder: Path | None = None) -> bool:
    """Forget an import; returns whether it was there."""
    path = (folder or data_folder()) / "imports" / f"{source_id(wanted)}.json"
    if source_id(wanted) != wanted or not path.is_file():
        return False
    path.unlink()
    return True
