"""Which stored values identify a browser, and to whom they travel.

A value counts as an identifier by what it is: long and random enough, no date, no word, and not the same in two clean
browsers (each consent state is scanned in one of its own). Where such a value, or its hash, is in what goes to another
party than the one that keeps it, the identifier is shared; where both are third parties, their knowledge of one visitor
is joined (cookie syncing). Services that do not show each other their own identifiers make one for the other and hand it
over by a redirect: that is told apart, since it rests on how the value looks.

The values stay in here. A report has names, hosts and a short hash, salted anew for each report.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from consent.model.categories import ConsentState, Party
from scanner.classify import Classifier
from scanner.classify.values import entropy
from scanner.encodings import MIN_TOKEN, hashes_of, tokens_of
from scanner.observations import Observation
from scanner.parties import host_of, party_of, registrable_domain
from scanner.report import Item, Sharing

STORED = frozenset({"cookie", "local_storage", "session_storage"})
MAX_LENGTH = 256
MAX_PER_STATE = 4_000
"""Words that are looked for in one state; a site that keeps more of them is read in part."""
MAX_REPORTED = 400
_WORDS_OF_ONE = 6
_UUID = re.compile(r"^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$", re.IGNORECASE)
_TIME = re.compile(r"^(?:1[4-9]|20)\d{8}(?:\d{3}|\d{6})?$")
"""Unix time in seconds, milliseconds or microseconds, from 2014 to 2036."""
_DATE = re.compile(r"^(?:19|20)\d\d[01]\d[0-3]\d(?:[T.-]?[0-2]\d[0-5]\d[0-5]\d)?$")

ItemKey = tuple[str, str, str]
"""Kind, name, host."""


@dataclass(slots=True)
class _Word:
    """One identifying word, and who keeps it."""

    key: ItemKey
    word: str
    setter: str
    encoding: str = "plain"


@dataclass(slots=True)
class Found:
    """What the analysis found: the items that hold identifiers, and who gets them."""

    items: set[ItemKey] = field(default_factory=set)
    sharing: tuple[Sharing, ...] = ()


def is_identifying(word: str, *, strict: bool = False) -> bool:
    """Whether a word looks made to tell one browser from another; ``strict`` where nothing else speaks for it."""
    size = len(word)
    if not MIN_TOKEN <= size <= MAX_LENGTH or _TIME.match(word) or _DATE.match(word):
        return False
    if _UUID.match(word):
        return True
    if word.replace(".", "").isdigit():
        return size >= (16 if strict else 9) and len(set(word)) >= 5
    kinds = sum(any(test(char) for char in word) for test in (str.isdigit, str.islower, str.isupper))
    if kinds < 2 or (kinds == 2 and not any(char.isdigit() for char in word) and size < 16):
        return False
    if strict and (size < 16 or sum(char.isdigit() for char in word) < 2):
        return False
    return entropy(word) >= (3.0 if strict else 2.5)


def identifiers_of(
    seen: Iterable[Observation],
    items: Iterable[Item],
    classifier: Classifier,
    *,
    site_host: str,
    own_hosts: tuple[str, ...] = (),
) -> Found:
    """Return the identifiers among what is stored, and each way by which one reaches another party."""
    seen = [one for one in seen if one.after_action or one.details.get("in_jar")]
    vendors: dict[ItemKey, tuple[str, str]] = {
        (item.kind, item.name, item.host): (item.vendor, item.service or item.vendor) for item in items
    }
    words = _words_of([one for one in seen if one.kind in STORED])
    found = Found(items={word.key for known in words.values() for word in known.values()})
    analysis = _Analysis(classifier, site_host, own_hosts, vendors)
    for one in seen:
        if one.kind in {"request", "websocket", "payload"}:
            analysis.look(one, words.get(one.state, {}))
    found.sharing = analysis.result()
    return found


def _words_of(stored: list[Observation]) -> dict[ConsentState, dict[str, _Word]]:
    """Return the identifying words of each state, under every spelling in which they may travel."""
    where: dict[tuple[ItemKey, str], set[ConsentState]] = defaultdict(set)
    states_of: dict[ItemKey, set[ConsentState]] = defaultdict(set)
    candidates: list[tuple[Observation, ItemKey, str]] = []
    for one in stored:
        key: ItemKey = (one.kind, one.name, one.host)
        states_of[key].add(one.state)
        for word in dict.fromkeys(word for word, _ in tokens_of(one.value)):
            if is_identifying(word):
                where[key, word].add(one.state)
                candidates.append((one, key, word))
    words: dict[ConsentState, dict[str, _Word]] = defaultdict(dict)
    counts: dict[tuple[ItemKey, ConsentState], int] = defaultdict(int)
    for one, key, word in candidates:
        known = words[one.state]
        alone = len(states_of[key]) == 1  # no second clean browser to compare with
        if len(where[key, word]) > 1 or (alone and not is_identifying(word, strict=True)):
            continue
        counts[key, one.state] += 1
        if counts[key, one.state] > _WORDS_OF_ONE or len(known) > MAX_PER_STATE * 9:
            continue
        setter = host_of(one.initiators[0]) if one.initiators else ""
        known.setdefault(word, _Word(key, word, setter))
        for spelling, encoding in hashes_of(word).items():
            known.setdefault(spelling, _Word(key, word, setter, encoding))
    return words


class _Analysis:
    """Joins requests with words; one entry for each identifier, receiver and state."""

    def __init__(
        self,
        classifier: Classifier,
        site_host: str,
        own_hosts: tuple[str, ...],
        vendors: dict[ItemKey, tuple[str, str]],
    ) -> None:
        self._classifier = classifier
        self._site_host = site_host
        self._own_hosts = own_hosts
        self._vendors = vendors
        self._salt = secrets.token_bytes(16)
        self._entries: dict[tuple[str, ...], Sharing] = {}
        self._handed: dict[tuple[str, str, str], dict[ConsentState, set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )

    def look(self, one: Observation, words: dict[str, _Word]) -> None:
        """Look for the words of the state in one request or payload."""
        receiver = registrable_domain(one.host)
        if self._is_own(one.host):
            return
        carried = one.value if one.kind == "payload" else one.name
        part = str(one.details.get("part", "")) or "address"
        for token, hidden in tokens_of(carried):
            word = words.get(token) or words.get(token.lower())
            if word is None or registrable_domain(word.key[2]) == receiver:
                continue
            encoding = word.encoding if word.encoding != "plain" else hidden
            self._add(one, word, receiver, part, encoding)
        before = one.details.get("redirected_from")
        if before and one.kind == "request":
            self._handed_over(one, str(before), receiver)

    def result(self) -> tuple[Sharing, ...]:
        """Return the entries: between third parties first, then the site's own identifiers."""
        kept = []
        for entry in self._entries.values():
            values = self._handed.get((entry.owner_host, entry.to_host, entry.name), {})
            if entry.kind == "parameter" and _is_constant(values):
                continue
            kept.append(entry)
        kept.sort(key=lambda entry: (not entry.synced, entry.owner, entry.to, entry.name))
        return tuple(kept[:MAX_REPORTED])

    def _is_own(self, host: str) -> bool:
        return party_of(host, self._site_host, self._own_hosts) is Party.FIRST

    def _add(self, one: Observation, word: _Word, receiver: str, part: str, encoding: str) -> None:
        kind, name, host = word.key
        named = self._classifier.request(one.name, party=Party.THIRD)
        vendor, service = self._vendors.get(word.key, ("", ""))
        own = self._is_own(host)
        keeper = registrable_domain(host)
        if own and word.setter and not self._is_own(word.setter):
            keeper = registrable_domain(word.setter)  # stored under the site's name, by another's script
        if vendor and vendor == named.vendor:
            return  # a service that reads what it wrote itself
        if keeper == receiver:
            return
        whose = service or keeper
        self._enter(
            one,
            Sharing(
                kind=kind,
                name=name,
                owner=whose,
                owner_host=host,
                to=named.service or named.vendor or receiver,
                to_host=one.host,
                category=named.category,
                vendor=named.vendor,
                service=named.service,
                state=one.state,
                page=one.page,
                part=part,
                encoding=encoding,
                synced=bool(vendor) or not self._is_own(keeper),
                value_hash=self._hash(word.word),
                initiators=one.initiators[:8],
            ),
        )

    def _handed_over(self, one: Observation, before: str, receiver: str) -> None:
        """Look for a value that a third party made for another and handed over by a redirect."""
        giver = host_of(before)
        if self._is_own(giver) or registrable_domain(giver) == receiver:
            return
        named = self._classifier.request(one.name, party=Party.THIRD)
        from_whom = self._classifier.request(before, party=Party.THIRD)
        if named.vendor and named.vendor == from_whom.vendor:
            return
        for name, value in _parameters(one.name):
            if value in before or not is_identifying(value, strict=True):
                continue
            self._handed[giver, one.host, name][one.state].add(value)
            self._enter(
                one,
                Sharing(
                    kind="parameter",
                    name=name[:80],
                    owner=from_whom.service or from_whom.vendor or registrable_domain(giver),
                    owner_host=giver,
                    to=named.service or named.vendor or receiver,
                    to_host=one.host,
                    category=named.category,
                    vendor=named.vendor,
                    service=named.service,
                    state=one.state,
                    page=one.page,
                    part="redirect",
                    encoding="made for the receiver",
                    synced=True,
                    value_hash=self._hash(value),
                    initiators=one.initiators[:8],
                ),
            )

    def _enter(self, one: Observation, entry: Sharing) -> None:
        key = (entry.kind, entry.name, entry.owner_host, entry.to_host, str(one.state), entry.encoding)
        known = self._entries.get(key)
        if known is None and len(self._entries) < MAX_REPORTED * 10:
            self._entries[key] = entry

    def _hash(self, value: str) -> str:
        return hashlib.blake2s(value.encode("utf-8", "replace"), key=self._salt, digest_size=4).hexdigest()


def _is_constant(values: dict[ConsentState, set[str]]) -> bool:
    """Whether a parameter had the same value in two clean browsers: then it names the giver's account, not a visitor."""
    seen: set[str] = set()
    for group in values.values():
        if seen & group:
            return True
        seen |= group
    return False


def _parameters(url: str) -> Iterator[tuple[str, str]]:
    try:
        yield from parse_qsl(urlsplit(url).query, max_num_fields=500)
    except ValueError:
        return
