"""From what pages' mark-up loads to the report's: each order once, with who loads first."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model.categories import Category
from scanner.classify import Classification, Classifier
from scanner.markup import Head, HeadElement
from scanner.observations import Observation
from scanner.parties import host_of, party_of

MAX_REPORTED = 60
_PAGES = 5
_HINTS = frozenset({"preconnect", "dns-prefetch", "speculation"})


def heads_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Head, ...]:
    """Return one entry for each order of loading; pages whose mark-up loads the same share it."""
    found: dict[tuple[HeadElement, ...], Head] = {}
    for one in seen:
        if one.kind != "head":
            continue
        elements = tuple(
            _element((str(kind), str(url), str(loading)), classifier, site_host, own_hosts)
            for kind, url, loading in one.details.get("elements", ())
        )
        # Third parties and the consent tool tell one order from another, not each page's own pictures.
        key = tuple(element for element in elements if element.service or element.consent_tool)
        known = found.get(key)
        if known is None:
            found[key] = Head(elements=elements, page=one.page, pages=(one.page,), page_count=1)
        else:
            pages = (*known.pages, one.page)[:_PAGES]
            found[key] = msgspec.structs.replace(known, pages=pages, page_count=known.page_count + 1)
    return tuple(sorted(found.values(), key=lambda head: -head.page_count))[:MAX_REPORTED]


def _element(
    seen: tuple[str, str, str], classifier: Classifier, site_host: str, own_hosts: tuple[str, ...]
) -> HeadElement:
    kind, url, loading = seen
    host = host_of(url) if url else ""
    named = Classification(category=Category.NECESSARY)
    if host:
        type_ = "document" if kind.endswith("frame") else kind.removeprefix("inline ")
        named = classifier.request(url, type=type_, party=party_of(host, site_host, own_hosts))
    return HeadElement(
        kind=kind,
        url=url[:500],
        loading=loading,
        category=named.category,
        service=named.service,
        consent_tool=kind not in _HINTS and is_consent_tool(named),
    )


def is_consent_tool(named: Classification) -> bool:
    """Whether this asks visitors for consent: our own widget, or a service whose rule says that it does."""
    if named.category is not Category.NECESSARY:
        return False
    return named.service_id == "consentry" or "for consent" in named.purpose
