"""Registrable domains and parties, from the public suffix list that tldextract ships (no network at run time)."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from consent.model.categories import Party

_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def host_of(url: str) -> str:
    """Return the host of a URL in lower case without port; empty where the URL has none (``data:``, ``about:``)."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str:
    """Return the registrable domain (eTLD+1) of a host: ``shop.co.uk`` for ``www.shop.co.uk``.

    An IP address, a single label and a bare public suffix are their own. A host under a suffix that the list does not
    know follows the list's default rule ``*`` (publicsuffix.org/list, algorithm, step 2), as Chromium does.
    """
    host = host.strip().lower().strip(".")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        pass
    else:
        return host
    parts = _extract(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else parts.suffix
    return ".".join(host.split(".")[-2:])


def party_of(host: str, site_host: str, own_hosts: tuple[str, ...] = ()) -> Party:
    """Return the party of ``host`` on a page of ``site_host``; ``own_hosts`` are further domains of the site."""
    domain = registrable_domain(host)
    if domain == registrable_domain(site_host) or domain in {registrable_domain(own) for own in own_hosts}:
        return Party.FIRST
    return Party.THIRD
