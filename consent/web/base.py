"""What every route shares: typed state, the two JSON shapes, errors as problem details, security headers, body limits.

Success is ``{"data": …}``; an error is RFC 9457 ``application/problem+json``. Handlers raise; `answering` alone translates.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from aiohttp import hdrs, web
from multidict import CIMultiDict

from consent.log import ConsentLog
from consent.logs import REQUEST_ID
from consent.model.errors import (
    ConflictError,
    ConsentryError,
    HeldError,
    NotFoundError,
    RecordError,
    StoreError,
    StoreUnavailable,
)
from consent.model.records import MAX_BODY_BYTES
from consent.model.sites import Settings
from consent.tokens import TokenRefused
from consent.web.clients import Clients
from consent.web.countries import Countries
from consent.web.limits import RateLimit, TooManyRequests
from consent.web.origins import Origins
from consent.web.published import Published
from consent.web.ready_answer import ReadyAnswer
from consent.web.requests import HEADER, Requests

logger = logging.getLogger("consentry.web")

SETTINGS = web.AppKey("settings", Settings)
LOG = web.AppKey("log", ConsentLog)
PUBLISHED = web.AppKey("published", Published)
ORIGINS = web.AppKey("origins", Origins)
COOKIE_DOMAINS = web.AppKey("cookie_domains", dict[str, str | None])
"""For each site the domain of its consent cookie, None where the server is not same-site with it."""

COUNTRIES = web.AppKey("countries", Countries)
PUBLIC_URL = web.AppKey("public_url", str)
REQUESTS = web.AppKey("requests", Requests)
LIMITS = web.AppKey("limits", dict[str, RateLimit])
"""The rate limits by what they limit: consent, history, admin, sign_in, self_check."""
SSO_CLIENTS = web.AppKey("sso_clients", Clients)
"""Tells whether a connection comes from a trusted proxy, whose word on who signed in is believed."""

BODY_TIMEOUT_S = 10.0
RETRY_AFTER_S = 2

SECURITY_HEADERS: tuple[tuple[str, str], ...] = (
    ("Server", "consentry"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Strict-Transport-Security", "max-age=31536000"),
)
NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""For everything that is no page: nothing may be loaded or run, were it opened as one."""
EVERY_ANSWER = (*SECURITY_HEADERS, ("Content-Security-Policy", NO_CONTENT_POLICY))
"""What `answering` adds to every answer, for those that are put together beforehand (`ReadyAnswer`)."""

_encode = msgspec.json.Encoder().encode


class UnsupportedTypeError(RecordError):
    """The body is declared as something that is no JSON (HTTP 415)."""


class ForeignOriginError(RecordError):
    """The request comes from a page that is none of the site's (HTTP 403)."""


class RequestError(RecordError):
    """A request that cannot be understood, where it is no consent event (HTTP 400)."""


class ScopeError(ConsentryError):
    """The token is good, but not for this (HTTP 403)."""


_STATUS: tuple[tuple[type[ConsentryError], int, str], ...] = (
    (UnsupportedTypeError, 415, "Unsupported media type"),
    (ForeignOriginError, 403, "Foreign origin"),
    (ScopeError, 403, "Insufficient scope"),
    (TokenRefused, 401, "Token refused"),
    (TooManyRequests, 429, "Too many requests"),
    (ConflictError, 409, "Conflict"),
    (HeldError, 409, "Legal hold"),
    (RequestError, 400, "Invalid request"),
    (RecordError, 400, "Invalid consent event"),
    (NotFoundError, 404, "Not found"),
    (StoreUnavailable, 503, "Temporarily unavailable"),
    (StoreError, 503, "Storage failed"),
)


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 problem details; ``field`` is the JSON path of a wrong value, ``hint`` what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    field: str = ""
    hint: str = ""


def success(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with ``{"data": …}``; never cached, since all of it is somebody's or changes at once."""
    return web.Response(
        body=_encode({"data": data}),
        status=status,
        headers={"Content-Type": "application/json", "Cache-Control": "no-store", **(headers or {})},
    )


def problem(problem: Problem, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer with problem details."""
    body = msgspec.to_builtins(problem) | {"type": problem.type}
    return web.Response(
        body=_encode(body),
        status=problem.status,
        headers={
            "Content-Type": "application/problem+json",
            "Cache-Control": "no-store",
            **(headers or {}),
        },
    )


def page(
    html: str, *, policy: str, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with an HTML page and the content security policy that fits it."""
    return web.Response(
        text=html,
        status=status,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "X-Robots-Tag": "noindex",
            **(headers or {}),
        },
    )


async def body_of(request: web.Request) -> bytes:
    """Read the body; raises where it is too large, too slow or declared as something else than JSON.

    ``text/plain`` is what ``navigator.sendBeacon`` sends for a string: it needs no preflight.
    """
    declared = request.headers.get(hdrs.CONTENT_TYPE, "")
    if not is_json(declared):
        raise UnsupportedTypeError(
            f"expected application/json or text/plain, got {declared[:80]}", hint="Send one JSON object."
        )
    content = request.content
    if content.is_eof():  # it came with the headers, as nearly always
        body = content.read_nowait()
        if len(body) > MAX_BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY_BYTES, len(body))
        return body
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


