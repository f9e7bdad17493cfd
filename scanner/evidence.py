"""What findings have in common: which states count, whose a thing is, and the evidence that proves it.

A finding is told once for a service and a kind of thing, with the count and a few examples; the whole list is in
report.json. Everything here works on a report alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from consent.model.categories import CATEGORIES, Category, ConsentState, Party
from scanner.parties import registrable_domain
from scanner.report import Item, Pass, Report, Request, Severity

EXAMPLES = 8
"""How many names, pages or URLs a finding shows of each."""
URL_LENGTH = 300
"""Characters of a URL that a finding shows; report.json has all that was kept."""

REFUSED_STATES = (ConsentState.REJECT, ConsentState.WITHDRAW, ConsentState.GPC)
UNCONSENTED_STATES = (ConsentState.BEFORE, *REFUSED_STATES)

NO_CONTROL = "no button that rejects"
"""How a pass says, in its reason, that it found a banner and no control to refuse."""

_CHANGING = re.compile(r"\d+|(?<==)[^&#]*")

T = TypeVar("T", bound=Item | Request)

KIND_WORDS = {
    "cookie": ("cookie", "cookies"),
    "local_storage": ("local storage key", "local storage keys"),
    "session_storage": ("session storage key", "session storage keys"),
    "indexed_db": ("IndexedDB database", "IndexedDB databases"),
    "cache_storage": ("cache", "caches"),
    "service_worker": ("service worker", "service workers"),
    "request": ("request", "requests"),
}
"""Each kind in words, one and many."""

_STRICTNESS = (Category.UNCLASSIFIED, *CATEGORIES)


def pass_of(report: Report, state: ConsentState) -> Pass | None:
    """Return the pass of a state, None where it was not scanned."""
    return next((one for one in report.passes if one.state is state), None)


def applied(report: Report, state: ConsentState) -> bool:
    """Whether what was seen in ``state`` is evidence of how the site behaves in it.

    The state before needs no action, so that it counts unless its pass says otherwise; every other state needs a pass
    that says it was applied.
    """
    one = pass_of(report, state)
    return one.applied if one is not None else state is ConsentState.BEFORE


def recorded(item: Item) -> bool:
    """Whether a person recorded why this item is exempt; a rule's criterion is a proposal."""
    return bool(item.criterion) and item.rule in {"", "decision", "consentry"}


def label_of(thing: Item | Request) -> str:
    """Return the name under which a thing is told: its service, else its vendor, else its registrable domain."""
    return thing.service or thing.vendor or registrable_domain(thing.host)


def everything(report: Report) -> tuple[Item | Request, ...]:
    """Return the items, then the requests of a report."""
    return report.items + report.requests


def kind_of(thing: Item | Request) -> str:
    """Return the item's kind, or ``request``."""
    return thing.kind if isinstance(thing, Item) else "request"


def counted(number: int, kind: str) -> str:
    """Return a count with its word: ``1 cookie``, ``12 requests``."""
    one, many = KIND_WORDS.get(kind, (kind.replace("_", " "), kind.replace("_", " ")))
    return f"{number:,} {one if number == 1 else many}"


def by_service(things: Iterable[T]) -> Iterator[tuple[str, str, list[T]]]:
    """Group things by label and kind, in the order of both; yields label, kind and the group.

    What is not classified makes a group of its own: it is a question, not a finding about what is known.
    """
    groups: dict[tuple[str, str, bool], list[T]] = defaultdict(list)
    for thing in things:
        groups[label_of(thing), kind_of(thing), thing.category is Category.UNCLASSIFIED].append(thing)
    for key in sorted(groups):
        yield key[0], key[1], groups[key]


def strictest(things: Iterable[Item | Request]) -> Category:
    """Return the category of a group: advertising outweighs the others, unclassified counts only where it is alone."""
    return max((thing.category for thing in things), key=_STRICTNESS.index)


def severity_of(things: Iterable[Item | Request]) -> Severity:
    """Return how severe it is that these happen without consent.

    High for advertising and for a third party that measures; medium for the rest, and for what is not classified yet.
    """
    things = list(things)
    if any(
        thing.category is Category.ADVERTISING
        or (thing.category is Category.PERFORMANCE and thing.party is Party.THIRD)
        for thing in things
    ):
        return "high"
    return "medium"


def in_order(states: Iterable[ConsentState]) -> list[str]:
    """Return the states as words, each once, in the order of `ConsentState`."""
    seen = set(states)
    return [str(state) for state in ConsentState if state in seen]


def some(values: Iterable[str], limit: int = EXAMPLES) -> list[str]:
    """Return the first ``limit`` different values, in their order."""
    return list(dict.fromkeys(value for value in values if value))[:limit]


def cut(url: str, limit: int = URL_LENGTH) -> str:
    """Shorten a URL for showing, with a mark that it was shortened."""
    return url if len(url) <= limit else url[: limit - 1] + "…"


def evidence_of(things: Iterable[Item | Request], **more: Any) -> dict[str, Any]:
    """Return what proves a finding about these things, which are all of one kind.

    Keys: kind, category, count, hosts, pages (examples), page_count, initiators (the chain of the first that has one,
    nearest first), places (url:line:column of who set or sent it); of items names and set_via, of requests redirected_from, urls and first_ms (milliseconds from the start of the
    page's navigation). ``more`` adds keys; empty ones are left out.
    """
    things = list(things)
    requests = sorted((thing for thing in things if isinstance(thing, Request)), key=_address)
    items = [thing for thing in things if isinstance(thing, Item)]
    pages = dict.fromkeys(thing.first_page if isinstance(thing, Item) else thing.page for thing in things)
    pages.pop("", None)
    chains: list[tuple[str, ...]] = [item.set_by for item in items if item.set_by]
    chains += [request.initiators for request in requests if request.initiators]
    stacks = [*(item.stack for item in items), *(request.stack for request in requests)]
    found: dict[str, Any] = {
        "kind": kind_of(things[0]),
        "category": str(strictest(things)),
        "count": len(items) + sum(request.count for request in requests),
        "names": some(item.pattern or item.name for item in items),
        "hosts": some(sorted({thing.host for thing in things})),
        "urls": some((cut(request.url) for request in requests), 5),
        "pages": some(pages, 5),
        "page_count": len(pages),
        "initiators": [cut(url) for url in (chains[0] if chains else ())[:EXAMPLES]],
        "set_via": some(item.via for item in items),
        "places": some((stack[0] for stack in stacks if stack), 3),
        "redirected_from": some((cut(request.redirected_from) for request in requests), 3),
        "first_ms": round(min((request.time_ms for request in requests), default=0.0), 1),
    } | more
    return {key: value for key, value in found.items() if value not in ([], "", 0, 0.0, None)}


def _address(request: Request) -> str:
    """A URL without its numbers and values: which of two requests came first is chance and must not decide what is shown."""
    return _CHANGING.sub("", request.url)


def first_page(things: Iterable[Item | Request]) -> str:
    """Return the first page on which one of these things was seen."""
    pages = (thing.first_page if isinstance(thing, Item) else thing.page for thing in things)
    return next(filter(None, pages), "")


def needing_consent(
    report: Report,
    item_matches: Callable[[Item], bool],
    request_matches: Callable[[Request], bool],
) -> Iterator[Item | Request]:
    """Yield the items, then the requests, that need consent and match."""
    yield from (item for item in report.items if item.category.needs_consent and item_matches(item))
    yield from (one for one in report.requests if one.category.needs_consent and request_matches(one))
