"""Small recordings for tests: `entry` makes one exchange, `har` the file around them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SHOP = "https://www.shop.example/"


def pairs(**headers: str) -> list[dict[str, str]]:
    """Headers by name, with underscores for hyphens; several lines of one header are joined by newlines."""
    return [
        {"name": name.replace("_", "-"), "value": line}
        for name, value in headers.items()
        for line in value.split("\n")
    ]


def entry(
    url: str = SHOP,
    *,
    at: float = 0.0,
    sent: dict[str, str] | None = None,
    got: dict[str, str] | None = None,
    sent_cookies: list[dict[str, Any]] | None = None,
    set_cookies: list[dict[str, Any]] | None = None,
    status: int = 200,
    mime: str = "text/html",
    to: str = "",
    **more: Any,
) -> dict[str, Any]:
    """One exchange that began ``at`` seconds after noon; ``to`` is where it redirects."""
    return {
        "startedDateTime": f"2026-03-02T12:00:{at:06.3f}Z",
        "time": 10,
        "request": {
            "method": "GET",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": pairs(**(sent or {})),
            "cookies": sent_cookies or [],
            "queryString": [],
            "headersSize": -1,
            "bodySize": 0,
        },
        "response": {
            "status": 302 if to else status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": pairs(**(got or {})),
            "cookies": set_cookies or [],
            "content": {"size": 5, "mimeType": mime, "text": "hello"},
            "redirectURL": to,
            "headersSize": -1,
            "bodySize": 5,
        },
        "cache": {},
        "timings": {"send": 1, "wait": 8, "receive": 1},
    } | more


def har(*entries: dict[str, Any], pages: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A file of these entries."""
    log = {"version": "1.2", "creator": {"name": "tests", "version": "1"}, "entries": list(entries)} | more
    return {"log": log | ({"pages": pages} if pages is not None else {})}


def written(folder: Path, content: Any, name: str = "recording.har") -> Path:
    """The file on disk; ``content`` is an object, a text or bytes."""
    path = folder / name
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content)).encode()
    path.write_bytes(content)
    return path
