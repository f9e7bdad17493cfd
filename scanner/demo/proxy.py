"""The way from consent.larkspur.example to the consent server: what nginx or Caddy does in front of a real one."""

from __future__ import annotations

import aiohttp
from aiohttp import web
from yarl import URL

from scanner.demo.hits import host_of_request

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers of one connection, which a proxy must not pass on (RFC 9110 section 7.6.1)."""

_UNREACHABLE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>502</title></head>
<body><h1>The consent server does not answer</h1><p>{reason}</p></body></html>
"""


class ConsentProxy:
    """Passes requests on to ``upstream`` (``http://127.0.0.1:PORT``), which may be set or changed at any time."""

    def __init__(self, upstream: str | None = None) -> None:
        self.upstream = upstream
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the pool of connections; call `close` in the end."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False,  # a compressed body passes as it is
            cookie_jar=aiohttp.DummyCookieJar(),  # one visitor's cookies must never reach another
            timeout=aiohttp.ClientTimeout(total=60),
        )

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Pass one request on and stream its answer back; 502 where there is no server to answer."""
        if self._session is None or not self.upstream:
            return _unreachable("No consent server is connected to this demo.")
        headers = [
            (name, value) for name, value in request.headers.items() if name.lower() not in _HOP_BY_HOP
        ]
        headers = [(name, value) for name, value in headers if not name.lower().startswith("x-forwarded-")]
        headers += [
            ("X-Forwarded-For", request.remote or ""),
            ("X-Forwarded-Proto", request.scheme),
            ("X-Forwarded-Host", host_of_request(request)),
        ]
        try:
            async with self._session.request(
                request.method,
                URL(self.upstream.rstrip("/") + request.raw_path, encoded=True),
                headers=headers,
                data=request.content if request.can_read_body else None,
                allow_redirects=False,
                skip_auto_headers=("User-Agent", "Accept-Encoding", "Content-Type"),
            ) as answer:
                return await _stream(request, answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            return _unreachable(f"{type(error).__name__}: is it still running?")


async def _stream(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    for name, value in answer.headers.items():
        if name.lower() not in _HOP_BY_HOP:
            response.headers.add(name, value)
    await response.prepare(request)
    async for chunk in answer.content.iter_any():
        await response.write(chunk)
    await response.write_eof()
    return response


def _unreachable(reason: str) -> web.Response:
    return web.Response(status=502, text=_UNREACHABLE.format(reason=reason), content_type="text/html")
