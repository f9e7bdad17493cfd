"""`/v1/consent/{consent_id}/requests`: what a visitor asks of their rights, as JSON or by the forms of their own page."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from aiohttp import hdrs, web

from consent import rights
from consent.log import RequestContext
from consent.model.errors import ConsentryError, NotFoundError, RecordError, StoreError
from consent.model.rights import Asked, NewRequest, cleaned
from consent.web import cookie
from consent.web.base import (
    COOKIE_DOMAINS,
    COUNTRIES,
    LOG,
    ORIGINS,
    SETTINGS,
    ForeignOriginError,
    body_of,
    success,
)
from consent.web.bodies import decoded
from consent.web.dashboard.guard import Form, form_of
from consent.web.handlers import consent_id_of, cors_of, expire_cookies, own_page

LARGEST_FORM = 48 * 1024
"""Bytes: 2,000 characters can be nine times as many once they are percent-encoded."""
_FORM = "application/x-www-form-urlencoded"


async def get_requests(request: web.Request) -> web.Response:
    """List what a visitor asked for and how it stands, oldest first; also after an erasure."""
    consent_id, log = consent_id_of(request), request.app[LOG]
    found = await rights.requests_of(log.store, consent_id)
    if not found:
        await log.history(consent_id)  # nobody has this id
    answer = success(found)
    answer.headers.extend(cors_of(request))
    return answer


async def post_request(request: web.Request) -> web.Response:
    """Do what a visitor asks for, or keep it for somebody to do."""
    if request.content_type == _FORM:
        return await _by_form(request)
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and not request.app[ORIGINS].any_site(origin):
        raise ForeignOriginError(
            "the request comes from a page that is not on a host of any site here",
            hint="Add the host to the site's hosts in sites.toml.",
        )
    wish = decoded(await body_of(request), NewRequest)
    asked, record_cookie = await _done(request, wish)
    answer = success(asked, status=201)
    answer.headers.extend(cors_of(request))
    _set_cookies(answer, request, wish, record_cookie)
    return answer


async def _by_form(request: web.Request) -> web.Response:
    # A form sends the opaque origin where its page has no referrer, as ours has not; browsers still say whose page it is.
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise ForeignOriginError("the form is on a page of another site", hint="Use the visitor's own page.")
    form = await form_of(request, largest=LARGEST_FORM)
    try:
        wish = _wish(form)
        _, record_cookie = await _done(request, wish)
    except (NotFoundError, StoreError):
        raise
    except ConsentryError as error:
        return await own_page(request, status=400, problem=str(error))
    # Relative, so that it holds behind a proxy that serves this under another path.
    query = urlencode({"format": "html", "told": wish.kind})
    headers = {"Location": f"../{consent_id_of(request)}?{query}", "Cache-Control": "no-store"}
    answer = web.Response(status=303, headers=headers)
    _set_cookies(answer, request, wish, record_cookie)
    return answer


def _wish(form: Form) -> NewRequest:
    if form.get("kind") == "erase" and form.get("sure") != "yes":
        raise RecordError("tick the box if everything is to be erased", field="sure")
    given = {name: cleaned(form.get(name, "")) for name in ("kind", "message", "contact")}
    site = {"site": form["site"]} if form.get("site") else {}
    try:
        return msgspec.convert(given | site, NewRequest)
    except msgspec.ValidationError as error:
        raise RecordError(str(error)) from error


async def _done(request: web.Request, wish: NewRequest) -> tuple[Asked, tuple[str, ...]]:
    """Return the answer, and the Set-Cookie headers that go with it."""
    app = request.app
    consent_id = consent_id_of(request)
    gone = {one.site for one in await app[LOG].history(consent_id)} if wish.kind == "erase" else set()
    context = RequestContext(
        request.headers.get("Sec-GPC") == "1",
        request.headers.get(hdrs.USER_AGENT, ""),
        app[COUNTRIES].of(request),
    )
    done = await rights.ask(app[LOG], app[SETTINGS].sites, consent_id, wish, context)
    if done.record is None:
        return Asked(request=done.request), tuple(sorted(gone))
    domain = app[COOKIE_DOMAINS].get(done.record.site)
    value = None
    if domain is not None:
        value = cookie.set_cookie(done.record, domain, request.cookies.get(cookie.NAME))
    asked = Asked(
        request=done.request,
        record_id=done.record.record_id,
        browser_copy="stays" if value is None else "replaced",
    )
    return asked, (value,) if value is not None else ()


def _set_cookies(
    answer: web.Response, request: web.Request, wish: NewRequest, values: tuple[str, ...]
) -> None:
    if wish.kind == "erase":
        expire_cookies(answer, request.app, values)
        return
    for value in values:
        answer.headers.add("Set-Cookie", value)
