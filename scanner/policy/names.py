"""Every name by which policies call vendors and services, made from the vendor rules and from `names.toml`.

A name is looked up as a run of words, so that `Microsoft 365`, `microsoft-365` and `Microsoft® 365` are one. Names that
are common words are marked: for them the sentence must show that a company is meant (`scanner.policy.vendors`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
import tomli
from msgspec import Meta

from consent.model.errors import ConfigError
from scanner.knowledge import Knowledge, Service, Vendor

FILE = Path(__file__).parent / "names.toml"
Word = Annotated[str, Meta(min_length=1)]
Tokens = tuple[str, ...]

TOKEN = re.compile(r"[^\W_]+|\+")
_LEGAL = re.compile(
    r"(?:,? (?:Inc|LLC|Ltd|Limited|GmbH|AG|SAS|SA|SE|N\.?V|B\.?V|A/S|ApS|AB|O[UÜ]|Oy|Corp|Corporation|Incorporated|plc|PLC|PBC"
    r"|S\.A|s\.r\.o|S\.r\.l|S\.L|UG|ehf|d\.o\.o|Co|Pty|K\.K)\.?)+\.?$"
)
_AGGREGATE = re.compile(r"\b(?:others?|services|plug-?ins?|software|notices)\b", re.IGNORECASE)
_NO_COMPANY = re.compile(
    r"^(?:Other|German|Payment|Review|Translation|Accessibility|Forum|Picture|The site|Cookie[- ])",
    re.IGNORECASE,
)
_PARTS = re.compile(r",\s+(?!Inc|LLC|Ltd|Limited|GmbH)|\s+and\s+|\s*/\s+")
_NOISE = re.compile(r"\b(?:other|formerly|open source|and)\b.*", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]?[a-z]+")
_TOP_LEVEL = re.compile(r"\.(?:com|io|co|org|net|ai|me)$")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
LONGEST_NAME = 8
"""Words of the longest name."""


class _Renamed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    names: tuple[Word, ...]
    now: Word
    since: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]
    gone: bool = False
    quiet: bool = False


class Began(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Since when a service exists (year and month); ``item`` is a storage pattern that only it sets."""

    service: Word
    since: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}$")]
    name: str = ""
    item: str = ""


