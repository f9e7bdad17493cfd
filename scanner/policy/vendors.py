"""Finds the vendors and services that a policy names: by name, alias, misspelling, legal form and link.

A name that is a common word (Segment, Drift, Gist) counts only where its sentence shows that a company is meant, or where
another sentence of the same policy has shown it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec

from scanner.parties import registrable_domain
from scanner.policy.context import GUESS, LIKELY, LIST_GAP, SURE, is_introduced, is_spelt, shown
from scanner.policy.language import Language, place_patterns
from scanner.policy.links import Address, addresses_of, is_reference, own_domains
from scanner.policy.model import DeclaredVendor, Document, Quote, Role, Sentence
from scanner.policy.names import LONGEST_NAME, TOKEN, Entity, Name, Names, squeezed, tokens_of
from scanner.policy.sentences import plain, quote
from scanner.policy.tables import company_cells
from scanner.policy.unknown import company_in, item_name, listed_names, unknown_names

LEAST_ITEMS = 3
"""A list of fewer items tells nothing of what it lists."""


class _Hit(msgspec.Struct, kw_only=True):
    """One place where a name stands."""

    sentence: Sentence
    start: int
    end: int
    entity: Entity
    written: str
    common: bool
    name: Name | None
    confidence: float
    accepted: bool


def vendors_of(
    document: Document, sentences: tuple[Sentence, ...], language: Language, names: Names
) -> tuple[DeclaredVendor, ...]:
    """Return the vendors that a policy names, in the order in which they first appear."""
    own = own_domains(document)
    masks = language.alternatives("not_vendors")
    uses = language.alternatives("uses")
    hits: list[_Hit] = []
    addresses: list[tuple[Sentence, Address]] = []
    for sentence in sentences:
        found = list(addresses_of(document, sentence))
        addresses.extend((sentence, address) for address in found)
        covered = [(a.start, a.end) for a in found if a.visible and not a.bare]
        covered += [m.span() for m in masks.finditer(sentence.plain)]
        hits.extend(_named(sentence, covered, names, uses))
    own_names = _own_names(sentences, own)
    hits = [hit for hit in hits if not _is_own(hit, own, own_names, names)]
    _accept_listed(hits)
    cells = list(company_cells(document, language))
    _accept_cells(hits, cells)
    _accept_siblings(hits)
    _accept_linked(hits, addresses)
    shown = {hit.entity.key for hit in hits if hit.accepted}
    for hit in hits:
        if hit.common and hit.entity.key in shown:
            hit.accepted = True
    accepted = [hit for hit in hits if hit.accepted]
    accepted.extend(_misspelt(sentences, accepted, names, uses, own_names))
    accepted.extend(_in_cells(document, sentences, cells, accepted, own_names))
    accepted.extend(_by_address(addresses, accepted, names, own))
    found_ = [(hit.sentence.index, hit.start, hit.end) for hit in accepted]
    banned = (masks, *place_patterns(language))
    accepted.extend(_items(document, sentences, accepted, banned, own_names))
    found_ += [(hit.sentence.index, hit.start, hit.end) for hit in accepted[len(found_) :]]
    for sentence, start, end, written in unknown_names(document, sentences, found_, own_names, banned):
        accepted.append(_nobody_knows(sentence, start, end, written))
    accepted.extend(_listed(sentences, accepted, banned, own_names))
    return tuple(_declared(document, accepted, language, names))


def _named(
    sentence: Sentence, covered: list[tuple[int, int]], names: Names, uses: re.Pattern[str]
) -> Iterator[_Hit]:
    """Yield the names in one sentence, longest first, none inside an address or a browser's name."""
    text = sentence.plain
    words = list(TOKEN.finditer(text))
    at = 0
    while at < len(words):
        found = names.longest(tuple(word[0].lower() for word in words[at : at + LONGEST_NAME]))
        step = 1
        if found is not None:
            name, count = found
            start, end = words[at].start(), words[at + count - 1].end()
            if not any(a < end and start < b for a, b in covered) and is_spelt(
                text, words[at : at + count], name, names
            ):
                step = count
                confidence, accepted = (SURE, True) if not name.common else shown(sentence, start, end, uses)
                yield _Hit(
                    sentence=sentence, start=start, end=end, entity=name.entity, written=text[start:end],
                    common=name.common, name=name, confidence=confidence, accepted=accepted,
                )  # fmt: skip
        at += step


