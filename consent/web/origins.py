"""Which pages may call: the Origin of a request against the hosts of the configured sites (Fetch standard, CORS)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from consent.model.domains import SiteHosts, host_of
from consent.model.sites import Site

Headers = tuple[tuple[str, str], ...]

_PREFLIGHT: Headers = (
    ("Access-Control-Allow-Methods", "GET, POST, DELETE"),
    ("Access-Control-Allow-Headers", "Content-Type"),
    ("Access-Control-Max-Age", "86400"),
)


class Origins:
    """The answer to each origin, worked out once: `site` and `any_site` return CORS headers, empty where not allowed.

    An origin is a site's where its host is the site's own and its scheme is https, or that of the site's URL. Credentials
    are allowed, since the server answers with the consent cookie.
    """

    def __init__(self, sites: Iterable[Site]) -> None:
        self._sites = {site.id: (SiteHosts(site), urlsplit(site.url).scheme) for site in sites}
        # Bounded: an origin is whatever a client sends.
        self.site = lru_cache(maxsize=4096)(self._site)
        self.any_site = lru_cache(maxsize=4096)(self._any_site)

    def _site(self, site: str, origin: str) -> Headers:
        known = self._sites.get(site)
        if known is None:
            return ()
        hosts, scheme = known
        if origin.partition("://")[0] not in {"https", scheme} or not hosts.owns(host_of(origin)):
            return ()
        return (
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Allow-Credentials", "true"),
            ("Vary", "Origin"),
        )

    def _any_site(self, origin: str) -> Headers:
        return next(filter(None, (self._site(site, origin) for site in self._sites)), ())

    def preflight(self, origin: str) -> Headers:
        """Return the headers of the answer to an OPTIONS request, which does not say which site it is about."""
        allowed = self.any_site(origin)
        return (*allowed, *_PREFLIGHT) if allowed else ()
