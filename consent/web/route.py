"""What a route is: the lists of routes, the application, /openapi.json and the tests all speak of this."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web

from consent.tokens import Scope


@dataclass(frozen=True, slots=True)
class Route:
    """One route. ``answers`` is the type inside ``{"data": …}``; ``media`` names the media types of a bare answer.

    ``limit`` names the rate limit that each request counts against (`Server`: ``limit_consent``, ``limit_history``);
    ``scope`` is what a token must have, None where none is needed; ``query`` are the names of optional parameters. A
    ``page`` is one of the dashboard's, for people: it is no part of the API, and not in /openapi.json.
    """

    method: str
    path: str
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    summary: str
    status: int = 200
    takes: type[Any] | None = None
    answers: type[Any] | None = None
    media: tuple[str, ...] = ()
    problems: tuple[int, ...] = field(default=())
    limit: Literal["", "consent", "history", "self_check"] = ""
    scope: Scope | None = None
    query: tuple[str, ...] = ()
    page: bool = False


_PARAMETER = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")


def canonical(path: str) -> str:
    """Return a route's path without the patterns of its parameters."""
    return _PARAMETER.sub(r"{\1}", path)
