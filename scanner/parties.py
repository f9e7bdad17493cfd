"""Registrable domains and parties of what a scan saw."""

from __future__ import annotations

from consent.model import domains
from consent.model.categories import Party
from consent.model.domains import host_of, setter_of

__all__ = ["host_of", "party_of", "registrable_domain", "setter_of"]


def registrable_domain(host: str) -> str:
    """Return the registrable domain (eTLD+1) of a host: ``shop.co.uk`` for ``www.shop.co.uk``.

    An IP address, a single label and a bare public suffix are their own: each is a party, though no cookie can be set
    for more than the host itself.
    """
    host = host.strip()
    return domains.registrable_domain(host) or host.lower().strip(".")


def party_of(host: str, site_host: str, own_hosts: tuple[str, ...] = ()) -> Party:
    """Return the party of ``host`` on a page of ``site_host``; ``own_hosts`` are further domains of the site."""
    domain = registrable_domain(host)
    if domain == registrable_domain(site_host) or domain in {registrable_domain(own) for own in own_hosts}:
        return Party.FIRST
    return Party.THIRD
