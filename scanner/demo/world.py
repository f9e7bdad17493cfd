"""A whole internet on two loopback ports: one server that answers for every host, with and without TLS."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import ClassVar, Self

from aiohttp import web

from scanner.demo.hits import Hit, hit_of, host_of_request

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class World:
    """Hosts that are served while the context is open; a subclass names them in `applications`.

    ``url`` is the start page of the site that the world is about; requests to ``own_hosts`` are no `hits`. Needs the
    extra ``[scan]`` (trustme). Ports are free ones of 127.0.0.1; nothing is reachable from outside.
    """

    url: ClassVar[str] = ""
    own_hosts: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self.hits: list[Hit] = []
        self.http_port = 0
        self.https_port = 0
        self._spki_sha256 = ""
        self._runner: web.AppRunner | None = None

    def applications(self) -> Mapping[str, web.Application]:
        """Return a fresh application for each host."""
        raise NotImplementedError

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
        try:
            applications = self.applications()
            app = web.Application(middlewares=[self._record], client_max_size=1 << 20)
            for host, application in applications.items():
                app.add_domain(host, application)
            tls = self._tls_context(applications)
            self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
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

    @web.middleware
    async def _record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record what is not the site's own, whatever becomes of it."""
        if host_of_request(request) in self.own_hosts:
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

    def _tls_context(self, hosts: Mapping[str, web.Application]) -> ssl.SSLContext:
        import trustme  # noqa: PLC0415 - belongs to the extra [scan]; the rest of the program runs without it
        from cryptography import x509  # noqa: PLC0415 - comes with trustme
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

        certificate = trustme.CA().issue_cert(*sorted(hosts))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(context)
        public_key = x509.load_pem_x509_certificate(certificate.cert_chain_pems[0].bytes()).public_key()
        digest = hashlib.sha256(
            public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).digest()
        self._spki_sha256 = base64.b64encode(digest).decode()
        return context


def routed(routes: web.RouteTableDef) -> web.Application:
    """Return an application with these routes."""
    app = web.Application()
    app.add_routes(routes)
    return app


def catch_all(handler: Handler) -> web.Application:
    """Return an application that gives every request to one handler."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    return app
