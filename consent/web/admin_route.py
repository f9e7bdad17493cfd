"""How a route under /v1/admin is described: every list of such routes is made of these."""

from __future__ import annotations

from typing import Any

from consent.tokens import Scope
from consent.web.admission import AdminHandler, admitted
from consent.web.route import Route

OF_SITE = r"sites/{site:[a-z0-9][a-z0-9-]*}"
BODY = (400, 408, 413, 415)
"""What a request with a body can be refused for."""


def admin_route(
    method: str,
    path: str,
    scope: Scope,
    handler: AdminHandler,
    summary: str,
    *,
    all_sites: bool = False,
    **options: Any,
) -> Route:
    """Describe a route under /v1/admin, whose refusals are the same everywhere."""
    own: tuple[int, ...] = options.pop("problems", ())
    problems = tuple(sorted({401, 403, 429, 503, *own, *((404,) if "{" in path else ())}))
    guard = admitted(scope, handler, all_sites=all_sites)
    return Route(method, f"/v1/admin/{path}", guard, summary, scope=scope, problems=problems, **options)