def _accept_listed(hits: list[_Hit]) -> None:
    """A common word beside a known name in a list is a name: `HubSpot, Intercom and Segment`."""
    for order in (hits, hits[::-1]):
        for one, other in pairwise(order):
            if one.accepted and not other.accepted and one.sentence is other.sentence:
                first, second = sorted((one, other), key=lambda hit: hit.start)
                if LIST_GAP.match(one.sentence.plain[first.end : second.start]):
                    other.accepted, other.confidence = True, LIKELY


def _nobody_knows(sentence: Sentence, start: int, end: int, written: str, confidence: float = GUESS) -> _Hit:
    """A company that no list of names holds."""
    entity = Entity(key=f"name:{squeezed(written)}", name=written, vendor=written, vendor_id="")
    return _Hit(
        sentence=sentence,
        start=start,
        end=end,
        entity=entity,
        written=written,
        common=False,
        name=None,
        confidence=confidence,
        accepted=True,
    )


def _listed(
    sentences: Iterable[Sentence], hits: list[_Hit], banned: tuple[re.Pattern[str], ...], own_names: set[str]
) -> Iterator[_Hit]:
    """Yield the companies that nobody knows in lists of known ones."""
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for hit in hits:
        places[hit.sentence.index].append((hit.start, hit.end))
    for sentence in sentences:
        for start, end in listed_names(sentence, places.get(sentence.index, []), banned, own_names):
            yield _nobody_knows(sentence, start, end, sentence.plain[start:end], 0.6)


def _items(
    document: Document,
    sentences: Iterable[Sentence],
    hits: list[_Hit],
    banned: tuple[re.Pattern[str], ...],
    own_names: set[str],
) -> Iterator[_Hit]:
    """Yield the companies that nobody knows and that begin an item of a list, where most of its items begin with known ones."""
    known = {hit.sentence.index for hit in hits if not hit.sentence.plain[: hit.start].strip()}
    for items in _lists(sentences):
        if len(items) < LEAST_ITEMS or 2 * sum(one.index in known for one in items) < len(items):
            continue
        for one in items:
            name = "" if one.index in known else item_name(document, one.plain, own_names, banned)
            if name:
                yield _nobody_knows(one, 0, len(name), name, 0.7)


