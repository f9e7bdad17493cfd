"""Bodies and queries of the administration's API: larger than a consent event, and as strictly read."""

from __future__ import annotations

import asyncio
import re
from typing import TypeVar

import msgspec
from aiohttp import hdrs, web

from consent.web.base import RequestError, UnsupportedTypeError

T = TypeVar("T")

MAX_BYTES = 8 * 1024 * 1024
"""An inventory of some ten thousand items."""
TIMEOUT_S = 30.0
_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")


async def struct_of(request: web.Request, kind: type[T]) -> T:
    """Read and validate a JSON body; raises `RequestError` that names the field, 408, 413 or 415."""
    if request.headers.get(hdrs.CONTENT_TYPE, "").partition(";")[0].strip().lower() != "application/json":
        raise UnsupportedTypeError("expected application/json", hint="Send one JSON object.")
    body = bytearray()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            async for part in request.content.iter_any():
                body += part
                if len(body) > MAX_BYTES:
                    raise web.HTTPRequestEntityTooLarge(MAX_BYTES, len(body))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    return decoded(body, kind)


def decoded(body: bytes | bytearray, kind: type[T]) -> T:
    """Decode and validate JSON; raises `RequestError` that names the field."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        path = _PATH.search(str(error))
        raise RequestError(
            _PATH.sub("", str(error)), field=path["path"] if path else "", hint="See /openapi.json."
        ) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise RequestError(f"the body is not JSON: {error}", hint="Send one JSON object.") from error


def query_number(request: web.Request, name: str, *, default: int, most: int) -> int:
    """Return a whole number of the query, from 1 to ``most``; raises `RequestError`."""
    text = request.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise RequestError(f"expected a whole number from 1 to {most}", field=name)
    return int(text)
