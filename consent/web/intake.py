"""The route for consent events, whichever way a request comes to it: what is read of a request, and what the answer says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, NoReturn, Protocol

from aiohttp import hdrs, web
from multidict import istr

from consent.log import ConsentLog, RequestContext
from consent.model.errors import NotFoundError
from consent.model.records import ConsentEvent, ConsentRecord, parse_event
from consent.model.sites import Site
from consent.web import cookie
from consent.web.base import (
    COOKIE_DOMAINS,
    COUNTRIES,
    EVERY_ANSWER,
    LOG,
    ORIGINS,
    SETTINGS,
    ForeignOriginError,
)
from consent.web.clients import Asked
from consent.web.countries import Countries
from consent.web.origins import Headers, Origins
from consent.web.ready_answer import head_of

PATH = "/v1/consent"
_SEC_GPC = istr("Sec-GPC")


class AskedWithCookies(Asked, Protocol):
    """A request of which cookies are read, too."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """The cookies that came with it."""


class Received(NamedTuple):
    """One event as it came: with the CORS headers of its answer, and what else the request tells."""

    event: ConsentEvent
    allowed: Headers
    context: RequestContext


class Intake(NamedTuple):
    """What the route needs of the application, taken out of it once."""

    log: ConsentLog
    origins: Origins
    countries: Countries
    cookie_domains: dict[str, str | None]
    sites: Mapping[str, Site]

    def origin_of(self, request: Asked) -> str | None:
        """Return a request's origin, None where it names none; raises `ForeignOriginError` where no site here owns it.

        That is found out before anything of the body is looked at.
        """
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and not self.origins.any_site(origin):
            _refuse_page("any site here")
        return origin

    def read(self, request: Asked, origin: str | None, body: bytes) -> Received:
        """Read one event; raises `RecordError`, `NotFoundError` (no such site) or `ForeignOriginError` (not that site's page)."""
        event = parse_event(body)
        allowed: Headers = ()
        if origin is not None:
            allowed = self.origins.site(event.site, origin)
            if not allowed:
                self._refuse(event.site)
        headers = request.headers
        context = RequestContext(
            headers.get(_SEC_GPC) == "1", headers.get(hdrs.USER_AGENT, ""), self.countries.of(request)
        )
        return Received(event, allowed, context)

    def _refuse(self, site: str) -> NoReturn:
        if site not in self.sites:
            raise NotFoundError(f"There is no site {site!r}.", hint="The widget's address has the site's id.")
        _refuse_page(repr(site))

    def answer(
        self, request: AskedWithCookies, allowed: Headers, record: ConsentRecord, stored: bytes
    ) -> tuple[bytes, bytes, bytes]:
        """Return head, more lines of it, and body of the answer (201) that says that a record is stored."""
        more = f"Location: {PATH}/{record.consent_id}\r\n"
        domain = self.cookie_domains[record.site]
        if domain is not None:
            sent = request.cookies.get(cookie.NAME) if hdrs.COOKIE in request.headers else None
            value = cookie.set_cookie(record, domain, sent)
            if value is not None:
                more += f"Set-Cookie: {value}\r\n"
        body = b'{"data":{"receipt_id":"%b","record":%b}}' % (record.record_id.encode(), stored)
        return _created_head(allowed), more.encode(), body


INTAKE = web.AppKey("intake", Intake)


def intake_of(app: web.Application) -> Intake:
    """Make it when everything in it is there."""
    return Intake(app[LOG], app[ORIGINS], app[COUNTRIES], app[COOKIE_DOMAINS], app[SETTINGS].sites)


def _refuse_page(owner: str) -> NoReturn:
    raise ForeignOriginError(
        f"the request comes from a page that is not on a host of {owner}",
        hint="Add the host to the site's hosts in sites.toml.",
    )


@lru_cache(maxsize=1024)
def _created_head(allowed: Headers) -> bytes:
    """Put together once what every answer to one origin has in common; this route is the one that must be fast."""
    return head_of(
        201,
        (
            ("Content-Type", "application/json"),
            ("Cache-Control", "no-store"),
            *EVERY_ANSWER,
            *allowed,
        ),
    )
