"""Handlers of /v1/admin about the rights desk: what a site's visitors asked for, and what is done about it."""

from __future__ import annotations

from aiohttp import web

from consent import rights_desk
from consent.audit import audited
from consent.model.rights import NewAnswer
from consent.tokens import Token
from consent.web.base import LOG, RequestError, success
from consent.web.bodies import query_number, struct_of

MOST = 500


async def list_requests(request: web.Request, token: Token) -> web.Response:
    """List a site's open requests by deadline, or those that are closed, the latest first."""
    del token
    state = request.query.get("state", "open")
    if state not in {"open", "closed"}:
        raise RequestError("expected open or closed", field="state")
    limit = query_number(request, "limit", default=100, most=MOST)
    site, store = request.match_info["site"], request.app[LOG].store
    return success(await rights_desk.listed(store, [site], is_open=state == "open", limit=limit))


async def get_request(request: web.Request, token: Token) -> web.Response:
    """Show one request with the visitor's records at this site; that is on record."""
    site, request_id = request.match_info["site"], request.match_info["request_id"]
    log = request.app[LOG]
    async with audited(log.store, actor=token.actor, action="rights.read", site=site, request=request_id):
        return success(await rights_desk.case(log, site, request_id))


async def post_step(request: web.Request, token: Token) -> web.Response:
    """Answer a request, extend it, refuse it, or close it as done."""
    site, request_id = request.match_info["site"], request.match_info["request_id"]
    wish, log = await struct_of(request, NewAnswer), request.app[LOG]
    action = f"rights.{wish.action}"
    async with audited(log.store, actor=token.actor, action=action, site=site, request=request_id):
        await rights_desk.act(log.store, site, request_id, wish.action, wish.text, actor=token.actor)
    return success(await rights_desk.case(log, site, request_id), status=201)
