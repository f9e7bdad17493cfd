"""Write a HAR (HTTP Archive 1.2) of one state pass, entry by entry, so that a long scan holds none of it in memory.

Bodies are not kept: what was sent, to whom, when, with which headers, and what led to it is the evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, urlsplit

import msgspec

from consent.model.categories import ConsentState
from scanner.har.discretion import Discretion
from scanner.har.entries import plain
from scanner.set_cookie import parse_set_cookie

MAX_BYTES = 64 * 1024**2
"""Bytes of one state's recording; what comes after is counted, and said."""
MAX_HEADERS = 200
MAX_VALUE = 8_192

Headers = Iterable[tuple[str, str]]


@dataclass(slots=True)
class Exchange:
    """One request with its answer. Times in Unix seconds and milliseconds, None where unknown; ``status`` 0: no answer.

    ``initiator`` is DevTools' object, ``timing`` its resource timing (milliseconds from ``requestTime``).
    """

    url: str
    method: str
    type: str
    started_s: float
    request_headers: list[tuple[str, str]] = field(default_factory=list)
    response_headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 0
    status_text: str = ""
    protocol: str = ""
    mime_type: str = ""
    address: str = ""
    redirect_url: str = ""
    error: str = ""
    body_size: int = -1
    response_size: int = 0
    time_ms: float = 0.0
    timing: Mapping[str, float] = field(default_factory=dict)
    initiator: Mapping[str, Any] = field(default_factory=dict)


class HarFile:
    """The recording of one state: `add` spools entries to a file beside, `close` puts them in order.

    A folder that cannot be written raises OSError.
    """

    def __init__(self, path: Path, state: ConsentState, discretion: Discretion) -> None:
        self.path = path
        self.left_out = 0
        self._state = state
        self._discretion = discretion
        self._spool: BinaryIO | None = None
        self._size = 0
        self._places: list[tuple[int, float, int, int]] = []

    def add(self, page: int, exchanges: Iterable[Exchange]) -> None:
        """Append what a page (its number in the plan) did."""
        for one in exchanges:
            data = msgspec.json.encode(entry_of(one, page, self._discretion))
            if self._size + len(data) > MAX_BYTES:
                self.left_out += 1
                continue
            if self._spool is None:
                self._spool = self._part.open("w+b")
            self._spool.write(data)
            self._places.append((page, one.started_s, self._size, len(data)))
            self._size += len(data)

    def close(self, pages: Sequence[str], tool: Mapping[str, Any]) -> None:
        """Write the file: ``pages`` are the planned addresses by number, ``tool`` names who recorded."""
        first: dict[int, float] = {}
        for page, started_s, *_ in self._places:
            first[page] = min(started_s, first.get(page, started_s))
        head = {
            "version": "1.2",
            "creator": {"name": "Consentry", "version": str(tool.get("version", ""))},
            "browser": {
                "name": str(tool.get("browser", "")),
                "version": str(tool.get("browser_version", "")),
            },
            "pages": [
                {
                    "id": f"page_{page + 1}",
                    "startedDateTime": _date(first[page]),
                    "title": self._discretion.text(plain(pages[page])),
                    "pageTimings": {"onContentLoad": -1, "onLoad": -1},
                    "_url": self._discretion.text(plain(pages[page])),
                }
                for page in sorted(first)
            ],
            "_consentry": {"state": str(self._state), "left_out": self.left_out},
        }
        text = msgspec.json.encode(head)
        unfinished = self.path.with_name(self.path.name + ".new")
        with unfinished.open("wb") as out:
            out.write(b'{"log":' + text[:-1] + b',"entries":[')
            for number, (_, _, start, size) in enumerate(sorted(self._places)):
                assert self._spool is not None  # noqa: S101 - there are places only where there is a spool
                self._spool.seek(start)
                out.write((b",\n" if number else b"\n") + self._spool.read(size))
            out.write(b"\n]}}\n")
        unfinished.replace(self.path)
        self.discard()

    def discard(self) -> None:
        """Remove what was spooled."""
        if self._spool is not None:
            self._spool.close()
            self._part.unlink(missing_ok=True)
            self._spool = None

    @property
    def _part(self) -> Path:
        return self.path.with_name(self.path.name + ".part")


def har_file(
    folder: Path | None, state: ConsentState, headers: Headers, *, logged_in: bool
) -> HarFile | None:
    """Return the recording of a state in a folder, without what opened the site; None where nothing is recorded."""
    if folder is None:
        return None
    return HarFile(folder / f"{state}.har", state, Discretion.of(headers, logged_in=logged_in))


