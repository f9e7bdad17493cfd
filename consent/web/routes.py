"""The list of routes: the application, /openapi.json and the tests all read it here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from aiohttp import web

from consent.declaration import Declaration
from consent.model.records import ConsentEvent, ConsentRecord
from consent.proof import Receipt
from consent.web import handlers, operations


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a consent event: the record as it is stored; ``receipt_id`` is its record id."""

    receipt_id: str
    record: ConsentRecord


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an erasure: how many records were turned into tombstones."""

    consent_id: str
    erased: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the server is."""

    status: str
    version: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """One route. ``answers`` is the type inside ``{"data": …}``; ``media`` names the media types of a bare answer.

    ``limit`` names the rate limit that each request counts against (`Server`: ``limit_consent``, ``limit_history``).
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
    limit: Literal["", "consent", "history"] = ""


_PARAMETER = re.compile(r"\{(\w+):(?:[^{}]|\{[^{}]*\})*\}")


def canonical(path: str) -> str:
    """Return a route's path without the patterns of its parameters."""
    return _PARAMETER.sub(r"{\1}", path)


_SITE = r"{site:[a-z0-9][a-z0-9-]*}"
_ID = "/v1/consent/{consent_id}"

ROUTES: tuple[Route, ...] = (
    Route(
        "GET",
        rf"/w/{_SITE}.{{hash:[0-9a-f]{{16}}}}.js",
        handlers.script_by_hash,
        "One version of a site's widget, immutable",
        media=("text/javascript",),
        problems=(404,),
    ),
    Route(
        "GET",
        rf"/w/{_SITE}.js",
        handlers.script,
        "A site's widget with its configuration",
        media=("text/javascript",),
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/consent",
        handlers.post_consent,
        "Append one consent event; answered when it is durable",
        status=201,
        takes=ConsentEvent,
        answers=Created,
        problems=(400, 403, 404, 408, 409, 413, 415, 429, 503),
        limit="consent",
    ),
    Route("OPTIONS", "/v1/consent", handlers.preflight, "CORS preflight", status=204),
    Route(
        "GET",
        _ID,
        handlers.get_consent,
        "One visitor's history and receipt",
        answers=Receipt,
        media=("text/html",),
        problems=(404, 429, 503),
        limit="history",
    ),
    Route(
        "DELETE",
        _ID,
        handlers.delete_consent,
        "Erase one visitor's records",
        answers=Erased,
        problems=(404, 429, 503),
        limit="history",
    ),
    Route("OPTIONS", _ID, handlers.preflight, "CORS preflight", status=204),
    Route(
        "GET",
        "/v1/sites/{site}/declaration.{format:json|html}",
        handlers.declaration,
        "A site's cookie declaration",
        answers=Declaration,
        media=("text/html",),
        problems=(404,),
    ),
    Route("GET", "/healthz", operations.health, "Whether the process answers", answers=Status),
    Route(
        "GET", "/readyz", operations.ready, "Whether records can be stored", answers=Status, problems=(503,)
    ),
    Route("GET", "/metrics", operations.metrics, "Prometheus metrics", media=("text/plain",)),
    Route("GET", "/openapi.json", operations.openapi, "This description", media=("application/json",)),
)
