"""The requests of one state pass, put together from DevTools events: one `Hop` for each step of a redirect chain.

DevTools tells about one request in up to six events, some of them out of order: the ``ExtraInfo`` events, which alone
carry Set-Cookie headers and refused cookies, come once a hop and may overtake the event that names the URL. They are
matched by request id and order when the page is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag

from scanner.browser.targets import PageTargets
from scanner.hops import Hop, PageTraffic, WebSocketSeen

MAX_HOPS_PER_PAGE = 5000
MAX_URL = 8192
ASYNC = "async "
MAX_CHAIN = 16
"""Initiators that are kept of one request: longer chains repeat loaders of loaders."""


@dataclass(slots=True)
class _Request:
    """What is known of one request id."""

    hops: list[Hop] = field(default_factory=list)
    extras: list[dict[str, Any]] = field(default_factory=list)
    sent_to: list[str] = field(default_factory=list)


class RequestLog:
    """All hops of one pass, and who led to what."""

    def __init__(self) -> None:
        self.hops: list[Hop] = []
        self.sockets: list[WebSocketSeen] = []
        self.dropped = 0
        self._loaders: dict[int, dict[str, Hop]] = {}
        self._first_page: dict[str, int] = {}
        self._last_page: dict[str, int] = {}
        self._of_workers: set[tuple[str, str, int]] = set()

    def is_news(self, script: str, url: str, fetched_ms: float) -> bool:
        """Whether a worker's fetch (Unix time in milliseconds) was not told yet.

        A service worker outlives the page that started it: every later page that asks is told of the same fetches.
        """
        key = (script, url, round(fetched_ms))
        known = key in self._of_workers
        self._of_workers.add(key)
        return not known

    def add(self, traffic: PageTraffic) -> None:
        """Take over what one page did."""
        for hop in traffic.hops:
            self.hops.append(hop)
            loaders = self._loaders.setdefault(hop.page, {})
            known = loaders.get(hop.url)
            # Loaded twice: which was first is chance, so the one with the longer history speaks for both.
            if known is None or _history(hop) > _history(known):
                loaders[hop.url] = hop
            bare = without_query(hop.url)
            self._first_page[bare] = min(hop.page, self._first_page.get(bare, hop.page))
            self._last_page[bare] = max(hop.page, self._last_page.get(bare, hop.page))
        self.sockets.extend(traffic.sockets)
        self.dropped += traffic.dropped

    def first_page(self, url: str, default: int) -> int:
        """Return the first planned page that loaded ``url``, its query aside.

        Tabs share one jar: which of two pages in flight sets a cookie first is chance, which pages load its setter is
        not. So an item belongs to the first page that loads its setter.
        """
        return self._first_page.get(without_query(url), default)

    def last_page(self, url: str) -> int:
        """Return the last planned page that loaded ``url``, its query aside; -1 where none did."""
        return self._last_page.get(without_query(url), -1)

    def chain(self, page: int, direct: Iterable[str]) -> tuple[str, ...]:
        """Return ``direct`` followed by who loaded each, and so on up to the page itself; no URL twice."""
        loaders = self._loaders.get(page, {})
        found = dict.fromkeys(direct)
        queue = list(found)
        while queue and len(found) < MAX_CHAIN:
            hop = loaders.get(queue.pop(0))
            for url in hop.initiators if hop else ():
                if url not in found:
                    found[url] = None
                    queue.append(url)
        return tuple(found)[:MAX_CHAIN]


class PageRequests:
    """Collects one page's events; `finish` matches them and hands them to the log."""

    def __init__(self, log: RequestLog, page: int, acted: Callable[[], bool]) -> None:
        self._log = log
        self._page = page
        self._acted = acted
        self._requests: dict[str, _Request] = {}
        self._sockets: list[WebSocketSeen] = []
        self._sockets_by_id: dict[str, WebSocketSeen] = {}
        self._count = 0
        self._started: float | None = None
        self.bytes = 0

    def watch(self, targets: PageTargets) -> None:
        """Subscribe to the page's network events."""
        targets.on("Network.requestWillBeSent", self._will_be_sent)
        targets.on("Network.requestWillBeSentExtraInfo", self._sent_extra)
        targets.on("Network.responseReceived", self._response)
        targets.on("Network.responseReceivedExtraInfo", self._extra)
        targets.on("Network.dataReceived", self._data)
        targets.on("Network.loadingFinished", self._finished)
        targets.on("Network.loadingFailed", self._failed)
        targets.on("Network.webSocketCreated", self._socket)
        targets.on("Network.webSocketWillSendHandshakeRequest", self._handshake)

    def finish(self) -> PageTraffic:
        """Match what came out of order, give the page's hops to the log, and return what was given."""
        self._adopt_nameless()
        for request in self._requests.values():
            extras = iter(request.extras)
            for hop in request.hops:
                if hop.has_extra:
                    _take_extra(hop, next(extras, None))
        traffic = PageTraffic(
            hops=[hop for request in self._requests.values() for hop in request.hops],
            sockets=self._sockets,
            dropped=max(0, self._count - MAX_HOPS_PER_PAGE),
        )
        self._log.add(traffic)
        self._requests = {}
        self._sockets = []
        return traffic

    def _will_be_sent(self, event: dict[str, Any]) -> None:
        url = str(event["request"]["url"])
        if not url.startswith(("http://", "https://")):
            return
        self._count += 1
        if self._count > MAX_HOPS_PER_PAGE:
            return
        request = self._requests.setdefault(str(event["requestId"]), _Request())
        timestamp = float(event["timestamp"])
        if self._started is None:
            self._started = timestamp
        redirected_from = None
        stack = tuple(_frames(event["initiator"].get("stack")))
        initiators = _scripts(stack)
        response = event.get("redirectResponse")
        if response is not None and request.hops:
            previous = request.hops[-1]
            previous.status = int(response["status"])
            previous.has_extra = bool(event.get("redirectHasExtraInfo", True))
            redirected_from = previous.url
            initiators = (previous.url, *previous.initiators)
            stack = previous.stack
        elif not initiators:
            document = str(event.get("documentURL", ""))
            named = str(event["initiator"].get("url") or (document if document != url else ""))
            named = named or str(event.get("openedBy", ""))  # a pop-up's own document
            initiators = (_plain(named),) if named.startswith("http") else ()
        request.hops.append(
            Hop(
                page=self._page,
                url=_plain(url),
                method=str(event["request"]["method"]),
                type=str(event.get("type", "Other")).lower(),
                frame=_plain(str(event.get("documentURL", ""))),
                frame_id=str(event.get("frameId", "")),
                initiators=initiators[:MAX_CHAIN],
                stack=stack,
                after_action=self._acted(),
                time_ms=round((timestamp - self._started) * 1000, 1),
                wall_s=float(event["wallTime"]),
                redirected_from=redirected_from,
                popup=_plain(str(event.get("popup", ""))),
            )
        )

    def _adopt_nameless(self) -> None:
        """Give a hop to requests of which only the headers were told: a worker's that began before we listened.

        HTTP/2 headers hold the whole URL. HTTP/1.1 names the host only; the path may be known from the worker.
        """
        nameless = [
            request
            for request in self._requests.values()
            if not request.hops and (request.extras or request.sent_to)
        ]
        from_workers = [request for key, request in self._requests.items() if key.startswith("worker ")]
        for request in nameless:
            url = request.sent_to[0] if request.sent_to else ""
            origin = "/".join(url.split("/")[:3])
            if not origin.startswith("http"):
                continue
            for known in from_workers:
                hop = known.hops[0]
                if not known.extras and (hop.url == url or hop.url.startswith(f"{origin}/")):
                    known.extras, hop.has_extra = request.extras, True
                    break
            else:
                request.hops.append(
                    self._hop_of_worker(url, script="", time_ms=0.0, method="GET", has_extra=True)
                )

    def _hop_of_worker(self, url: str, *, script: str, time_ms: float, method: str, has_extra: bool) -> Hop:
        return Hop(
            page=self._page,
            url=url,
            method=method,
            type="fetch",
            frame=script,
            frame_id="",
            initiators=(script,) if script else (),
            stack=(),
            after_action=self._acted(),
            time_ms=time_ms,
            wall_s=time.time(),
            has_extra=has_extra,
        )

    def add_from_worker(
        self,
        script: str,
        entries: Iterable[tuple[str, float]],
        *,
        started_ms: float = 0.0,
        clicked_ms: float = 0.0,
        popup: str = "",
    ) -> None:
        """Add what a worker (or the ``popup`` with this address) fetched (URL, milliseconds since its start) and DevTools did not tell.

        A worker is let run by the first DevTools client that says so, which need not be ours; its own resource timing
        then knows what we missed. ``started_ms`` is the Unix time of its start in milliseconds, ``clicked_ms`` that of the
        consent action: what was fetched before it is no consequence, whenever we learn of it.
        """
        known = {hop.url for request in self._requests.values() for hop in request.hops}
        for url, time_ms in entries:
            plain = _plain(url)
            if not plain.startswith("http") or not self._log.is_news(script, plain, started_ms + time_ms):
                continue
            if plain in known or self._count >= MAX_HOPS_PER_PAGE:
                continue
            known.add(plain)
            self._count += 1
            hop = self._hop_of_worker(
                plain, script=_plain(script), time_ms=round(time_ms, 1), method="GET", has_extra=False
            )
            hop.popup = _plain(popup)
            if started_ms:
                hop.wall_s = (started_ms + time_ms) / 1000
                hop.after_action = hop.after_action and started_ms + time_ms >= clicked_ms
            self._requests[f"worker {plain}"] = _Request(hops=[hop])

    def _hop(self, event: dict[str, Any]) -> Hop | None:
        request = self._requests.get(str(event["requestId"]))
        return request.hops[-1] if request and request.hops else None

    def _response(self, event: dict[str, Any]) -> None:
        hop = self._hop(event)
        if hop is not None:
            hop.status = int(event["response"]["status"])
            hop.has_extra = bool(event.get("hasExtraInfo", True))
            hop.type = str(event.get("type", hop.type)).lower()

    def _extra(self, event: dict[str, Any]) -> None:
        cookies = [value for name, value in event["headers"].items() if name.lower() == "set-cookie"]
        self._requests.setdefault(str(event["requestId"]), _Request()).extras.append(
            {
                "cookies": cookies,
                "blocked": event.get("blockedCookies", []),
                "status": event.get("statusCode"),
            }
        )

    def _sent_extra(self, event: dict[str, Any]) -> None:
        headers = {name.lower(): str(value) for name, value in event["headers"].items()}
        host = headers.get(":authority") or headers.get("host")
        if host and (self._count < MAX_HOPS_PER_PAGE or str(event["requestId"]) in self._requests):
            url = f"{headers.get(':scheme', 'https')}://{host}{headers.get(':path', '/')}"
            self._requests.setdefault(str(event["requestId"]), _Request()).sent_to.append(_plain(url))

    def _data(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["dataLength"])
        hop = self._hop(event)
        if hop is not None:
            hop.body_size += int(event["dataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        hop = self._hop(event)
        if hop is not None and not hop.body_size:
            hop.body_size = max(0, int(event.get("encodedDataLength", 0)))

    def _failed(self, event: dict[str, Any]) -> None:
        hop = self._hop(event)
        if hop is not None and not (event.get("canceled") and hop.status):  # answered: nobody read the body
            hop.failed = str(event.get("blockedReason") or event.get("errorText") or "failed")

    def _socket(self, event: dict[str, Any]) -> None:
        if len(self._sockets) >= 200:
            return
        stack = tuple(_frames((event.get("initiator") or {}).get("stack")))
        self._sockets.append(
            WebSocketSeen(
                page=self._page,
                url=_plain(str(event["url"])),
                initiators=_scripts(stack)[:MAX_CHAIN],
                stack=stack,
                after_action=self._acted(),
                time_ms=0.0,
            )
        )
        self._sockets_by_id[str(event.get("requestId", ""))] = self._sockets[-1]

    def _handshake(self, event: dict[str, Any]) -> None:
        """Only the handshake tells when a socket was opened."""
        socket = self._sockets_by_id.get(str(event.get("requestId", "")))
        if socket is not None and self._started is not None:
            socket.time_ms = round((float(event["timestamp"]) - self._started) * 1000, 1)


def _scripts(stack: Iterable[str]) -> tuple[str, ...]:
    """Return the scripts of a stack's frames, nearest first, each once."""
    return tuple(dict.fromkeys(frame.removeprefix(ASYNC).rsplit(":", 2)[0] for frame in stack))


def _history(hop: Hop) -> tuple[int, tuple[str, ...]]:
    return len(hop.initiators), hop.initiators


def without_query(url: str) -> str:
    """Return the URL up to its query."""
    return url.partition("?")[0].partition("#")[0]


def _plain(url: str) -> str:
    """Return the URL without its fragment, bounded: a data-laden URL is evidence by its beginning."""
    return urldefrag(url)[0][:MAX_URL]


def _take_extra(hop: Hop, extra: dict[str, Any] | None) -> None:
    if extra is None:
        return
    lines = [line for value in extra["cookies"] for line in str(value).split("\n")]
    hop.set_cookies = tuple(line[:8192] for line in lines[:300])
    hop.blocked = tuple(
        (str(item.get("cookieLine", ""))[:8192], tuple(map(str, item.get("blockedReasons", ()))))
        for item in extra["blocked"][:300]
    )
    if hop.status is None and extra["status"]:
        hop.status = int(extra["status"])


def _frames(stack: dict[str, Any] | None) -> Iterator[str]:
    """Yield ``url:line:column`` of a stack, nearest first; lines and columns from 1.

    Frames of asynchronous parents (what set the timer, what awaits the promise) begin with ``async ``, as V8 writes them.
    """
    count = 0
    mark = ""
    while stack and count < 64:
        for frame in stack.get("callFrames", ()):
            url = str(frame.get("url", ""))
            if url.startswith("http"):  # eval'd code and our own hooks have no URL
                count += 1
                yield f"{mark}{_plain(url)}:{int(frame['lineNumber']) + 1}:{int(frame['columnNumber']) + 1}"
        stack = stack.get("parent")
        mark = ASYNC
