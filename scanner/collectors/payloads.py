"""What requests to third parties carry besides their address: bodies, referrers with a query, WebSocket messages.

It is kept for one purpose, to see whose identifiers travel (`scanner.identifiers`), and never leaves the scanner.
"""

from __future__ import annotations

import base64
import contextlib
from typing import Any
from urllib.parse import urljoin

from scanner.collectors import BaseCollector, Scene, Watched
from scanner.encodings import body_text
from scanner.observations import Observation
from scanner.parties import host_of, registrable_domain

_MAX_PAYLOAD = 16_384
_MAX_TOTAL = 8 * 1024 * 1024
"""Characters of one pass; a site that sends more is read in part."""
_MAX_ENTRIES = 6_000


class PayloadsCollector(BaseCollector):
    """One observation per payload of a request to another registrable domain than the page's."""

    id = "payloads"
    entry = Observation

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._kept: list[Observation] = []
        self._sockets: dict[str, str] = {}
        self._size = 0

    def apply(self, page: int, entry: Observation) -> None:
        """Remember one payload."""
        del page
        self._size += len(entry.value)
        self._kept.append(entry)

    def watch(self, watched: Watched) -> None:
        """Listen to what is sent."""
        targets = watched.targets
        targets.on("Network.requestWillBeSent", lambda event: self._request(watched, event))
        targets.on("Network.webSocketCreated", self._socket)
        targets.on("Network.webSocketFrameSent", lambda event: self._frame(watched, event))
        watched.on_record("blob", lambda record: self._blob(watched, record))

    async def finish(self) -> list[Observation]:
        """Return the payloads, each once."""
        return self._kept

    def _request(self, watched: Watched, event: dict[str, Any]) -> None:
        request = event["request"]
        url = str(request["url"])
        if entries := request.get("postDataEntries"):
            data = b"".join(base64.b64decode(entry.get("bytes", "")) for entry in entries[:20])
            self._keep(watched, url, "body", str(request.get("method", "POST")), body_text(data))
        for name, value in request.get("headers", {}).items():
            if name.lower() == "referer" and "?" in str(value):
                self._keep(watched, url, "referer", str(request.get("method", "GET")), str(value))

    def _socket(self, event: dict[str, Any]) -> None:
        if len(self._sockets) < 500:
            self._sockets[str(event["requestId"])] = str(event["url"])

    def _frame(self, watched: Watched, event: dict[str, Any]) -> None:
        url = self._sockets.get(str(event["requestId"]))
        payload = str(event["response"].get("payloadData", ""))
        if url is not None:
            if event["response"].get("opcode") == 2:
                payload = body_text(base64.b64decode(payload[: 2 * _MAX_PAYLOAD]))
            self._keep(watched, url, "websocket", "GET", payload)

    def _blob(self, watched: Watched, record: dict[str, Any]) -> None:
        with contextlib.suppress(ValueError):
            url = urljoin(str(record.get("href", "")), str(record.get("url", "")))
            self._keep(watched, url, "body", "POST", str(record.get("body", "")))

    def _keep(self, watched: Watched, url: str, part: str, method: str, text: str) -> None:
        host = host_of(url)
        page = self.scene.page_url(watched.number)
        if not text or not host or registrable_domain(host) == registrable_domain(host_of(page)):
            return
        text = text[:_MAX_PAYLOAD]
        if len(self._kept) >= _MAX_ENTRIES or self._size + len(text) > _MAX_TOTAL:
            self.scene.note(
                "payloads: requests carry too much; identifiers in the rest of it are not looked for"
            )
            return
        self.learn(
            watched.number,
            Observation(
                kind="payload",
                name=url[:2_000],
                host=host,
                state=self.scene.state,
                page=page,
                time_ms=watched.elapsed_ms(),
                after_action=self.scene.acted,
                value=text,
                details={"part": part, "method": method},
            ),
        )
