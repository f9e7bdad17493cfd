"""What pages read from their query strings. A person may have typed it: what cannot be used counts as not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from urllib.parse import urlencode
from uuid import UUID

from aiohttp import web

LONGEST_TEXT = 200


def text(request: web.Request, name: str) -> str:
    """Return a text without what stands around it, cut to a length that can be searched for."""
    return request.query.get(name, "").strip()[:LONGEST_TEXT]


def choice(request: web.Request, name: str, allowed: Collection[str]) -> str:
    """Return one of the allowed words, else an empty one."""
    value = request.query.get(name, "")
    return value if value in allowed else ""


def number(request: web.Request, name: str, *, default: int = 1, most: int = 100_000) -> int:
    """Return a whole number from 1 to ``most``."""
    value = request.query.get(name, "")
    if value.isascii() and value.isdecimal() and len(value) < 10 and 1 <= int(value) <= most:
        return int(value)
    return default


def record_id(request: web.Request, name: str) -> str:
    """Return a UUID in its usual spelling, else an empty text."""
    try:
        return str(UUID(request.query.get(name, "")))
    except ValueError:
        return ""


def moment_ms(value: str) -> int | None:
    """Return a date or a time as the browser's fields send it, in UTC, in milliseconds since 1970; None where it is none."""
    try:
        at = dt.datetime.fromisoformat(value)
        return int((at if at.tzinfo else at.replace(tzinfo=dt.UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def link(path: str, values: Mapping[str, object], **changes: object) -> str:
    """Return an address with a query of the values that are not empty, after these changes."""
    query = {name: value for name, value in {**values, **changes}.items() if value not in {"", None}}
    return f"{path}?{urlencode(query)}" if query else path
