"""The dashboard's cookies: the session, the form of the sign-in, and a note that the next page shows once.

All are ``HttpOnly`` and ``SameSite=Lax`` (a link in an e-mail leads in, a form on another site does not). Where browsers reach
the server by https they are ``Secure`` too, and carry the prefix ``__Host-``: no other host, not even a neighbour, can set
them (RFC 6265bis, 4.1.3.2).
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

from aiohttp import web

from consent.web.base import PUBLIC_URL

_SESSION: Final = "consentry-session"
_SIGN_IN: Final = "consentry-sign-in"
_NOTE: Final = "consentry-note"
LONGEST_NOTE = 1000
_NOTE_S = 60


def session_name(request: web.Request) -> str:
    """Return the name of the session's cookie."""
    return _name(request, _SESSION)


def sign_in_name(request: web.Request) -> str:
    """Return the name of the cookie that belongs to the form of the sign-in."""
    return _name(request, _SIGN_IN)


def put(
    response: web.StreamResponse, request: web.Request, name: str, value: str, *, max_age_s: int | None = None
) -> None:
    """Set one of our cookies; without ``max_age_s`` it goes with the browser's session."""
    response.set_cookie(
        name, value, max_age=max_age_s, path="/", secure=_https(request), httponly=True, samesite="Lax"
    )


def drop(response: web.StreamResponse, request: web.Request, name: str) -> None:
    """Have the browser forget one of our cookies."""
    put(response, request, name, "", max_age_s=0)


def put_note(response: web.StreamResponse, request: web.Request, note: str) -> None:
    """Have the next page show a note."""
    put(response, request, _name(request, _NOTE), quote(note[:LONGEST_NOTE], safe=""), max_age_s=_NOTE_S)


def take_note(response: web.StreamResponse, request: web.Request, note: str) -> None:
    """Have the browser forget the note that was shown."""
    if note:
        drop(response, request, _name(request, _NOTE))


def note_of(request: web.Request) -> str:
    """Return the note that a request brings, empty where there is none."""
    return unquote(request.cookies.get(_name(request, _NOTE), ""))[:LONGEST_NOTE]


def _name(request: web.Request, name: str) -> str:
    return f"__Host-{name}" if _https(request) else name


def _https(request: web.Request) -> bool:
    return request.app[PUBLIC_URL].startswith("https:")