class _Alias(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    names: tuple[Word, ...]
    service: str = ""
    vendor: str = ""
    display: str = ""


class _Others(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    what: str
    trace: bool
    names: tuple[Word, ...]


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    common: tuple[Word, ...]
    never: tuple[Word, ...]
    renamed: tuple[_Renamed, ...]
    began: tuple[Began, ...]
    alias: tuple[_Alias, ...]
    others: tuple[_Others, ...]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What a name stands for: one service, or a vendor with all its services, or a company that no rule knows."""

    key: str
    name: str
    vendor: str
    vendor_id: str
    service_ids: tuple[str, ...] = ()
    category: str = ""
    traceable: bool = True
    policy_url: str = ""
    aggregate: bool = False


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """One spelling: ``common`` names need a sentence that shows a company, ``exact`` ones their very spelling.

    ``weak`` ones were made from a domain, so that their capitals are not known.
    """

    text: str
    tokens: Tokens
    entity: Entity
    common: bool = False
    exact: bool = False
    weak: bool = False


class Renamed(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a name: ``since`` is year and month; ``quiet`` ones are no finding, as they are still in use."""

    now: str
    since: str
    gone: bool
    quiet: bool


def tokens_of(text: str) -> Tokens:
    """Return a name's words in lower case, without punctuation."""
    return tuple(found[0].lower() for found in TOKEN.finditer(text))


def squeezed(text: str) -> str:
    """Return a name's letters and digits alone, in lower case."""
    return "".join(character for character in text.lower() if character.isalnum())


class Names:
    """All names, found by their words; `load` gives those of the shipped rules."""

    def __init__(self, knowledge: Knowledge, file: _File) -> None:
        self.knowledge = knowledge
        self.by_tokens: dict[Tokens, Name] = {}
        self.firsts: set[str] = set()
        self.entities: dict[str, Entity] = {}
        self.renamed = {
            tokens_of(name): Renamed(now=one.now, since=one.since, gone=one.gone, quiet=one.quiet)
            for one in file.renamed
            for name in one.names
        }
        self.began = {one.service: one for one in file.began}
        self._common = {name.lower() for name in file.common}
        self._never = {tokens_of(name) for name in file.never}
        self._services: dict[str, list[Service]] = defaultdict(list)
        for service in knowledge.services:
            if not service.vendor.generic:
                self._services[service.vendor.id].append(service)
        self._display = {
            alias.service or alias.vendor: alias.display for alias in file.alias if alias.display
        }
        for alias in file.alias:
            entity = self._alias_entity(alias)
            for name in alias.names:
                self._add(name, entity, listed=True)
        self._add_rules()
        self._own = {
            tokens_of(entity.name): entity
            for entity in self.entities.values()
            if len(entity.service_ids) == 1
        }
        for others in file.others:
            for name in others.names:
                self._add(name, self._other(name, others), listed=True)
        self._near = self._neighbours()

    @staticmethod
    @cache
    def load() -> Names:
        """Read names and rules (once per process); raises `ConfigError` naming file and key."""
        try:
            file = msgspec.convert(tomli.loads(FILE.read_text(encoding="utf-8")), _File)
        except (tomli.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ConfigError(f"{FILE.name}: {error}", hint="docs/policy.md describes its tables.") from error
        return Names(Knowledge.load(), file)

    def longest(self, tokens: Tokens) -> tuple[Name, int] | None:
        """Return the longest name that the words begin with, and how many of them it takes."""
        if tokens[0] not in self.firsts:
            return None
        for count in range(min(LONGEST_NAME, len(tokens)), 0, -1):
            found = self.by_tokens.get(tokens[:count])
            if found is not None:
                return found, count
        return None

    def nearly(self, word: str) -> Name | None:
        """Return the name that a misspelt word means: one letter more, less, other or swapped, and at least 7 letters."""
        if len(word) < 7:
            return None
        candidates = {name for part in _deletions(word) for name in self._near.get(part, ())}
        best = [name for name in sorted(candidates) if _one_edit(word, name)]
        return self.by_tokens[(best[0],)] if len(best) == 1 else None

    def is_common(self, text: str) -> bool:
        """Whether a name is a word that sentences hold anyway."""
        return text.lower() in self._common

    def vendor_entity(self, vendor_id: str) -> Entity:
        """Return the entity of a whole vendor; of its one service where it has no other."""
        services = self._services[vendor_id]
        vendor = services[0].vendor
        if len(services) == 1:
            return self.service_entity(services[0])
        categories = {str(service.category) for service in services}
        return self._entity(
            Entity(
                key=f"vendor:{vendor_id}",
                name=self._display.get(vendor_id) or _company(vendor),
                vendor=vendor.name,
                vendor_id=vendor_id,
                service_ids=tuple(service.id for service in services),
                category=categories.pop() if len(categories) == 1 else "",
                policy_url=vendor.policy_url,
            )
        )

    def service_entity(self, service: Service) -> Entity:
        """Return the entity of one service."""
        aggregate = (
            _AGGREGATE.search(service.name) is not None or _NO_COMPANY.search(service.vendor.name) is not None
        )
        return self._entity(
            Entity(
                key=service.id,
                name=self._display.get(service.id) or _parenthesis(service.name)[0],
                vendor=service.vendor.name,
                vendor_id=service.vendor.id,
                service_ids=(service.id,),
                category=str(service.category),
                policy_url=service.vendor.policy_url,
                aggregate=aggregate,
            )
        )

    def _entity(self, entity: Entity) -> Entity:
        return self.entities.setdefault(entity.key, entity)

    def _alias_entity(self, alias: _Alias) -> Entity | None:
        if alias.service:
            known = [
                one for one in self._services[alias.service.partition(".")[0]] if one.id == alias.service
            ]
            if known:
                return self.service_entity(known[0])
        vendor = alias.vendor or alias.service.partition(".")[0]
        if self._services.get(vendor):
            return self.vendor_entity(vendor)
        return self._entity(
            Entity(
                key=f"name:{squeezed(alias.names[0])}",
                name=alias.names[0],
                vendor=alias.names[0],
                vendor_id="",
            )
        )

    def _add_rules(self) -> None:
        """Add what the rules call services and companies: services' own names first, as the more exact ones."""
        every = [(one, self.service_entity(one)) for services in self._services.values() for one in services]
        for service, entity in every:
            if not entity.aggregate:
                for name in _service_names(service):
                    self._add(name, entity)
        for service, entity in every:
            if entity.aggregate:
                self._add_parts(service, entity)
        for services in self._services.values():
            if services and not _NO_COMPANY.search(services[0].vendor.name):
                for name in _company_names(services[0].vendor):
                    self._add(name, self.vendor_entity(services[0].vendor.id))

    def _add_parts(self, service: Service, entity: Entity) -> None:
        for name in _service_names(service):
            self._add(name, self._part(name, entity))
        for host in service.hosts:
            label = host.removesuffix(".*").split(".")[-2 if "." in host.removesuffix(".*") else 0]
            if len(label) >= 6 and label.isalpha():
                self._add(label.capitalize(), self._part(label.capitalize(), entity), weak=True)

    def _part(self, name: str, entity: Entity) -> Entity:
        """One company of several that share a rule."""
        if not entity.aggregate:
            return entity
        return self._entity(
            msgspec.structs.replace(
                entity, key=f"name:{squeezed(name)}", name=name, vendor=name, policy_url=""
            )
        )

    def _other(self, name: str, others: _Others) -> Entity:
        known = self.by_tokens.get(tokens_of(name))
        if known is not None and not known.weak:
            return known.entity
        base = _TOP_LEVEL.sub("", _LEGAL.sub("", name))
        if tokens_of(base) in self._own:
            return self._own[tokens_of(base)]
        return self._entity(
            Entity(key=f"name:{squeezed(base)}", name=name, vendor=name, vendor_id="", traceable=others.trace)
        )

    def _add(self, text: str, entity: Entity | None, *, weak: bool = False, listed: bool = False) -> None:
        tokens = tokens_of(text)
        if entity is None or not tokens or len(tokens) > LONGEST_NAME or tokens in self._never:
            return
        # A name that nobody has listed may be any word, as the rules grow: its sentence has to show that it is a name.
        common = weak or self.is_common(text) or (not listed and _WORD.fullmatch(text) is not None)
        spellings = [tokens]
        joined = "".join(tokens)
        if len(tokens) > 1 and len(joined) >= 7 and not common:
            spellings.append((joined,))
        camel = tokens_of(_CAMEL.sub(" ", text)) if len(tokens) == 1 else ()
        if len(camel) == 2 and all(len(part) > 2 for part in camel) and not common:
            spellings.append(camel)
        for spelling in spellings:
            if spelling in self._never:
                continue
            known = self.by_tokens.get(spelling)
            if known is not None and not (listed and known.common and not self.is_common(known.text)):
                continue
            exact = len(spelling) == 1 and len(spelling[0]) <= 3
            self.by_tokens[spelling] = Name(
                text=text, tokens=spelling, entity=entity, common=common, exact=exact, weak=weak
            )
            self.firsts.add(spelling[0])

    def _neighbours(self) -> dict[str, set[str]]:
        near: dict[str, set[str]] = defaultdict(set)
        for tokens, name in self.by_tokens.items():
            if (
                len(tokens) == 1
                and len(tokens[0]) >= 7
                and not name.common
                and tokens_of(name.text) == tokens
            ):
                for part in _deletions(tokens[0]):
                    near[part].add(tokens[0])
        return near


def _deletions(word: str) -> Iterable[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_edit(one: str, other: str) -> bool:
    """Whether two words differ by one letter added, left out, exchanged, or by two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    if at == 0:  # the first letter is seldom wrong, and other words differ there
        return False
    rest, other_rest = one[at:], other[at:]
    return (
        rest[1:] == other_rest
        or rest == other_rest[1:]
        or rest[1:] == other_rest[1:]
        or (rest[2:] == other_rest[2:] and rest[:2] == other_rest[1::-1])
    )


def _parenthesis(name: str) -> tuple[str, list[str]]:
    """Split ``Gist (formerly ConvertFox)`` into the name and those in the parentheses."""
    inner = [part for found in re.findall(r"\(([^)]*)\)", name) for part in _PARTS.split(found)]
    return re.sub(r"\s*\([^)]*\)", "", name).strip(), [
        _NOISE.sub("", re.sub(r"^formerly ", "", part)).strip() for part in inner
    ]


def _company(vendor: Vendor) -> str:
    return _LEGAL.sub("", _parenthesis(vendor.name)[0]).strip(" ,")


def _company_names(vendor: Vendor) -> Iterator[str]:
    name, inner = _parenthesis(vendor.name)
    yield from filter(_is_name, (_LEGAL.sub("", one).strip(" ,") for one in (name, *inner, *vendor.aliases)))


def _service_names(service: Service) -> Iterator[str]:
    name, inner = _parenthesis(service.name)
    parts = _PARTS.split(name) if re.search(r",| and ", name) else [name]
    if len(parts) > 1 and _AGGREGATE.search(service.name) is None:
        yield name
    for part in (*parts, *inner):
        part = _NOISE.sub("", part).strip()  # noqa: PLW2901 - a cleaned copy
        if _is_name(part):
            yield part


def _is_name(text: str) -> bool:
    """Whether a text can name a company: it has a capital letter, a digit or a dot, and is no word of our own."""
    return (
        1 < len(text) <= 60
        and (text[0].isupper() or text[0].isdigit() or re.search(r"[A-Z.]", text[1:]) is not None)
        and _AGGREGATE.search(text) is None
    )
