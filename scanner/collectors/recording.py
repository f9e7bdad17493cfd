"""What was sent and received, as a HAR for the evidence pack; only where a scan is asked for one.

Nothing is observed here: the file stands beside the report. A request's headers as they were really sent and its answer's,
Set-Cookie among them, come in events of their own, one for each step of a redirect chain, in any order; they are matched
by request and order once the request is done.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from scanner.collectors import BaseCollector, Scene, Watched
from scanner.har.write import Exchange
from scanner.observations import Observation

MAX_PER_PAGE = 5_000
_WAITING = 100
"""Requests of a page that are done and wait for events that come late, before the first of them is written."""


@dataclass(slots=True)
class _Request:
    """What is known of one request: its hops, and the headers that were told apart."""

    hops: list[Exchange] = field(default_factory=list)
    apart: list[bool] = field(default_factory=list)
    sent: list[list[tuple[str, str]]] = field(default_factory=list)
    got: list[tuple[list[tuple[str, str]], int]] = field(default_factory=list)
    begun: float = 0.0


class _PageRecording:
    """Collects the events of one page."""

    def __init__(self, collector: RecordingCollector, page: int) -> None:
        self._collector = collector
        self._page = page
        self._requests: dict[str, _Request] = {}
        self._done: list[str] = []
        self._count = 0

    def watch(self, watched: Watched) -> None:
        """Subscribe to the page's network events."""
        for event, handler in (
            ("requestWillBeSent", self._will_be_sent),
            ("requestWillBeSentExtraInfo", self._sent),
            ("responseReceived", self._received),
            ("responseReceivedExtraInfo", self._got),
            ("dataReceived", self._data),
            ("loadingFinished", self._finished),
            ("loadingFailed", self._failed),
            ("webSocketCreated", self._socket),
            ("webSocketWillSendHandshakeRequest", self._handshake),
            ("webSocketHandshakeResponseReceived", self._answered),
        ):
            watched.targets.on(f"Network.{event}", handler)

    def write(self, *, all_of_them: bool) -> None:
        """Hand over what is done, but for the last ones; everything at the end."""
        keys = list(self._requests) if all_of_them else self._done[:-_WAITING]
        self._done = [] if all_of_them else self._done[-_WAITING:]
        for key in keys:
            if (request := self._requests.pop(key, None)) is not None:
                self._collector.take(self._page, _matched(request))

    def _request(self, event: dict[str, Any]) -> _Request | None:
        key = str(event["requestId"])
        if key not in self._requests:
            if self._count >= MAX_PER_PAGE:
                return None
            self._count += 1
            self._requests[key] = _Request()
        return self._requests[key]

    def _hop(self, event: dict[str, Any]) -> tuple[_Request, Exchange] | None:
        request = self._requests.get(str(event["requestId"]))
        return (request, request.hops[-1]) if request and request.hops else None

    def _will_be_sent(self, event: dict[str, Any]) -> None:
        asked = event["request"]
        url = str(asked["url"])
        if not url.startswith(("http://", "https://")) or (request := self._request(event)) is None:
            return
        if (response := event.get("redirectResponse")) is not None and request.hops:
            _answer(request.hops[-1], response)
            request.hops[-1].redirect_url = url
            request.hops[-1].time_ms = _ms(event, request)
            request.apart[-1] = bool(event.get("redirectHasExtraInfo", True))
        request.begun = float(event["timestamp"])
        request.hops.append(
            Exchange(
                url=url,
                method=str(asked["method"]),
                type=str(event.get("type", "Other")).lower(),
                started_s=float(event["wallTime"]),
                request_headers=_headers(asked),
                body_size=-1 if asked.get("hasPostData") else 0,
                initiator=event.get("initiator") or {},
            )
        )
        request.apart.append(True)

    def _sent(self, event: dict[str, Any]) -> None:
        if (request := self._request(event)) is not None:
            request.sent.append(_headers(event))

    def _got(self, event: dict[str, Any]) -> None:
        if (request := self._request(event)) is not None:
            request.got.append((_headers(event), int(event.get("statusCode") or 0)))

    def _received(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            request, hop = found
            _answer(hop, event["response"])
            hop.type = str(event.get("type", hop.type)).lower()
            request.apart[-1] = bool(event.get("hasExtraInfo", True))

    def _data(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            found[1].response_size += int(event["dataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            found[1].time_ms = _ms(event, found[0])
            self._end(event)

    def _failed(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            found[1].time_ms = _ms(event, found[0])
            found[1].error = str(event.get("blockedReason") or event.get("errorText") or "failed")
            self._end(event)

    def _end(self, event: dict[str, Any]) -> None:
        self._done.append(str(event["requestId"]))
        if len(self._done) > 2 * _WAITING:
            self.write(all_of_them=False)

    def _socket(self, event: dict[str, Any]) -> None:
        if (request := self._request(event)) is not None:
            request.hops.append(
                Exchange(
                    url=str(event["url"]),
                    method="GET",
                    type="websocket",
                    started_s=self._collector.scene.started_s,
                    initiator=event.get("initiator") or {},
                )
            )
            request.apart.append(False)

    def _handshake(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            found[1].started_s = float(event["wallTime"])
            found[1].request_headers = _headers(event["request"])

    def _answered(self, event: dict[str, Any]) -> None:
        if (found := self._hop(event)) is not None:
            found[1].status = int(event["response"]["status"])
            found[1].status_text = str(event["response"].get("statusText", ""))
            found[1].response_headers = _headers(event["response"])


class RecordingCollector(BaseCollector):
    """Writes one HAR for each state pass (`Scene.recorder`)."""

    id = "recording"

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._pages: list[_PageRecording] = []

    def watch(self, watched: Watched) -> None:
        """Listen to what the page sends and gets; a page that is opened twice is one page."""
        if self.scene.recorder is None:
            return
        recording = _PageRecording(self, watched.number)
        self._pages.append(recording)
        recording.watch(watched)

    async def settled(self, watched: Watched) -> None:
        """Write what is done, so that little of a page is held."""
        del watched
        for recording in self._pages:
            recording.write(all_of_them=False)

    async def finish(self) -> list[Observation]:
        """Close the file; nothing is observed."""
        recorder = self.scene.recorder
        if recorder is None:
            return []
        for recording in self._pages:
            recording.write(all_of_them=True)
        browser = self.scene.context.browser
        tool = {
            "version": version("consentry"),
            "browser": "Chromium",
            "browser_version": browser.version if browser else "",
        }
        recorder.close(self.scene.pages, tool)
        if recorder.left_out:
            self.scene.note(f"recording: {recorder.left_out} requests are left out: the recording is full")
        return []

    def take(self, page: int, exchanges: list[Exchange]) -> None:
        """Write the exchanges of one request."""
        if self.scene.recorder is not None:
            self.scene.recorder.add(page, exchanges)


def _matched(request: _Request) -> list[Exchange]:
    sent, got = iter(request.sent), iter(request.got)
    for hop, apart in zip(request.hops, request.apart, strict=True):
        if not apart:
            continue
        hop.request_headers = next(sent, hop.request_headers)
        headers, status = next(got, (hop.response_headers, hop.status))
        hop.response_headers = headers
        hop.status = hop.status or status
    return request.hops


def _answer(hop: Exchange, response: dict[str, Any]) -> None:
    hop.status = int(response["status"])
    hop.status_text = str(response.get("statusText", ""))
    hop.protocol = str(response.get("protocol", ""))
    hop.mime_type = str(response.get("mimeType", ""))
    hop.address = str(response.get("remoteIPAddress", ""))
    hop.response_headers = _headers(response)
    timing = response.get("timing") or {}
    hop.timing = {name: float(value) for name, value in timing.items() if isinstance(value, int | float)}


def _headers(holder: dict[str, Any]) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in (holder.get("headers") or {}).items()]


def _ms(event: dict[str, Any], request: _Request) -> float:
    return round(max(0.0, float(event["timestamp"]) - request.begun) * 1000, 2)
