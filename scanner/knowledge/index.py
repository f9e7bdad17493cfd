"""The rules, indexed: exact names and prefixes by dictionary, hosts by suffix, signatures last."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from consent.model.categories import Category
from consent.model.errors import NotFoundError
from consent.model.inventory import BlockingRule
from scanner.knowledge.load import read_file, services_of
from scanner.knowledge.model import (
    ItemRule,
    RequestRule,
    Service,
    Vendor,
    is_regex,
    name_pattern,
    under_any_suffix,
)
from scanner.knowledge.words import words_of

_START = 2
"""Prefixes are kept by their first characters; a shorter one is asked as a pattern."""
_DISTINCT = 5
"""Without a host, a shorter name that counts only on certain hosts says nothing."""
RULES = Path(__file__).parent.parent / "rules"


class Match(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A rule that a name met.

    ``agrees`` is True where the host is one of the rule's, None where it names none or the host is not known. ``loose``
    marks a name that others use too, met without a host.
    """

    rule: ItemRule
    agrees: bool | None
    loose: bool = False


class Knowledge:
    """All services and their rules; immutable once made. `load` gives the shipped ones."""

    def __init__(self, services: Iterable[Service]) -> None:
        self.services: tuple[Service, ...] = tuple(services)
        self.vendors: dict[str, Vendor] = {}
        self._by_id = {service.id: service for service in self.services}
        self._exact: dict[str, list[ItemRule]] = {}
        self._prefixes: dict[str, list[ItemRule]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._patterns: list[ItemRule] = []
        self._words: dict[str, ItemRule] = {}
        self._word_ends: list[tuple[str, ItemRule]] = []
        self._word_starts: list[tuple[str, ItemRule]] = []
        self._hosts: dict[str, list[Service]] = {}
        self._requests: dict[str, list[RequestRule]] = {}
        self._signatures: list[RequestRule] = []
        self._labels_anywhere: set[str] = set()
        for service in self.services:
            self.vendors.setdefault(service.vendor.id, service.vendor)
            self._add(service)
        self._any_pattern = _alternation(self._patterns)
        for rules in self._requests.values():
            rules.sort(key=lambda rule: (bool(rule.path), len(rule.path), len(rule.query)), reverse=True)

    def _add(self, service: Service) -> None:
        for host in service.hosts:
            self._hosts.setdefault(host, []).append(service)
            self._note(host)
        for request in service.requests:
            self._note(request.host)
            if request.host:
                self._requests.setdefault(request.host, []).append(request)
            else:
                self._signatures.append(request)
        for item in service.items:
            if item.order:
                self._add_words(item)
            elif item.exact:
                self._exact.setdefault(item.name, []).append(item)
            elif _is_prefix(item.name):
                prefix = item.name[:-1]
                self._prefixes.setdefault(prefix, []).append(item)
                self._lengths.setdefault(prefix[:_START], set()).add(len(prefix))
            else:
                self._patterns.append(item)

    def _note(self, host: str) -> None:
        if host.endswith(".*"):
            self._labels_anywhere.add(host.split(".")[-2])

    def _add_words(self, item: ItemRule) -> None:
        if item.name.startswith("*"):
            self._word_ends.append((item.name[1:], item))
        elif item.name.endswith("*"):
            self._word_starts.append((item.name[:-1], item))
        else:
            self._words.setdefault(item.name, item)

    @staticmethod
    @lru_cache(maxsize=4)
    def load(folder: Path = RULES) -> Knowledge:
        """Read every rule file of a folder (once per process); raises `ConfigError` naming file and key."""
        return Knowledge(
            service
            for path in sorted(folder.glob("*.toml"))
            for service in services_of(path.stem, read_file(path))
        )

    def service(self, service_id: str) -> Service:
        """Return a service by its id ``vendor.service``; raises `NotFoundError`."""
        try:
            return self._by_id[service_id]
        except KeyError:
            raise NotFoundError(
                f"There is no service {service_id!r}.",
                hint="An id is <rule file>.<service>, as google.analytics.",
            ) from None

    def services_of_host(self, host: str) -> tuple[Service, ...]:
        """Return the services that own ``host``, by its longest known suffix; empty where it is unknown."""
        for suffix in self._suffixes(host):
            found = self._hosts.get(suffix)
            if found:
                return tuple(found)
        return ()

    def _suffixes(self, host: str) -> tuple[str, ...]:
        """Return a host and its parents, longest first; each is followed by its form under any suffix, where one is known.

        ``maps.google.co.uk`` gives ``maps.google.co.uk``, ``maps.google.*``, ``google.co.uk``, ``google.*``, ``co.uk``,
        ``uk``.
        """
        host = host.lower().strip(".")
        labels = host.split(".")
        parents = [".".join(labels[at:]) for at in range(len(labels))]
        if self._labels_anywhere.isdisjoint(labels):
            return tuple(parents)
        anywhere = under_any_suffix(host)
        both = [name for pair in zip(parents, anywhere, strict=False) for name in pair]
        return (*both, *parents[len(anywhere) :])

    def rules_for(self, name: str, host: str = "", *, first_party: bool | None = None) -> list[Match]:
        """Return the rules whose name fits, best first: vendors before generic, agreeing hosts, longest name."""
        matches = [
            match for rule in self._named(name) if (match := _fits(rule, host, first_party)) is not None
        ]
        if len(matches) > 1:
            matches.sort(key=_rank, reverse=True)
        if not matches or matches[-1].loose:
            # What only its words explain comes last.
            by_words = self._by_words(name, host, first_party)
            if by_words is not None:
                matches.append(by_words)
        return matches

    def _by_words(self, name: str, host: str, first_party: bool | None) -> Match | None:
        """The first rule by words, in the order of the file, that fits."""
        words = words_of(name)
        found = [self._words[word] for word in words if word in self._words]
        found.extend(self._words[pair] for a, b in pairwise(words) if (pair := f"{a} {b}") in self._words)
        found.extend(rule for end, rule in self._word_ends for word in words if word.endswith(end))
        found.extend(rule for start, rule in self._word_starts for word in words if word.startswith(start))
        for rule in sorted(found, key=lambda rule: rule.order):
            match = _fits(rule, host, first_party)
            if match is not None:
                return match
        return None

    def _named(self, name: str) -> Iterator[ItemRule]:
        yield from self._exact.get(name, ())
        for length in self._lengths.get(name[:_START], ()):
            found = self._prefixes.get(name[:length])
            if found:
                yield from found
        if self._any_pattern.match(name):
            for rule in self._patterns:
                if name_pattern(rule.name).match(name):
                    yield rule

    def request(self, url: str) -> RequestRule | Service | None:
        """Return what is known of a URL: the most exact request rule, else the host's first service, else None.

        The longest host wins, then the longest path (as `BlockingRule` decides in the page). A signature on any host is
        looked for where the host is unknown.
        """
        host, path, query = split(url)
        for suffix in self._suffixes(host):
            for rule in self._requests.get(suffix, ()):
                if rule.accepts(path, query):
                    return rule
            found = self._hosts.get(suffix)
            if found:
                return found[0]
        for rule in self._signatures:
            if rule.accepts(path, query):
                return rule
        return None

    def requests_for(self, url: str) -> list[RequestRule | Service]:
        """Return all that is known of a URL, best first: the first is what `request` returns."""
        host, path, query = split(url)
        found: list[RequestRule | Service] = []
        for suffix in self._suffixes(host):
            found.extend(rule for rule in self._requests.get(suffix, ()) if rule.accepts(path, query))
            found.extend(self._hosts.get(suffix, ()))
        found.extend(rule for rule in self._signatures if rule.accepts(path, query))
        return found

    def blocking_rules(self, service: Service) -> tuple[BlockingRule, ...]:
        """Return what holds a service's requests back: its hosts, and its paths on hosts that it shares.

        Rules that a host suffix and a path prefix cannot say (a host under any suffix, ``*`` in a path, a query) are
        left out; `blocking_rule_for` gives the one for a URL that was really seen.
        """
        rules = [
            BlockingRule(host=host, category=service.category, service=service.name)
            for host in service.hosts
            if not host.endswith(".*")
        ]
        rules.extend(
            BlockingRule(host=rule.host, path=rule.path, category=rule.category, service=service.name)
            for rule in service.requests
            if rule.host and not rule.query and "*" not in rule.path and not rule.host.endswith(".*")
        )
        return tuple(dict.fromkeys(rules))

    def blocking_rule_for(self, url: str, *, exact_host: bool = False) -> BlockingRule | None:
        """Return the rule that holds back exactly this seen URL; None where nothing is known of it.

        ``exact_host`` is for a collector under the site's own domain: the host is then the URL's own.
        """
        found = self.request(url)
        if found is None:
            return None
        host, path, _ = split(url)
        if isinstance(found, Service):
            suffix = next(
                (s for s in self._suffixes(host) if s in self._hosts and not s.endswith(".*")), host
            )
            return BlockingRule(
                host=host if exact_host else suffix,
                category=found.category,
                service=found.name,
                exact_host=exact_host,
            )
        shown = found.host if found.host and not found.host.endswith(".*") and not exact_host else host
        return BlockingRule(
            host=shown,
            path=path if "*" in found.path or found.query else found.path,
            category=found.category,
            service=found.service.name,
            exact_host=exact_host or not found.host,
        )


def split(url: str) -> tuple[str, str, str]:
    """Return host, path and query of a URL; empty host where there is none."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").rstrip("."), parts.path or "/", parts.query
    except ValueError:  # a hostile page may ask for http://[
        return "", "/", ""


def _is_prefix(name: str) -> bool:
    """Whether a pattern is ``something*`` with enough of something."""
    return not is_regex(name) and name.index("*") == len(name) - 1 and len(name) > _START


def _fits(rule: ItemRule, host: str, first_party: bool | None) -> Match | None:
    """Weigh where the name was seen against where the rule allows it; None where it does not apply."""
    if rule.hosts:
        if not host:
            return _loose(rule) if rule.exact and rule.weight >= _DISTINCT else None
        return _agreeing(rule) if rule.places.cover(host) else None
    if rule.on == "first" and first_party is False:
        return None
    return _agreeing(rule) if host and rule.places.cover(host) else _neutral(rule)


@lru_cache(maxsize=16_384)
def _agreeing(rule: ItemRule) -> Match:
    return Match(rule=rule, agrees=True)


@lru_cache(maxsize=16_384)
def _loose(rule: ItemRule) -> Match:
    return Match(rule=rule, agrees=None, loose=True)


@lru_cache(maxsize=16_384)
def _neutral(rule: ItemRule) -> Match:
    return Match(rule=rule, agrees=None)


def _rank(match: Match) -> tuple[bool, bool, bool, bool, int]:
    """Order: firm before loose, vendors before generic, agreeing hosts, exact names, longer names."""
    rule = match.rule
    return not match.loose, not rule.service.vendor.generic, match.agrees is True, rule.exact, rule.weight


def _alternation(rules: list[ItemRule]) -> re.Pattern[str]:
    """One pattern that says quickly whether any of them can match (inline flags are kept to their group)."""
    if not rules:
        return re.compile(r"(?!)")
    return re.compile(
        "|".join(f"(?:{_scoped(name_pattern(rule.name).pattern)})" for rule in rules), re.DOTALL
    )


def _scoped(pattern: str) -> str:
    return f"(?i:{pattern.replace('(?i)', '', 1)})" if "(?i)" in pattern else pattern


def category_of(found: RequestRule | Service) -> Category:
    """Return the category of what `Knowledge.request` found."""
    return found.category
