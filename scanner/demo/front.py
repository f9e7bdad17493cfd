"""The demo's whole internet on two loopback ports: one application that answers for every host, with and without TLS."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from aiohttp import web

from scanner.demo.hits import Hit, hit_of, host_of_request
from scanner.demo.proxy import ConsentProxy
from scanner.demo.site import Shop
from scanner.demo.thirdparties import services

SHOP_HOST = "www.larkspur.example"
BARE_HOST = "larkspur.example"
METRICS_HOST = "metrics.larkspur.example"
CONSENT_HOST = "consent.larkspur.example"
OWN_HOSTS = frozenset({SHOP_HOST, BARE_HOST, CONSENT_HOST})
"""Hosts whose requests are no hits. The metrics host is not among them: it is a third party's under an alias."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class DemoWorld:
    """The shop, its consent host and all third parties, served while the context is open.

    ``widget_tag`` is HTML that every page of the shop carries first in its head, None for the unprotected shop;
    ``consent_upstream`` is the ``http://127.0.0.1:PORT`` of a consent server. Both may change while it serves.
    Needs the extra ``[scan]`` (trustme). Ports are free ones of 127.0.0.1; nothing is reachable from outside.
    """

    url = f"https://{SHOP_HOST}/"

    def __init__(self, widget_tag: str | None = None, consent_upstream: str | None = None) -> None:
        self.shop = Shop(widget_tag=widget_tag)
        self.hits: list[Hit] = []
        self.http_port = 0
        self.https_port = 0
        self._spki_sha256 = ""
        self._proxy = ConsentProxy(consent_upstream)
        self._runner: web.AppRunner | None = None

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

    def clear_hits(self) -> None:
        """Forget what third parties received so far."""
        self.hits.clear()

    @property
    def resolve(self) -> list[str]:
        """Values for ``consentry scan --resolve``."""
        return [f"*:80=127.0.0.1:{self.http_port}", f"*:443=127.0.0.1:{self.https_port}"]

    @property
    def chromium_args(self) -> list[str]:
        """Flags with which a Chromium of one's own (and a fresh ``--user-data-dir``) sees this world.

        The second flag accepts this world's key alone, and Chromium heeds it only beside a ``--user-data-dir``.
        """
        rules = (
            f"MAP *:80 127.0.0.1:{self.http_port}, MAP *:443 127.0.0.1:{self.https_port}, EXCLUDE 127.0.0.1"
        )
        return [
            f"--host-resolver-rules={rules}",
            f"--ignore-certificate-errors-spki-list={self._spki_sha256}",
        ]

    async def __aenter__(self) -> Self:
        tls = self._tls_context()
        await self._proxy.open()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        try:
            await self._runner.setup()
            await web.TCPSite(self._runner, "127.0.0.1", 0).start()
            await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        self.http_port, self.https_port = (address[1] for address in self._runner.addresses)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._proxy.close()

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self._record], client_max_size=1 << 20)
        app.add_domain(SHOP_HOST, self.shop.application())
        app.add_domain(BARE_HOST, _catch_all(_to_www))
        app.add_domain(CONSENT_HOST, _catch_all(self._proxy.handle))
        for service in services():
            for host, routes in service.hosts.items():
                stub = web.Application()
                stub.add_routes(routes)
                app.add_domain(host, stub)
        return app

    @web.middleware
    async def _record(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Record what is not the shop's own, whatever becomes of it."""
        if host_of_request(request) in OWN_HOSTS:
            return await handler(request)
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            self.hits.append(hit_of(request, status))
        return response

    def _tls_context(self) -> ssl.SSLContext:
        import trustme  # noqa: PLC0415 - belongs to the extra [scan]; the rest of the program runs without it
        from cryptography import x509  # noqa: PLC0415 - comes with trustme
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

        names = {SHOP_HOST, BARE_HOST, CONSENT_HOST} | {
            host for service in services() for host in service.hosts
        }
        certificate = trustme.CA().issue_cert(*sorted(names))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        public_key = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_key()
        digest = hashlib.sha256(
            public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).digest()
        self._spki_sha256 = base64.b64encode(digest).decode()
        return context


def _catch_all(handler: _Handler) -> web.Application:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    return app


async def _to_www(request: web.Request) -> web.StreamResponse:
    return web.Response(status=301, headers={"Location": f"https://{SHOP_HOST}{request.rel_url.raw_path_qs}"})