@functools.lru_cache(maxsize=256)
def is_json(content_type: str) -> bool:
    """Whether a Content-Type may be that of an event: JSON, ``text/plain``, or none."""
    return content_type.partition(";")[0].strip().lower() in {"application/json", "text/plain", ""}


def problem_of(error: ConsentryError) -> web.Response:
    """Translate one of our errors. What a store says may name files and hosts, so it is logged and not told."""
    status, title = next(
        ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)),
        (500, "Internal error"),
    )
    if status >= 500:
        logger.error("%s: %s", type(error).__name__, error)
        detail, hint = "Nothing of this request was stored.", "Try again in a moment."
    else:
        detail, hint = error.message, error.hint
    headers = {"Retry-After": str(RETRY_AFTER_S)} if status == 503 else None
    if isinstance(error, TooManyRequests):
        headers = {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, TokenRefused):
        headers = {"WWW-Authenticate": 'Bearer realm="consentry"'}  # RFC 6750, section 3
    field = error.field if isinstance(error, RecordError) else ""
    return problem(Problem(title=title, status=status, detail=detail, field=field, hint=hint), headers)


_DETAILS = {
    404: "There is nothing at this address; see /openapi.json.",
    405: "This address does not take this method; see /openapi.json.",
    406: "This server cannot make that format now; ask for format=html and print it.",
    408: "The body did not arrive in time.",
    413: f"The body is larger than {MAX_BODY_BYTES} bytes.",
}


def _http_problem(error: web.HTTPException) -> web.Response:
    headers = CIMultiDict[str]()
    if "Allow" in error.headers:
        headers["Allow"] = error.headers["Allow"]
    detail = _DETAILS.get(error.status, "")
    return problem(Problem(title=error.reason, status=error.status, detail=detail), headers)


def unrouted(error: web.HTTPException) -> web.Response:
    """Answer what aiohttp refuses before a route is reached: CONNECT, and an ``Expect`` that it does not know."""
    answer = _http_problem(error)
    answer.headers.extend(EVERY_ANSWER)
    return answer


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answering(
    handler: Handler,
    requests: Requests,
    name: tuple[str, str],
    *,
    check: Callable[[web.Request], None] | None = None,
    logged: bool = False,
) -> Handler:
    """Make a handler that maps every error to a problem, and puts security headers and a request id on every answer.

    ``name`` is the route's method and path, for counts and log lines; ``check`` is called before the handler and may
    refuse; a ``logged`` route writes a line for each request. Each route is wrapped when it is added (`make_app`): a
    middleware would cost two calls more for each request.
    """
    counts = requests.counter(*name)
    logged = logged or requests.log_all

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        began = time.perf_counter()
        request_id = requests.id_of(request.headers)
        REQUEST_ID.set(request_id)
        failed = True
        try:
            if check is not None:
                check(request)
            response = await handler(request)
            failed = False
        except ConsentryError as error:
            response = problem_of(error)
        except web.HTTPException as error:
            response = _http_problem(error)
        except Exception:
            # The path may hold a consent id, so only the route's pattern is logged.
            logger.exception("Unexpected error in %s", name[1])
            response = problem(
                Problem(title="Internal error", status=500, detail="The server's log has more.")
            )
        status = response.status
        counts[status] += 1
        if logged or status >= 500:
            requests.log(*name, status, time.perf_counter() - began)
        if isinstance(response, ReadyAnswer):  # made with the headers that the others get here
            response.add(b"X-Request-Id: %b\r\n" % request_id.encode())
            return response
        if response.prepared:  # a stream, which began with all of its headers
            return response
        refused = request.headers.get(hdrs.ORIGIN) if failed else None
        dressed(response, request_id, request.app[ORIGINS], refused)
        return response

    return answer


def dressed(
    response: web.StreamResponse, request_id: str, origins: Origins, refused: str | None = None
) -> None:
    """Put request id and security headers on an answer; on one to a page that is ``refused``, its origin, what lets it read why."""
    headers = response.headers
    headers[HEADER] = request_id
    headers.extend(SECURITY_HEADERS)
    headers.setdefault("Content-Security-Policy", NO_CONTENT_POLICY)
    if refused is not None:
        headers.extend(origins.any_site(refused))
        headers["Access-Control-Expose-Headers"] = "Retry-After"


async def no_route(request: web.Request) -> web.StreamResponse:
    """Refuse what no route takes: 405 with the methods that the address takes, else 404. It is the last route of all."""
    allowed: set[str] = set()
    for resource in request.app.router.resources():
        if resource is not request.match_info.route.resource:
            allowed |= (await resource.resolve(request))[1]
    if allowed:
        raise web.HTTPMethodNotAllowed(request.method, sorted(allowed))
    raise web.HTTPNotFound
