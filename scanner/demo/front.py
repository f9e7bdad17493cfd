"""The demo's hosts: the shop, its consent server and every third party, as one world on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import ClassVar, Self

from aiohttp import web

from scanner.demo.proxy import ConsentProxy
from scanner.demo.site import Shop
from scanner.demo.thirdparties import services
from scanner.demo.world import World, catch_all, routed

SHOP_HOST = "www.larkspur.example"
BARE_HOST = "larkspur.example"
METRICS_HOST = "metrics.larkspur.example"
CONSENT_HOST = "consent.larkspur.example"
OWN_HOSTS = frozenset({SHOP_HOST, BARE_HOST, CONSENT_HOST})
"""Hosts whose requests are no hits. The metrics host is not among them: it is a third party's under an alias."""


class DemoWorld(World):
    """The shop, its consent host and all third parties, served while the context is open.

    ``widget_tag`` is HTML that every page of the shop carries first in its head, None for the unprotected shop;
    ``consent_upstream`` is the ``http://127.0.0.1:PORT`` of a consent server. Both may change while it serves.
    """

    url: ClassVar[str] = f"https://{SHOP_HOST}/"
    own_hosts: ClassVar[frozenset[str]] = OWN_HOSTS

    def __init__(self, widget_tag: str | None = None, consent_upstream: str | None = None) -> None:
        super().__init__()
        self.shop = Shop(widget_tag=widget_tag)
        self._proxy = ConsentProxy(consent_upstream)

    def protect(self, tag: str | None) -> None:
        """Put ``tag`` first into the head of every page from now on; None takes it out again."""
        self.shop.widget_tag = tag

    @property
    def consent_upstream(self) -> str | None:
        """Where requests to the consent host go."""
        return self._proxy.upstream

    @consent_upstream.setter
    def consent_upstream(self, upstream: str | None) -> None:
        self._proxy.upstream = upstream

    def applications(self) -> Mapping[str, web.Application]:
        """Return a fresh application for each host."""
        return {
            SHOP_HOST: self.shop.application(),
            BARE_HOST: catch_all(_to_www),
            CONSENT_HOST: catch_all(self._proxy.handle),
        } | {host: routed(routes) for service in services() for host, routes in service.hosts.items()}

    async def __aenter__(self) -> Self:
        await self._proxy.open()
        return await super().__aenter__()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await super().__aexit__(exc_type, exc, traceback)
        await self._proxy.close()


async def _to_www(request: web.Request) -> web.StreamResponse:
    return web.Response(status=301, headers={"Location": f"https://{SHOP_HOST}{request.rel_url.raw_path_qs}"})