def entry_of(one: Exchange, page: int, discretion: Discretion) -> dict[str, Any]:
    """Return the exchange as an entry (HAR 1.2, section "entries")."""
    url = discretion.text(plain(one.url))
    sent = [(name, discretion.header(name, value)[:MAX_VALUE]) for name, value in one.request_headers]
    got = [
        (name, line[:MAX_VALUE])
        for name, value in one.response_headers
        # Browsers join the lines of several Set-Cookie headers by a line end.
        for line in discretion.header(name, value).split("\n")
    ]
    timings = _timings(one)
    return {
        "pageref": f"page_{page + 1}",
        "startedDateTime": _date(one.started_s),
        "time": round(
            max(one.time_ms, sum(value for name, value in timings.items() if value > 0 and name != "ssl")), 1
        ),
        "request": {
            "method": one.method,
            "url": url,
            "httpVersion": one.protocol,
            "headers": _pairs(sent),
            "cookies": [
                {"name": cookie.name, "value": cookie.value}
                for name, value in sent
                if name.lower() == "cookie"
                for pair in value.split(";")
                if (cookie := parse_set_cookie(pair.strip())) is not None
            ],
            "queryString": _pairs(_query(url)),
            "headersSize": -1,
            "bodySize": one.body_size,
        },
        "response": {
            "status": one.status,
            "statusText": one.status_text[:200],
            "httpVersion": one.protocol,
            "headers": _pairs(got),
            "cookies": [
                found for name, value in got if name.lower() == "set-cookie" and (found := _cookie(value))
            ],
            "content": {"size": one.response_size, "mimeType": one.mime_type},
            "redirectURL": discretion.text(plain(one.redirect_url)) if one.redirect_url else "",
            "headersSize": -1,
            "bodySize": -1,
        }
        | ({"_error": one.error} if one.error else {}),
        "cache": {},
        "timings": timings,
        "_resourceType": one.type,
        "_initiator": _initiator(one.initiator, discretion),
    } | ({"serverIPAddress": one.address} if one.address else {})


def _pairs(pairs: Headers) -> list[dict[str, str]]:
    return [{"name": name[:MAX_VALUE], "value": value} for name, value in list(pairs)[:MAX_HEADERS]]


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        return []


def _cookie(line: str) -> dict[str, Any] | None:
    cookie = parse_set_cookie(line)
    if cookie is None:
        return None
    found: dict[str, Any] = {
        "name": cookie.name,
        "value": cookie.value,
        "httpOnly": cookie.http_only,
        "secure": cookie.secure,
    }
    further = {"path": cookie.path, "domain": cookie.domain, "sameSite": cookie.same_site}
    return found | {name: value for name, value in further.items() if value}


def _timings(one: Exchange) -> dict[str, float]:
    """Return the phases in milliseconds, -1 for what did not take place (HAR 1.2, section "timings")."""
    given = one.timing

    def between(start: str, end: str) -> float:
        first, last = given.get(start, -1), given.get(end, -1)
        return round(max(0.0, last - first), 2) if first >= 0 and last >= 0 else -1

    if not given:
        return {
            "blocked": -1,
            "dns": -1,
            "connect": -1,
            "ssl": -1,
            "send": 0,
            "wait": max(one.time_ms, 0),
            "receive": 0,
        }
    headers_ms = max(given.get("receiveHeadersEnd", 0), 0)
    return {
        "blocked": -1,
        "dns": between("dnsStart", "dnsEnd"),
        "connect": between("connectStart", "connectEnd"),
        "ssl": between("sslStart", "sslEnd"),
        "send": max(between("sendStart", "sendEnd"), 0),
        "wait": max(between("sendEnd", "receiveHeadersEnd"), 0),
        "receive": round(max(0.0, one.time_ms - headers_ms), 2),
    }


def _initiator(given: Mapping[str, Any], discretion: Discretion) -> dict[str, Any]:
    """Return kind, address and stack of what led to it, with its asynchronous parents, bounded."""
    found: dict[str, Any] = {"type": str(given.get("type", "other"))}
    if given.get("url"):
        found["url"] = discretion.text(plain(str(given["url"])))
    if "lineNumber" in given:
        found["lineNumber"] = given["lineNumber"]
    stack, level = given.get("stack"), found
    name = "stack"
    for _ in range(8):
        if not isinstance(stack, Mapping):
            break
        level[name] = {
            "callFrames": [
                {
                    "functionName": str(frame.get("functionName", ""))[:200],
                    "url": discretion.text(plain(str(frame.get("url", "")))),
                    "lineNumber": frame.get("lineNumber", 0),
                    "columnNumber": frame.get("columnNumber", 0),
                }
                for frame in list(stack.get("callFrames", ()))[:16]
            ]
        }
        level, name, stack = level[name], "parent", stack.get("parent")
    return found


def _date(seconds: float) -> str:
    return (
        dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    )
