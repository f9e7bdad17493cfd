"""First-party hosts that serve a third party's tracker: a CNAME record or a proxy under the site's own domain.

One request with a vendor's signature gives the whole host away: what else it serves (the tracker's script, its settings)
is the vendor's too, though it bears no signature itself. A host that serves pages of the site is never taken for one.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from consent.model.categories import Party
from scanner.classify import Classification, Classifier
from scanner.observations import Observation
from scanner.parties import host_of, party_of


def cloaked_hosts(
    seen: Iterable[Observation], classifier: Classifier, *, site_host: str, own_hosts: tuple[str, ...] = ()
) -> dict[str, Classification]:
    """Return each cloaked host with the classification that holds for all that it serves."""
    seen = [one for one in seen if one.kind == "request"]
    serves_pages = {site_host} | {host_of(one.page) for one in seen}
    found: dict[str, Classification] = {}
    for one in seen:
        if one.host in serves_pages or one.host in found:
            continue
        if party_of(one.host, site_host, own_hosts) is not Party.FIRST:
            continue
        named = classifier.request(one.name, type=str(one.details.get("type", "other")), party=Party.FIRST)
        if named.category.needs_consent and named.vendor:
            found[one.host] = msgspec.structs.replace(
                named, reason=f"{one.host} serves {named.service or named.vendor} under the site's own name."
            )
    return found
