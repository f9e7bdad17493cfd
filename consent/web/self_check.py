"""The routes of the self-check: pages tell what they met before a decision, administrators read what was added up."""

from __future__ import annotations

from aiohttp import hdrs, web

from consent.discovered import discovered, parse_self_check, take
from consent.model.errors import NotFoundError
from consent.publication import current_inventory
from consent.tokens import Token
from consent.web.base import LOG, ORIGINS, PUBLISHED, SETTINGS, ForeignOriginError, body_of, success
from consent.web.bodies import query_number
from consent.web.origins import Headers

DAYS = 30
MOST_DAYS = 90


async def post_self_check(request: web.Request) -> web.Response:
    """Count the names that one page met. It is for pages alone, so a request without an origin is refused."""
    app = request.app
    origin = request.headers.get(hdrs.ORIGIN, "")
    if not app[ORIGINS].any_site(origin):
        raise ForeignOriginError("the request comes from a page that is not on a host of any site here")
    check = parse_self_check(await body_of(request))
    allowed: Headers = app[ORIGINS].site(check.site, origin)
    site = app[SETTINGS].sites.get(check.site)
    if site is None or not site.banner.self_check:
        raise NotFoundError(
            f"The site {check.site!r} has no self-check.",
            hint="Set self_check in the site's banner settings in sites.toml.",
        )
    if not allowed:
        raise ForeignOriginError(f"the request comes from a page that is not on a host of {check.site!r}")
    await take(app[LOG].store, site, app[PUBLISHED].site(site.id).inventory, check)
    answer = web.Response(status=204, headers={"Cache-Control": "no-store"})
    answer.headers.extend(allowed)
    return answer


async def get_discovered(request: web.Request, token: Token) -> web.Response:
    """List what pages met in the last days and the published inventory does not know."""
    del token
    store = request.app[LOG].store
    site = request.app[SETTINGS].sites[request.match_info["site"]]
    days = query_number(request, "days", default=DAYS, most=MOST_DAYS)
    current = next((one for one in await store.publications() if one.site == site.id), None)
    inventory = None if current is None else await current_inventory(store, current)
    return success(await discovered(store, site, inventory, days=days))
