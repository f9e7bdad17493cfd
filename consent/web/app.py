"""`make_app`: the aiohttp application from settings and an open store."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import web

from consent.alerts.outbox import keep_delivering
from consent.log import QUEUE_LIMIT, ConsentLog, running
from consent.model.errors import ConsentryError
from consent.model.records import MAX_BODY_BYTES
from consent.model.sites import Settings
from consent.statistics.rollup import EVERY_S, keep_up
from consent.store import Store
from consent.web.base import (
    COOKIE_DOMAINS,
    COUNTRIES,
    LIMITS,
    LOG,
    ORIGINS,
    PUBLIC_URL,
    PUBLISHED,
    REQUESTS,
    SETTINGS,
    SSO_CLIENTS,
    answering,
    no_route,
)
from consent.web.clients import Clients
from consent.web.cookie import cookie_domain
from consent.web.countries import Countries
from consent.web.dashboard import page_routes, sign_in
from consent.web.declarations import DECLARATIONS, declarations_of
from consent.web.intake import INTAKE, intake_of
from consent.web.limits import limits_of
from consent.web.openapi import openapi
from consent.web.operations import ENDING, METRICS, OPENAPI, registry_of
from consent.web.origins import Origins
from consent.web.published import Published
from consent.web.requests import Requests
from consent.web.routes import ROUTES, canonical

logger = logging.getLogger("consentry.web")

RELOAD_S = 1.0


def make_app(
    settings: Settings,
    store: Store,
    *,
    public_url: str,
    queue_limit: int = QUEUE_LIMIT,
    reload_s: float = RELOAD_S,
    statistics_s: float = EVERY_S,
    log_requests: bool = False,
) -> web.Application:
    """Assemble the application. The store is the caller's: open before, closed after.

    ``public_url`` is the server's address as browsers see it; ``reload_s`` how often publications are looked for,
    ``statistics_s`` how often the log is counted, in seconds;
    ``log_requests`` writes a log line for every request, and not only for those that failed.
    """
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    log = ConsentLog(store, settings.sites, limit=queue_limit)
    app[SETTINGS] = settings
    app[LOG] = log
    app[PUBLIC_URL] = public_url
    app[ORIGINS] = Origins(settings.sites.values())
    app[COOKIE_DOMAINS] = {site.id: cookie_domain(site, public_url) for site in settings.sites.values()}
    app[COUNTRIES] = Countries(settings.server)
    app[INTAKE] = intake_of(app)
    app[PUBLISHED] = Published(store, settings.sites, public_url=public_url, on_change=log.forget_notices)
    app[DECLARATIONS] = declarations_of(app, store, public_url)
    app[REQUESTS] = requests = Requests(log_all=log_requests)
    app[LIMITS] = limits = limits_of(settings.server)
    app[METRICS] = registry_of(log, requests, limits)
    app[ENDING] = asyncio.Event()
    app[SSO_CLIENTS] = Clients(settings.server.trusted_proxies, settings.server.forwarded_header)
    sign_in.prepare(app)
    app[OPENAPI] = openapi(ROUTES, public_url)
    for route in (*ROUTES, *page_routes()):
        name = (route.method, canonical(route.path))
        check = limits[route.limit].take if route.limit else None
        logged = route.scope is not None or (route.page and route.method == "POST")
        handler = answering(route.handler, requests, name, check=check, logged=logged)
        app.router.add_route(route.method, route.path, handler)
        if (
            route.method == "GET"
        ):  # whoever answers GET answers HEAD too (RFC 9110, section 9.1): probes and caches ask so
            app.router.add_route("HEAD", route.path, handler)
    app.router.add_route("*", "/{path:.*}", answering(no_route, requests, ("*", "no route")))

    async def writing(app: web.Application) -> AsyncIterator[None]:
        async with running(app[LOG]):
            yield

    async def reloading(app: web.Application) -> AsyncIterator[None]:
        await app[PUBLISHED].refresh()
        task = asyncio.create_task(_reload(app[PUBLISHED], reload_s), name="consentry-reload")
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def counting(app: web.Application) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(
            keep_up(app[LOG].store, stop, every_s=statistics_s), name="consentry-statistics"
        )
        yield
        stop.set()
        await task

    async def alerting(app: web.Application) -> AsyncIterator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(keep_delivering(app[LOG].store, settings, stop), name="consentry-alerts")
        yield
        stop.set()
        await task

    app.cleanup_ctx.extend((writing, reloading, counting, alerting))
    return app


async def _reload(published: Published, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await published.refresh()
        except ConsentryError as error:
            # What is served now goes on being served; the next round tries again.
            logger.warning("Publications could not be read: %s", error)
