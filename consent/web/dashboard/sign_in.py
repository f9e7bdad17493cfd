"""Signing in and out: by a password, or by the word of a trusted proxy that has signed the person in already."""

from __future__ import annotations

import re
import time

from aiohttp import web

from consent import sessions, users
from consent.audit import audited
from consent.store import Store
from consent.users import Role, SignInRefused, User
from consent.web.base import LIMITS, LOG, SETTINGS, SSO_CLIENTS
from consent.web.dashboard import cookies
from consent.web.dashboard.guard import SIGN_IN, FormRefused, Visit, check_form, form_of, open_page, page
from consent.web.dashboard.pages import render
from consent.web.limits import TooManyRequests
from consent.web.route import Route

HOME = "/admin/sites"
_WAITING_FORM_S = 60 * 60
_NEXT = re.compile(r"/admin(?:/[A-Za-z0-9._~%@+-]+)*(?:\?[A-Za-z0-9._~%@+=&:*-]*)?")
"""Where one may be led after signing in: to pages of ours, and nowhere else."""
TOLD_EVERY_S = 60.0
"""Attempts with names that there are not are told to the audit this often, together: nobody can fill the log with them."""


async def form(request: web.Request) -> web.StreamResponse:
    """Show the form; who is signed in already, or was by a trusted proxy, is led on."""
    wanted = _next(request.query.get("next", ""))
    store = request.app[LOG].store
    secret = request.cookies.get(cookies.session_name(request), "")
    if await sessions.find(store, secret) is not None:
        return _led(wanted)
    name = _told_by_proxy(request)
    if name and "out" not in request.query:
        user = await users.known(store, name)
        if user is not None:
            return await _begun(request, user, wanted, way="proxy")
        await _tell_refused(request, store, "")
    return _form(request, wanted, stranger=name)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check name and password and begin a session; whatever session the browser had before is ended."""
    sent = await form_of(request)
    try:
        check_form(request, request.cookies.get(cookies.sign_in_name(request), ""), sent)
    except FormRefused:  # the page stood open for too long: a new form costs nothing
        return _form(
            request,
            _next(sent.get("next", "")),
            status=403,
            problem="This form was too old. Sign in again, please.",
        )
    wanted, name = _next(sent.get("next", "")), sent.get("name", "")
    store, limit = request.app[LOG].store, request.app[LIMITS]["sign_in"]
    try:
        limit.check(request)
        limit.check_for(name.strip().lower())
        user = await users.recognise(store, name, sent.get("password", ""))
    except SignInRefused as error:
        limit.take(request)
        limit.take_for(name.strip().lower())
        await _tell_refused(request, store, error.account)
        return _form(request, wanted, status=403, problem=error.message, name=name)
    except TooManyRequests as error:
        response = _form(
            request, wanted, status=429, problem=f"There were too many attempts. {error.hint}", name=name
        )
        response.headers["Retry-After"] = str(error.retry_after_s)
        return response
    return await _begun(request, user, wanted, way="password")


async def sign_out(request: web.Request, visit: Visit) -> web.StreamResponse:
    """End the session, on the server as in the browser."""
    async with visit.doing("session.end"):
        await sessions.end(visit.store, request.cookies.get(cookies.session_name(request), ""))
    response = visit.to(f"{SIGN_IN}?out", "You are signed out.")
    cookies.drop(response, request, cookies.session_name(request))
    return response


async def home(request: web.Request, visit: Visit) -> web.StreamResponse:
    """Lead to the sites."""
    del request
    return visit.to(HOME)


def _form(
    request: web.Request,
    wanted: str,
    *,
    status: int = 200,
    problem: str = "",
    name: str = "",
    stranger: str = "",
) -> web.Response:
    secret = request.cookies.get(cookies.sign_in_name(request)) or sessions.new_secret()
    response = render(
        request, None, "sign_in.html", status=status, token=sessions.csrf_of(secret), wanted=wanted, problem=problem,
        name=name[:100], stranger=stranger[:100],
    )  # fmt: skip
    cookies.put(response, request, cookies.sign_in_name(request), secret, max_age_s=_WAITING_FORM_S)
    return response


async def _begun(request: web.Request, user: User, wanted: str, *, way: str) -> web.Response:
    store = request.app[LOG].store
    async with audited(store, actor=user.actor, action="session.begin", way=way):
        await sessions.end(store, request.cookies.get(cookies.session_name(request), ""))
        secret = await sessions.begin(store, user)
    response = _led(wanted)
    cookies.put(response, request, cookies.session_name(request), secret)
    cookies.drop(response, request, cookies.sign_in_name(request))
    return response


def _led(wanted: str) -> web.Response:
    return web.Response(status=303, headers={"Location": wanted, "Cache-Control": "no-store"})


def _next(text: str) -> str:
    return text if _NEXT.fullmatch(text) and not text.startswith(SIGN_IN) else HOME


def _told_by_proxy(request: web.Request) -> str:
    """Return whom a trusted proxy says that it speaks for; empty where none is set up, or somebody else sent the header."""
    server = request.app[SETTINGS].server
    if not server.sso_header:
        return ""
    if not request.app[SSO_CLIENTS].from_proxy(request):
        return ""
    values = request.headers.getall(server.sso_header, [])
    return values[0].strip() if len(values) == 1 else ""


class _Unknown:
    """Attempts with names that there are not, and when they were last told of."""

    def __init__(self) -> None:
        self.attempts = 0
        self.told = -TOLD_EVERY_S


UNKNOWN = web.AppKey("unknown_sign_ins", _Unknown)


async def _tell_refused(request: web.Request, store: Store, account: str) -> None:
    """Put a refused sign-in on record. A name that nobody has is not told: it may be a password typed in the wrong field."""
    attempts = 1
    if not account:
        unknown = request.app[UNKNOWN]
        unknown.attempts += 1
        if time.monotonic() - unknown.told < TOLD_EVERY_S:
            return
        attempts, unknown.attempts, unknown.told = unknown.attempts, 0, time.monotonic()
    actor = f"user:{account}" if account else "unknown"
    async with audited(store, actor=actor, action="session.refuse", attempts=str(attempts)):
        pass


def prepare(app: web.Application) -> None:
    """Add to the application what signing in needs."""
    app[UNKNOWN] = _Unknown()


ROUTES = (
    Route("GET", "/admin", page(Role.REVIEWER, home), "The dashboard", status=303, page=True),
    Route("GET", SIGN_IN, open_page(form), "The form to sign in", page=True),
    Route("POST", SIGN_IN, open_page(sign_in), "Signs in", status=303, page=True),
    Route("POST", "/admin/sign-out", page(Role.REVIEWER, sign_out), "Signs out", status=303, page=True),
)