def _lists(sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """Yield the items of each list that stand together."""
    items: list[Sentence] = []
    for one in sentences:
        if one.kind == "item":
            items.append(one)
        elif items:
            yield items
            items = []
    if items:
        yield items


def _accept_cells(hits: list[_Hit], cells: list[tuple[int, int]]) -> None:
    """A name that begins a cell of a table of companies is one."""
    starts = {start for start, _ in cells}
    for hit in hits:
        if not hit.accepted and hit.sentence.start + hit.start in starts:
            hit.accepted, hit.confidence = True, 0.9


def _in_cells(
    document: Document,
    sentences: Iterable[Sentence],
    cells: list[tuple[int, int]],
    hits: list[_Hit],
    own_names: set[str],
) -> Iterator[_Hit]:
    """Yield the companies in a table of companies that no list of names holds."""
    rows = {sentence.index: sentence for sentence in sentences if sentence.kind == "row"}
    taken = [(hit.sentence.start + hit.start, hit.sentence.start + hit.end) for hit in hits]
    for start, end in cells:
        if any(start <= a < end for a, _ in taken):
            continue
        sentence = next((one for one in rows.values() if one.start <= start < one.end), None)
        name = company_in(plain(document.text[start:end]), own_names)
        if sentence is not None and name:
            at = start - sentence.start
            yield _nobody_knows(sentence, at, at + len(name), name, 0.8)


def _accept_siblings(hits: list[_Hit]) -> None:
    """A common word that begins a list item is a name where the items around it begin with known ones."""
    known = {hit.sentence.index for hit in hits if hit.accepted and hit.sentence.kind == "item"}
    for hit in hits:
        if not hit.accepted and hit.sentence.kind == "item" and not hit.sentence.plain[: hit.start].strip():
            near = sum(hit.sentence.index + step in known for step in (-2, -1, 1, 2))
            if near >= 2:
                hit.accepted, hit.confidence = True, 0.75


def _accept_linked(hits: list[_Hit], addresses: Iterable[tuple[Sentence, Address]]) -> None:
    """A common word whose own domain the policy links to is a name."""
    labels = {registrable_domain(address.host).partition(".")[0] for _, address in addresses}
    for hit in hits:
        if not hit.accepted and any(
            label.startswith(squeezed(hit.written)) and len(hit.written) > 3 for label in labels
        ):
            hit.accepted, hit.confidence = True, LIKELY


def _misspelt(
    sentences: Iterable[Sentence], hits: list[_Hit], names: Names, uses: re.Pattern[str], own_names: set[str]
) -> Iterator[_Hit]:
    """Yield words that are one letter from a name, where the sentence names others or says that something is used."""
    counts = Counter(word[0].lower() for sentence in sentences for word in TOKEN.finditer(sentence.plain))
    ends: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for hit in hits:
        ends[hit.sentence.index].append((hit.start, hit.end))
    for sentence in sentences:
        if sentence.index not in ends and not uses.search(sentence.plain):
            continue
        for word in TOKEN.finditer(sentence.plain):
            lower = word[0].lower()
            if len(lower) < 7 or (lower,) in names.by_tokens or counts[lower] > 3 or lower in own_names:
                continue
            name = names.nearly(lower)
            if name is None or not is_introduced(
                sentence.plain, word.start(), word.end(), ends[sentence.index]
            ):
                continue
            ends[sentence.index].append(word.span())
            yield _Hit(
                sentence=sentence, start=word.start(), end=word.end(), entity=name.entity, written=word[0], common=False,
                name=name, confidence=0.7, accepted=True,
            )  # fmt: skip


def _by_address(
    addresses: Iterable[tuple[Sentence, Address]], hits: list[_Hit], names: Names, own: set[str]
) -> Iterator[_Hit]:
    """Yield the owners of the domains that a policy links to and does not name."""
    vendors = {hit.entity.vendor_id for hit in hits if hit.entity.vendor_id}
    keys = {hit.entity.key for hit in hits}
    labels = {squeezed(hit.written) for hit in hits} | {squeezed(hit.entity.name) for hit in hits}
    naming = {hit.sentence.index for hit in hits}
    for sentence, address in addresses:
        if sentence.index in naming and sentence.kind == "row":
            continue  # an address in a row belongs to the company of that row
        domain = registrable_domain(address.host)
        label = domain.partition(".")[0]
        if domain in own or is_reference(address) or label in labels or not label:
            continue
        if not (address.visible or address.is_policy):
            continue
        entity = _owner(address, names, label)
        if entity is None or entity.key in keys or (entity.vendor_id and entity.vendor_id in vendors):
            continue
        written = sentence.plain[address.start : address.end].strip() or domain
        keys.add(entity.key)
        labels.add(label)
        yield _Hit(
            sentence=sentence, start=address.start, end=address.end, entity=entity, written=written, common=False, name=None,
            confidence=LIKELY if address.is_policy else GUESS, accepted=True,
        )  # fmt: skip


def _owner(address: Address, names: Names, label: str) -> Entity | None:
    services = names.knowledge.services_of_host(address.host)
    if services and not services[0].vendor.generic:
        entity = names.service_entity(services[0])
        if not entity.aggregate:
            return names.vendor_entity(services[0].vendor.id)
    named = names.by_tokens.get((label,)) or names.by_tokens.get(tokens_of(registrable_domain(address.host)))
    if named is not None:
        return named.entity
    if not address.is_policy:
        return None
    return Entity(key=f"name:{label}", name=label.capitalize(), vendor=label.capitalize(), vendor_id="")


_TITLE = 4
"""Sentences in which a policy's title stands, counted from its beginning."""
_TITLED = re.compile(
    r"(?:[Pp]rivacy|[Cc]ookie) (?:[Pp]olicy|[Nn]otice|[Ss]tatement) of ([A-Z0-9][^.,:;()]{1,60}?)\.?$"
)


def _own_names(sentences: Iterable[Sentence], own: set[str]) -> set[str]:
    """Return the words by which the policy calls its own company: those before "we" in brackets, and its domains."""
    found = {domain.partition(".")[0] for domain in own}
    pattern = re.compile(
        r"""([A-Z][\w.&' -]{1,60}?),? (?:Inc\.?,? |LLC,? |Ltd\.?,? |GmbH,? )?\((?:hereinafter|hereafter|collectively|also|a\.k\.a\.?|together|the|referred|["'])[^)]{0,80}\b(?:we|us|our|company|controller)\b"""
    )
    for sentence in sentences:
        for match in pattern.finditer(sentence.plain):
            found.add(squeezed(re.split(r"\b(?:by|to|of|how|that|and|is|are|at|with)\b", match[1])[-1]))
        if sentence.index < _TITLE and (titled := _TITLED.match(sentence.plain)):
            found.add(squeezed(titled[1]))
    found.discard("")
    return found


def _is_own(hit: _Hit, own: set[str], own_names: set[str], names: Names) -> bool:
    if squeezed(hit.written) in own_names:
        return True
    hosts = {
        registrable_domain(host)
        for service_id in hit.entity.service_ids
        for host in names.knowledge.service(service_id).hosts
        if not host.endswith(".*")
    }
    return not hit.entity.aggregate and not own.isdisjoint(hosts)


def _declared(
    document: Document, hits: list[_Hit], language: Language, names: Names
) -> Iterator[DeclaredVendor]:
    groups: dict[str, list[_Hit]] = {}
    for hit in sorted(hits, key=lambda hit: hit.sentence.start + hit.start):
        groups.setdefault(hit.entity.key, []).append(hit)
    for group in groups.values():
        entity = group[0].entity
        roles = [_role(hit, language) for hit in group]
        role: Role = "used" if "used" in roles else ("denied" if "denied" in roles else "mentioned")
        quotes = {hit.sentence.index: hit for hit in group}
        mentions: list[Quote] = [quote(document, hit.sentence) for hit in quotes.values()]
        old = [renamed for hit in group if (renamed := names.renamed.get(tokens_of(hit.written)))]
        yield DeclaredVendor(
            name=entity.name,
            vendor=entity.vendor,
            vendor_id=entity.vendor_id,
            service_ids=entity.service_ids,
            category=entity.category,
            written=tuple(dict.fromkeys(hit.written for hit in group)),
            role=role,
            traceable=entity.traceable,
            confidence=max(hit.confidence for hit in group),
            mentions=tuple(mentions[:8]),
            policy_url=entity.policy_url,
            renamed=old[0].now if old else "",
        )


def _role(hit: _Hit, language: Language) -> Role:
    before = hit.sentence.plain[: hit.start]
    said = f"{hit.sentence.lead} {before}" if hit.sentence.lead else before
    if language.alternatives("denies").search(said[-160:]):
        return "denied"
    context = f"{hit.sentence.heading} {hit.sentence.plain}"
    return "mentioned" if language.alternatives("others").search(context) else "used"
