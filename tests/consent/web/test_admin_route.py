from __future__ import annotations

from aiohttp import web

from consent.tokens import Scope, Token
from consent.web.admin_route import BODY, OF_SITE, admin_route


async def handler(_request: web.Request, _token: Token) -> web.Response:
    return web.Response()


def test_a_route_tells_every_way_in_which_it_refuses() -> None:
    route = admin_route("POST", f"{OF_SITE}/things", Scope.READ, handler, "Things", status=201, problems=BODY)
    assert route.path.startswith("/v1/admin/sites/{site:")
    assert route.problems == (400, 401, 403, 404, 408, 413, 415, 429, 503)
    assert (route.scope, route.status) == (Scope.READ, 201)
    assert 404 not in admin_route("GET", "things", Scope.READ, handler, "Things").problems
