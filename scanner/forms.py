"""From forms that were seen to the report's: each once, with what it asks for and where that is sent."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec

from consent.model.categories import Category, Party
from scanner.classify import Classifier
from scanner.markup import Form
from scanner.observations import Observation
from scanner.parties import party_of

MAX_REPORTED = 400
_PAGES = 5


def forms_of(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> tuple[Form, ...]:
    """Return one entry for each address, method and set of fields over all pages and states."""
    found: dict[tuple[str, str, str, tuple[str, ...]], Form] = {}
    for one in seen:
        fields = tuple(f"{name or 'without a name'} ({kind})" for kind, name in one.details.get("fields", ()))
        if one.kind != "form" or not fields:
            continue
        action = one.name.partition("?")[0].partition("#")[0]
        frame = str(one.details.get("frame", ""))
        scheme = urlsplit(frame).scheme
        method = str(one.details.get("method", ""))
        key = (action, method, scheme, fields)
        known = found.get(key)
        if known is not None:
            if one.page not in known.pages:
                pages = (*known.pages, one.page)[:_PAGES]
                found[key] = msgspec.structs.replace(known, pages=pages, page_count=known.page_count + 1)
            continue
        host = one.host or ""
        party = party_of(host, site_host, own_hosts) if host else Party.FIRST
        named = classifier.request(action, type="document", party=party) if host else None
        found[key] = Form(
            action=action[:2_000],
            host=host,
            party=party,
            method=method,
            fields=fields[:12],
            asks=tuple(sorted({kind for kind, _ in one.details["fields"]})),
            category=named.category if named else Category.UNCLASSIFIED,
            vendor=named.vendor if named else "",
            service=named.service if named else "",
            embedded=one.details.get("embedded") is True,
            page_secure=scheme == "https",
            pages=(one.page,),
            page_count=1,
        )
    return tuple(list(found.values())[:MAX_REPORTED])
