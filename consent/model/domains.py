"""Hosts and registrable domains, from the public suffix list that tldextract ships (no network at run time)."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

import tldextract

from consent.model.sites import Site

_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def host_of(url: str) -> str:
    """Return the host of a URL or origin in lower case without port; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


@lru_cache(maxsize=65_536)
def registrable_domain(host: str) -> str | None:
    """Return the registrable domain (eTLD+1) of a host, or None where there is none to set a cookie on.

    None for an IP address, a single label such as ``localhost``, and a public suffix itself. Under a suffix that the list
    does not know, the last two labels (publicsuffix.org/list, algorithm, step 2).
    """
    host = host.lower().strip(".")
    if host[-1:].isdigit() or ":" in host:  # only then can it be an address, and asking is slow
        try:
            ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            pass
        else:
            return None
    parts = _extract(host)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else None
    labels = host.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def setter_of(initiators: tuple[str, ...]) -> str:
    """Return the registrable domain of the nearest initiator (a URL), which set something; empty where none is known.

    An IP address or a single label stands for itself.
    """
    host = host_of(initiators[0]) if initiators else ""
    return registrable_domain(host) or host.lower().strip(".")


class SiteHosts:
    """Which hosts are a site's own: those of its URL and of ``hosts``, and all under their registrable domains."""

    def __init__(self, site: Site) -> None:
        names = {host_of(site.url), *(host.lower() for host in site.hosts)}
        self._exact = frozenset(names)
        self._domains = frozenset(filter(None, map(registrable_domain, names)))

    def owns(self, host: str) -> bool:
        """Whether a page on this host is a page of the site."""
        return host in self._exact or registrable_domain(host) in self._domains
