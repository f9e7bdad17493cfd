"""Which vendors' own consent interfaces a site's widget tells of a decision; the records of its visitors say so, too."""

from __future__ import annotations

from consent.model.inventory import Inventory
from consent.model.sites import Signal, Site

_SIGNAL_HOSTS: dict[Signal, tuple[str, ...]] = {
    "uet": ("bat.bing.com", "bing.com"),
    "clarity": ("clarity.ms",),
    "meta": ("connect.facebook.net", "facebook.com"),
    "tiktok": ("analytics.tiktok.com", "tiktok.com"),
    "hubspot": ("hs-scripts.com", "hs-analytics.net", "hubspot.com"),
    "matomo": ("matomo.cloud",),
}
"""Hosts by which a scan's blocking rules give a vendor away."""


def signals_of(site: Site, inventory: Inventory) -> tuple[Signal, ...]:
    """Return whom to tell about consent: what the site lists, or Google and those whose hosts the scan met."""
    listed = site.banner.signals
    if listed != "auto":
        return listed
    hosts = {rule.host for rule in inventory.rules}
    met = (
        signal
        for signal, domains in _SIGNAL_HOSTS.items()
        if any(host == domain or host.endswith(f".{domain}") for host in hosts for domain in domains)
    )
    return ("google", *met)
