"""What a recorded exchange was: its kind, who led to it, whether it is a beacon, and whether it is one of a WebSocket."""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scanner.har.model import Content, Entry, headers_of
from scanner.parties import host_of

MAX_URL = 8192
_WEB = ("http://", "https://", "ws://", "wss://")
MAX_CHAIN = 16

_BY_DESTINATION = {
    "document": "document",
    "iframe": "document",
    "frame": "document",
    "script": "script",
    "style": "stylesheet",
    "image": "image",
    "font": "font",
    "audio": "media",
    "video": "media",
    "track": "texttrack",
    "manifest": "manifest",
    "worker": "script",
    "serviceworker": "script",
    "sharedworker": "script",
    "empty": "fetch",
}
"""Sec-Fetch-Dest (W3C Fetch Metadata, section 2.1) in the words of the report."""
_BY_MIME = (
    ("text/html", "document"),
    ("application/xhtml", "document"),
    ("javascript", "script"),
    ("ecmascript", "script"),
    ("text/css", "stylesheet"),
    ("image/", "image"),
    ("font", "font"),
    ("audio/", "media"),
    ("video/", "media"),
    ("json", "xhr"),
)
_OWN_NAMES = {
    "beacon": "ping",
    "imageset": "image",
    "csp_report": "cspviolationreport",
    "sub_frame": "document",
}
"""What some recorders call a kind for which the report has another word."""


def url_of(entry: Entry) -> str:
    """Return the address without fragment and login, bounded; of a WebSocket with its own scheme."""
    url = plain(entry.request.url)
    return "ws" + url.removeprefix("http") if is_socket(entry) and url.startswith("http") else url


def plain(url: str) -> str:
    """Return the URL bounded, without fragment, user and password, its scheme and host in lower case; empty for no URL."""
    try:
        bare = urldefrag(url.strip())[0][:MAX_URL]
        parts = urlsplit(bare)
    except ValueError:
        return ""
    if not parts.netloc:
        return bare
    host = parts.netloc.rpartition("@")[2].lower()
    return parts._replace(netloc=host, path=parts.path or "/").geturl()


def is_web(entry: Entry) -> bool:
    """Whether it went to a host by HTTP or a WebSocket: not what the page or the browser holds itself (data:, about:)."""
    url = url_of(entry)
    return url.startswith(_WEB) and bool(host_of(url))


def is_socket(entry: Entry) -> bool:
    """Whether the exchange opened a WebSocket."""
    return (
        entry.request.url.strip().lower().startswith(("ws:", "wss:"))
        or (entry.resource_type or "").lower() == "websocket"
        or entry.messages is not None
        or bool(entry.web_socket)
        or (
            status_of(entry) == 101
            and "websocket" in dict(headers_of(entry.request.headers)).get("upgrade", "").lower()
        )
    )


def status_of(entry: Entry) -> int | None:
    """Return the status code, None where there was no answer."""
    try:
        return int((entry.response.status if entry.response else None) or 0) or None
    except ValueError:
        return None


def failed_of(entry: Entry) -> str:
    """Return why there was no answer, as the recorder says it."""
    if status_of(entry) is not None:
        return ""
    return str((entry.response.error if entry.response else None) or "no answer was recorded")[:300]


def type_of(entry: Entry) -> str:
    """Return what asked for it: as the recorder says, else the browser's Sec-Fetch-Dest, else by what came."""
    if is_socket(entry):
        return "websocket"
    if entry.resource_type:
        named = entry.resource_type.lower()
        return _OWN_NAMES.get(named, named)
    headers = dict(headers_of(entry.request.headers))
    if (asked := _BY_DESTINATION.get(headers.get("sec-fetch-dest", "").lower())) is not None:
        return asked
    if "x-requested-with" in headers:
        return "xhr"
    mime = ((entry.response and entry.response.content and entry.response.content.mime_type) or "").lower()
    if not mime and entry.response:
        mime = dict(headers_of(entry.response.headers)).get("content-type", "").lower()
    kind = next((kind for part, kind in _BY_MIME if part in mime), "other")
    if kind == "other" and headers.get("accept", "").startswith("text/html"):
        return "document"
    return kind


