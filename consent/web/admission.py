"""Who may use the administration's API: a bearer token with the scope of the route, and only for its own sites."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from consent.model.errors import NotFoundError
from consent.tokens import Scope, Token, TokenRefused, check
from consent.web.base import LIMITS, LOG, SETTINGS, Handler, ScopeError

AdminHandler = Callable[[web.Request, Token], Awaitable[web.StreamResponse]]


def admitted(scope: Scope, handler: AdminHandler, *, all_sites: bool = False) -> Handler:
    """Make a route's handler of one that is called with the token that came.

    Raises `TokenRefused` (401) without a good token, `TooManyRequests` (429) after too many such from one client,
    `ScopeError` (403) where the token may not do this, and `NotFoundError` where the address names a site that there is
    not, or that is not the token's: which of the two is not told. ``all_sites`` shuts out tokens bound to sites.
    """

    @functools.wraps(handler)
    async def guard(request: web.Request) -> web.StreamResponse:
        token = await _token(request)
        if not token.allows(scope):
            raise ScopeError(
                f"This token may not do this; it needs the scope {scope!r}.",
                hint="consentry token create NAME --scope makes another.",
            )
        if all_sites and token.sites:
            raise ScopeError(
                "This tells of all sites, and the token is bound to some.",
                hint="Use a token that is not bound to sites.",
            )
        site = request.match_info.get("site")
        if site is not None and not (site in request.app[SETTINGS].sites and token.covers(site)):
            raise NotFoundError(f"There is no site {site!r}.", hint="GET /v1/admin/sites lists them.")
        return await handler(request, token)

    return guard


async def _token(request: web.Request) -> Token:
    limit = request.app[LIMITS]["admin"]
    limit.check(request)
    kind, _, secret = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    try:
        return await check(request.app[LOG].store, secret.strip() if kind.lower() == "bearer" else "")
    except TokenRefused:
        limit.take(request)  # only what is refused counts
        raise
