"""Handlers of /v1/admin about alerts."""

from __future__ import annotations

from aiohttp import web

from consent.alerts.listing import sent_alerts
from consent.tokens import Token
from consent.web.base import LOG, success
from consent.web.bodies import query_number

MOST = 500


async def list_alerts(request: web.Request, token: Token) -> web.Response:
    """List a site's alerts, the latest first, and what became of each."""
    del token
    limit = query_number(request, "limit", default=50, most=MOST)
    return success(await sent_alerts(request.app[LOG].store, request.match_info["site"], limit))