def is_navigation(entry: Entry) -> bool:
    """Whether a visitor's own step led here, and not a frame or script of a page."""
    if type_of(entry) != "document" or (entry.request.method or "GET").upper() not in {"GET", "POST"}:
        return False
    destination = dict(headers_of(entry.request.headers)).get("sec-fetch-dest")
    return destination is None or destination.lower() == "document"


def referrer_of(entry: Entry) -> str:
    """Return the Referer header's address, empty where there is none."""
    return dict(headers_of(entry.request.headers)).get("referer", "")


def redirect_of(entry: Entry) -> str:
    """Return the absolute address that a redirect leads to, empty for another answer."""
    status = status_of(entry)
    if entry.response is None or status is None or not 300 <= status < 400:
        return ""
    target = (
        entry.response.redirect_url or dict(headers_of(entry.response.headers)).get("location", "")
    ).strip()
    if not target:
        return ""
    try:
        return plain(urljoin(entry.request.url, target))
    except ValueError:
        return ""


def stack_of(entry: Entry) -> tuple[str, ...]:
    """Return the calls that led to it as ``url:line:column``, nearest first, where the recorder kept them."""
    return tuple(_frames(_initiator(entry)))


def direct_initiators(entry: Entry) -> tuple[str, ...]:
    """Return the addresses that the recorder, else the Referer header, names as its cause, nearest first."""
    named = dict.fromkeys(frame.rsplit(":", 2)[0] for frame in stack_of(entry))
    if not named and (url := _initiator(entry).get("url")):
        named = {plain(str(url)): None}
    if not named and isinstance(entry.initiator, str):
        named = {plain(entry.initiator): None}
    if not named:
        named = {plain(referrer_of(entry)): None}
    return tuple(url for url in named if url.startswith("http"))[:MAX_CHAIN]


def beacon_of(entry: Entry) -> str:
    """Return how a request was sent where its job is to report, else empty."""
    kind = type_of(entry)
    if kind == "ping":
        return "ping"
    if kind != "image" or entry.response is None:
        return ""
    return "pixel" if status_of(entry) == 204 or _is_pixel(entry.response.content) else ""


def sent_messages(entry: Entry) -> Iterator[str]:
    """Yield the texts that a page sent through a WebSocket."""
    for message in entry.messages or ():
        if isinstance(message, dict) and message.get("type") in {"send", "request", "outgoing"}:
            yield str(message.get("data", ""))


def body_of(entry: Entry) -> str:
    """Return the text that a request carried, empty where none was recorded."""
    data = entry.request.post_data
    if data is None:
        return ""
    if isinstance(data.text, str) and data.text:
        return data.text
    pairs = data.params if isinstance(data.params, list) else []
    return "&".join(
        f"{pair.get('name', '')}={pair.get('value', '')}" for pair in pairs if isinstance(pair, dict)
    )


def _initiator(entry: Entry) -> dict[str, Any]:
    for told in (entry.initiator, entry.initiator_detail):
        if isinstance(told, dict):
            return told
        if isinstance(told, str) and told.startswith("{"):
            with contextlib.suppress(ValueError, RecursionError):
                loaded = json.loads(told)
                if isinstance(loaded, dict):
                    return loaded
    return {}


def _frames(initiator: dict[str, Any]) -> Iterator[str]:
    count = 0
    stack = initiator.get("stack")
    while isinstance(stack, dict) and count < 64:
        frames = stack.get("callFrames")
        for frame in frames if isinstance(frames, list) else ():
            url = str(frame.get("url", "")) if isinstance(frame, dict) else ""
            if url.startswith("http"):
                count += 1
                yield f"{plain(url)}:{_number(frame.get('lineNumber')) + 1}:{_number(frame.get('columnNumber')) + 1}"
        stack = stack.get("parent")


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _is_pixel(content: Content | None) -> bool:
    """Whether the recorded picture is at most one pixel wide and high (GIF89a, section 18; PNG, section 11.2.2)."""
    if content is None or not content.text or content.encoding != "base64":
        return False
    try:
        head = base64.b64decode(bytes(content.text)[1:33].ljust(32, b"A"), validate=True)
    except (binascii.Error, ValueError):
        return False
    if head[:4] == b"GIF8":
        width, height = struct.unpack("<HH", head[6:10])
    elif head[:8] == b"\x89PNG\r\n\x1a\n":
        width, height = struct.unpack(">II", head[16:24])
    else:
        return False
    return bool(width <= 1 and height <= 1)
