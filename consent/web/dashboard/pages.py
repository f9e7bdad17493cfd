"""Rendering of the dashboard's pages: Jinja2 with everything escaped, one policy, static files by the hash of their content."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

import jinja2
from aiohttp import web
from markupsafe import Markup

from consent.model.errors import ConsentryError, NotFoundError, StoreError
from consent.times import parse_rfc3339
from consent.web.assets import JAVASCRIPT, Asset, asset_of
from consent.web.base import RequestError
from consent.web.dashboard import cookies, navigation, words
from consent.web.dashboard.guard import Forbidden, FormRefused, Visit
from consent.web.dashboard.queries import link
from consent.web.limits import TooManyRequests

logger = logging.getLogger("consentry.web")

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Of every page: only our own files, no inline style or script, and no page of others around it or in it."""

NOTHING = "\N{EN DASH}"

_STATIC = files("consent.web").joinpath("static")
_TYPES = {".css": "text/css; charset=utf-8", ".js": JAVASCRIPT, ".svg": "image/svg+xml"}

_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (FormRefused, 403, "This form cannot be used"),
    (Forbidden, 403, "You may not do this"),
    (NotFoundError, 404, "There is nothing here"),
    (RequestError, 400, "This address cannot be read"),
    (TooManyRequests, 429, "Too many requests"),
    (StoreError, 503, "The database does not answer"),
)


def render(
    request: web.Request,
    visit: Visit | None,
    template: str,
    *,
    status: int = 200,
    policy: str = POLICY,
    refresh_s: int | None = None,
    **values: Any,
) -> web.Response:
    """Answer with ``templates/dashboard/<template>``. ``refresh_s`` has the browser ask again after so many seconds."""
    note = cookies.note_of(request)
    html = (
        environment()
        .get_template(template)
        .render(
            visit=visit,
            user=visit.user if visit else None,
            csrf=visit.csrf if visit else "",
            note=note,
            path=request.path,
            refresh_s=refresh_s,
            navigation=[one for one in navigation() if visit and visit.user.may(one.role)],
            now=datetime.now(tz=UTC),
            **values,
        )
    )
    response = web.Response(text=html, status=status, content_type="text/html", charset="utf-8")
    response.headers.update(
        {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Robots-Tag": "noindex",
        }
    )
    cookies.take_note(response, request, note)
    return response


def failed(request: web.Request, visit: Visit | None, error: Exception) -> web.Response:
    """Answer with a page that says what went wrong. What a store says may name files and hosts: that is logged, not told."""
    headers: dict[str, str] = {}
    if isinstance(error, web.HTTPException):
        status, title, detail, hint = error.status, error.reason, "", "Go back and try again."
    elif isinstance(error, ConsentryError):
        status, title = next(
            ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)),
            (400, "This cannot be done"),
        )
        detail, hint = error.message, error.hint
    else:
        status, title, detail, hint = 500, "Something went wrong", "The server's log has more.", ""
    if isinstance(error, StoreError):
        logger.error("%s: %s", type(error).__name__, error)
        detail, hint = "Nothing was changed.", "Try again in a moment."
        headers["Retry-After"] = "2"
    if isinstance(error, TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    response = render(request, visit, "error.html", status=status, title=title, detail=detail, hint=hint)
    response.headers.update(headers)
    return response


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the environment of all templates; a value that is missing is an error, not an empty text."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("consent", "templates/dashboard"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(moment=moment, ago=ago, number=number, count=count, short=short, breakable=breakable)
    made.filters.update(status=words.status_of, tone=words.tone_of, kind=words.kind_of, state=words.state_of)
    made.filters.update(lifetime=words.lifetime_of, outcome=words.outcome_of)
    made.globals.update(static=static_path, link=link, words=words)
    return made


# --- static files


@lru_cache(maxsize=1)
def static_files() -> Mapping[str, Asset]:
    """Return the files of consent/web/static by the name under which they are served, which has their hash in it."""
    found = {}
    for file in _STATIC.iterdir():
        stem, dot, suffix = file.name.rpartition(".")
        if (kind := _TYPES.get(dot + suffix)) is not None:
            asset = asset_of(file.read_bytes(), kind)
            found[f"{stem}.{asset.name_hash}.{suffix}"] = asset
    return found


@lru_cache(maxsize=64)
def static_path(name: str) -> str:
    """Return the address of a file of consent/web/static, such as ``dashboard.css``; raises `KeyError` without one."""
    stem, _, suffix = name.rpartition(".")
    for served in static_files():
        if (
            served.startswith(f"{stem}.")
            and served.endswith(f".{suffix}")
            and served.count(".") == name.count(".") + 1
        ):
            return f"/admin/static/{served}"
    raise KeyError(name)


# --- filters of the templates


def moment(value: int | str | datetime | None, *, seconds: bool = False) -> Markup | str:
    """Return a time element of milliseconds since 1970 or RFC 3339: ``25 Nov 2026, 01:50 UTC``."""
    if value is None or value == "":
        return NOTHING
    at = _datetime(value)
    text = f"{at.day} {at:%b %Y, %H:%M:%S}" if seconds else f"{at.day} {at:%b %Y, %H:%M}"
    return Markup('<time datetime="{}">{} UTC</time>').format(at.strftime("%Y-%m-%dT%H:%M:%SZ"), text)


def ago(value: int | str | datetime | None) -> Markup | str:
    """Return how long ago a time was, or how soon it will be, with the time itself for those who look closer."""
    if value is None or value == "":
        return NOTHING
    at = _datetime(value)
    distance = time.time() - at.timestamp()
    text = _distance(abs(distance))
    words = "just now" if text == "" else f"{text} ago" if distance >= 0 else f"in {text}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{at.day} {at:%b %Y, %H:%M:%S} UTC", words
    )


def _distance(seconds: float) -> str:
    for size, word in (
        (86_400 * 365, "year"),
        (86_400 * 30, "month"),
        (86_400, "day"),
        (3_600, "hour"),
        (60, "minute"),
    ):
        if seconds >= size * (2 if word in {"year", "month"} else 1):
            return count(int(seconds // size), word)
    return ""


def _datetime(value: int | str | datetime) -> datetime:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromtimestamp((parse_rfc3339(value) if isinstance(value, str) else value) / 1000, tz=UTC)


def number(value: int) -> str:
    """Return a whole number with thousands apart."""
    return f"{value:,}"


def count(value: int, word: str, words: str = "") -> str:
    """Return a number with its noun: ``1 item``, ``2,000 items``."""
    return f"{value:,} {word if value == 1 else words or f'{word}s'}"


def short(text: str, most: int = 80) -> str:
    """Cut a text that strangers wrote, so that one cookie's name cannot fill a page."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def breakable(text: str) -> Markup:
    """Let a host, a name or an id break after its dots, underscores and slashes."""
    escaped = Markup.escape(text)
    for mark in (".", "_", "/", "-"):
        escaped = escaped.replace(mark, Markup(f"{mark}<wbr>"))  # noqa: S704 - our own marks
    return escaped
