"""Who may see and do what in the dashboard: `page` makes a route's handler that only a signed-in person reaches.

What comes from a form is believed only where it carries what our own page put in it. Whatever goes wrong becomes a page.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from aiohttp import hdrs, web
from multidict import MultiDict, MultiDictProxy

from consent import sessions
from consent.audit import audited
from consent.model.errors import ConsentryError, NotFoundError
from consent.model.sites import Site
from consent.store import Store
from consent.users import Role, User
from consent.web.base import LOG, SETTINGS
from consent.web.dashboard import cookies

logger = logging.getLogger("consentry.web")

LARGEST_FORM = 256 * 1024
FORM_TIMEOUT_S = 30.0
SIGN_IN = "/admin/sign-in"

Form = MultiDictProxy[str]


class Forbidden(ConsentryError):  # noqa: N818 - the state is the name
    """The person is known, but may not do this (HTTP 403)."""


class FormRefused(ConsentryError):  # noqa: N818 - the state is the name
    """A form did not come from our own page, or from one that is too old (HTTP 403)."""


@dataclass(slots=True)
class Visit:
    """One request of a signed-in person. ``csrf`` goes into each form, ``form`` is what a POST sent."""

    request: web.Request
    user: User
    csrf: str
    form: Form = field(default_factory=lambda: MultiDictProxy(MultiDict[str]()))
    recorded: bool = False

    @property
    def store(self) -> Store:
        """The open store."""
        return self.request.app[LOG].store

    @property
    def sites(self) -> list[Site]:
        """The sites of the configuration that this person may know of."""
        return [site for site in self.request.app[SETTINGS].sites.values() if self.user.covers(site.id)]

    @property
    def site(self) -> Site:
        """The site that the address names; the guard has checked it."""
        return self.request.app[SETTINGS].sites[self.request.match_info["site"]]

    def covers(self, site: str) -> bool:
        """Whether they may know of this site, and it is one of the configuration."""
        return site in self.request.app[SETTINGS].sites and self.user.covers(site)

    def needs_all_sites(self) -> None:
        """Raise `Forbidden` for a person who may see some sites only: what follows tells of all."""
        if self.user.sites:
            raise Forbidden(
                "This tells of all sites, and you may see some.", hint="Ask an admin of all sites."
            )

    @asynccontextmanager
    async def doing(self, action: str, *, site: str = "", **details: str) -> AsyncIterator[None]:
        """Put an action of this person on record, then let it be done (`consent.audit.audited`)."""
        self.recorded = True
        async with audited(self.store, actor=self.user.actor, action=action, site=site, **details):
            yield

    def to(self, path: str, note: str = "") -> web.Response:
        """Answer a form: lead to a page of ours, which shows the note once (HTTP 303)."""
        response = web.Response(status=303, headers={"Location": path, "Cache-Control": "no-store"})
        if note:
            cookies.put_note(response, self.request, note)
        return response


PageHandler = Callable[[web.Request, Visit], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A route's handler that calls another with the visit, once it is clear who asks and that they may."""

    role: Role
    handler: PageHandler

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer a request of the dashboard."""
        visit: Visit | None = None
        try:
            visit = await _visit(request)
            return _to_sign_in(request) if visit is None else await self._answer(request, visit)
        except (ConsentryError, web.HTTPException) as error:
            return _failed(request, visit, error)
        except Exception as error:
            logger.exception("Unexpected error in a page of the dashboard")
            return _failed(request, visit, error)

    async def _answer(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        if not visit.user.may(self.role):
            raise Forbidden(f"This needs the role {self.role}.", hint="Ask an admin.")
        site = request.match_info.get("site")
        if site is not None and not visit.covers(site):
            raise NotFoundError(f"There is no site {site!r}.", hint="The sites that you may see are listed.")
        posted = request.method == hdrs.METH_POST
        if posted:
            visit.form = await form_of(request)
            check_form(request, request.cookies.get(cookies.session_name(request), ""), visit.form)
        response = await self.handler(request, visit)
        if posted and response.status < 400 and not visit.recorded:
            raise RuntimeError(f"{self.handler.__module__}.{self.handler.__name__} did not use Visit.doing")
        return response


def page(role: Role, handler: PageHandler) -> Guarded:
    """Make a page's handler: it needs a session with this role, the site in its address must be the person's.

    A POST must come from our own form, and `Visit.doing` has to wrap whatever it changes: without that it fails.
    """
    return Guarded(role, handler)


def open_page(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make the handler of a page that needs no session; its errors are pages all the same."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ConsentryError, web.HTTPException) as error:
            return _failed(request, None, error)

    return answer


async def _visit(request: web.Request) -> Visit | None:
    secret = request.cookies.get(cookies.session_name(request), "")
    session = await sessions.find(request.app[LOG].store, secret)
    return None if session is None else Visit(request, session.user, session.csrf)


def _to_sign_in(request: web.Request) -> web.Response:
    wanted = request.path_qs if request.method in {hdrs.METH_GET, hdrs.METH_HEAD} else ""
    location = SIGN_IN + (f"?next={quote(wanted, safe='/')}" if wanted not in {"", "/admin"} else "")
    return web.Response(status=303, headers={"Location": location, "Cache-Control": "no-store"})


async def form_of(request: web.Request, *, largest: int = LARGEST_FORM) -> Form:
    """Read a form as browsers send it (``application/x-www-form-urlencoded``); raises HTTP 408, 413 or 415."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    body = bytearray()
    try:
        async with asyncio.timeout(FORM_TIMEOUT_S):
            async for part in request.content.iter_any():
                body += part
                if len(body) > largest:
                    raise web.HTTPRequestEntityTooLarge(largest, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=5000)
    except ValueError:  # no ASCII, or too many fields
        raise web.HTTPBadRequest from None
    return MultiDictProxy(MultiDict(fields))


def check_form(request: web.Request, secret: str, form: Form) -> None:
    """Raise `FormRefused` unless the form carries what was made from this secret, and no other site sent it.

    Browsers say in ``Sec-Fetch-Site`` where a request comes from (Fetch Metadata); the token proves it without that.
    """
    foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}
    if foreign or not secret or not sessions.same_csrf(secret, form.get("csrf", "")):
        raise FormRefused(
            "This form is too old, or did not come from here.",
            hint="Nothing was changed. Go back, reload the page and try again.",
        )


def _failed(request: web.Request, visit: Visit | None, error: Exception) -> web.StreamResponse:
    from consent.web.dashboard import pages  # noqa: PLC0415 - it needs the navigation, which needs this module

    return pages.failed(request, visit, error)
