"""What a page asked for, as it is remembered until the pass ends and kept over a break: plain data, no browser."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Hop:
    """One request, or one step of a redirect chain. ``initiators`` are the direct ones, nearest first.

    ``page`` is the planned page's number, ``time_ms`` counts from the start of its navigation, ``wall_s`` is Unix time.
    ``popup`` is the address of the pop-up that asked, empty for the page itself.
    """

    page: int
    url: str
    method: str
    type: str
    frame: str
    frame_id: str
    initiators: tuple[str, ...]
    stack: tuple[str, ...]
    after_action: bool
    time_ms: float
    wall_s: float
    redirected_from: str | None = None
    status: int | None = None
    failed: str | None = None
    body_size: int = 0
    has_extra: bool = True
    set_cookies: tuple[str, ...] = ()
    blocked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    popup: str = ""


@dataclass(slots=True)
class WebSocketSeen:
    """One WebSocket that a page opened."""

    page: int
    url: str
    initiators: tuple[str, ...]
    stack: tuple[str, ...]
    after_action: bool
    time_ms: float


@dataclass(slots=True)
class PageTraffic:
    """All that one visit of a page asked for; ``dropped`` counts what was over the limit."""

    hops: list[Hop]
    sockets: list[WebSocketSeen]
    dropped: int = 0
