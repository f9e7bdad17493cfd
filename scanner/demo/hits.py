"""What the stubs of third-party services received: the proof of what a page sent, whatever the browser says."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from aiohttp import web


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One request that reached a host other than the shop and the consent server.

    ``query`` is raw and without its question mark, ``cookies`` are those that the browser sent, ``time`` is in Unix
    seconds, ``status`` is what was answered.
    """

    host: str
    path: str
    query: str
    method: str
    referer: str
    cookies: dict[str, str]
    time: float
    status: int

    @property
    def url(self) -> str:
        """Host, path and query, without a scheme."""
        return f"{self.host}{self.path}" + (f"?{self.query}" if self.query else "")


def hit_of(request: web.BaseRequest, status: int) -> Hit:
    """Describe a request that was answered with ``status``."""
    path, _, query = request.raw_path.partition("?")  # as it was sent: `rel_url` would unquote parts of it
    return Hit(
        host=host_of_request(request),
        path=path,
        query=query,
        method=request.method,
        referer=request.headers.get("Referer", ""),
        cookies=dict(request.cookies),
        time=time.time(),
        status=status,
    )


def host_of_request(request: web.BaseRequest) -> str:
    """Return the Host header in lower case, without its port."""
    return request.headers.get("Host", "").lower().partition(":")[0]
