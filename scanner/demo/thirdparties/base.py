"""What a stub of a third-party service is made of: its routes by host, and answers of the usual kinds.

A stub does what can be seen from outside (which requests follow, which cookies come with which attributes), with small
scripts written for that purpose; nothing in it comes from a vendor's code.
"""

from __future__ import annotations

import dataclasses
import json
import secrets
import string
import time
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from aiohttp import web

MINUTE = 60
DAY = 86_400
YEAR = 365 * DAY
THIRTEEN_MONTHS = 390 * DAY
"""What Google, Microsoft and Criteo ask for where others ask for a year."""

_PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""A transparent GIF of one pixel (GIF89a specification)."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Service:
    """One service: its name, its company, and the routes of each of its hosts."""

    name: str
    vendor: str
    hosts: Mapping[str, web.RouteTableDef]


@cache
def _text(package: str, folder: str, name: str) -> str:
    return (resources.files(package) / folder / name).read_text(encoding="utf-8")


def script(name: str, *, values: Mapping[str, Any] | None = None, package: str = __package__) -> web.Response:
    """Answer with ``scripts/<name>.js`` in a function of its own, after the helpers of ``scripts/prelude.js``.

    ``values`` are what the service's own server writes into the script (the container's id, for one); the script reads
    them from the constant ``server``. ``package`` is the one whose ``scripts`` are meant; the helpers are this one's.
    """
    parts = (
        f"const server = {json.dumps(dict(values or {}))};",
        _text(__package__, "scripts", "prelude.js"),
        _text(package, "scripts", f"{name}.js"),
    )
    body = "(() => {\n" + "\n".join(parts) + "\n})();\n"
    response = web.Response(text=body, content_type="text/javascript", charset="utf-8")
    response.headers["Cache-Control"] = "private, max-age=900"
    response.headers["Access-Control-Allow-Origin"] = "*"  # for pages that embed it with crossorigin
    return response


def frame(name: str, *, values: Mapping[str, str] | None = None) -> web.Response:
    """Answer with ``frames/<name>.html``; each ``{{ key }}`` in it is replaced by the value of that key."""
    body = _text(__package__, "frames", f"{name}.html")
    for key, value in (values or {}).items():
        body = body.replace("{{ " + key + " }}", value)
    response = web.Response(text=body, content_type="text/html", charset="utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


def pixel() -> web.Response:
    """Answer with an image of one pixel that must not be cached."""
    return web.Response(body=_PIXEL, content_type="image/gif", headers={"Cache-Control": "no-store"})


def no_content(request: web.Request) -> web.Response:
    """Answer a beacon: 204, readable by the page that sent it."""
    headers = {"Cache-Control": "no-store"}
    if origin := request.headers.get("Origin"):
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
    return web.Response(status=204, headers=headers)


def drawing(svg: str) -> web.Response:
    """Answer with an SVG image."""
    return web.Response(
        text=svg,
        content_type="image/svg+xml",
        charset="utf-8",
        headers={"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"},
    )


def redirect(location: str) -> web.Response:
    """Answer with a redirect that must not be cached, as one hop of a cookie sync."""
    return web.Response(status=302, headers={"Location": location, "Cache-Control": "no-store"})


def set_cookie(
    response: web.Response,
    name: str,
    value: str,
    *,
    domain: str | None = None,
    max_age: int | None = None,
    http_only: bool = False,
    same_site: str | None = "None",
    partitioned: bool = False,
) -> None:
    """Add a Secure cookie for ``/``; ``max_age`` in seconds, None for the session, ``domain`` None for this host only.

    Written by hand, because the standard library's cookies learn the attribute Partitioned only with Python 3.14.
    """
    parts = [f"{name}={value}", "Path=/", "Secure"]
    if domain:
        parts.append(f"Domain={domain}")
    if max_age is not None:
        parts.append(f"Max-Age={max_age}")
    if http_only:
        parts.append("HttpOnly")
    if same_site:
        parts.append(f"SameSite={same_site}")
    if partitioned:
        parts.append("Partitioned")
    response.headers.add("Set-Cookie", "; ".join(parts))


def keep(request: web.Request, response: web.Response, name: str, value: str, **attributes: Any) -> None:
    """Set a cookie only where the browser did not send one, as identifiers are kept."""
    if name not in request.cookies:
        set_cookie(response, name, value, **attributes)


_ALPHABET = string.ascii_letters + string.digits
_LONG = 11


def token(characters: int = 22) -> str:
    """Return a random identifier of letters and digits.

    A longer one has two of each kind at least: nothing that is told of it, as whether it identifies a browser, may hang on
    chance.
    """
    while True:
        made = "".join(secrets.choice(_ALPHABET) for _ in range(characters))
        kinds = [sum(map(test, made)) for test in (str.isdigit, str.islower, str.isupper)]
        if characters < _LONG or min(kinds) >= 2:
            return made


def hexadecimal(characters: int = 32) -> str:
    """Return a random identifier of capital hexadecimal digits, as Microsoft's is."""
    return secrets.token_hex(characters // 2).upper()


def number(digits: int = 10) -> str:
    """Return a random decimal number of exactly that many digits."""
    return str(secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1))


def now() -> int:
    """Return the time in Unix seconds, as most identifiers carry it."""
    return int(time.time())
