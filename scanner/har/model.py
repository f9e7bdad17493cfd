"""Read a HAR file (HTTP Archive 1.1 and 1.2) into plain entries, whoever wrote it.

Browsers, proxies and test tools agree on little but the outline, so that nearly every field may be missing, null or of
another type here; only an entry without an address is left out, and said. Bodies are skipped while reading: they are most
of a recording and nothing is judged by them, but for the first bytes of a picture.
"""

from __future__ import annotations

import codecs
import datetime as dt
import gzip
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from consent.model.errors import ConfigError

MAX_FILE = 256 * 1024**2
"""Bytes of a recording, unpacked. It is held in memory once while it is read; the entries take a tenth of it."""

MAX_NOTES = 20
_EXPORT = "Export it again: in the browser's network panel, as HAR."
_GZIP = b"\x1f\x8b"
_SURROGATES = re.compile(
    rb"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
"""A backslash, a pair, or half of one (the group), as JSON escapes them."""


class Pair(msgspec.Struct):
    """A header or parameter."""

    name: str | None = None
    value: Any = None


class HarCookie(msgspec.Struct, rename="camel"):
    """A cookie as the recorder understood it; ``expires`` is a date, a number or nothing, by its taste."""

    name: str | None = None
    value: Any = None
    path: str | None = None
    domain: str | None = None
    expires: Any = None
    http_only: bool | None = None
    secure: bool | None = None
    same_site: str | None = None


class Content(msgspec.Struct, rename="camel"):
    """A response's body: what it is, and its text as it stands in the file, not read."""

    mime_type: str | None = None
    size: int | float | None = None
    text: msgspec.Raw = msgspec.Raw()
    encoding: str | None = None


class PostData(msgspec.Struct, rename="camel"):
    """A request's body."""

    mime_type: str | None = None
    text: Any = None
    params: Any = None


class HarRequest(msgspec.Struct, rename="camel"):
    """A request."""

    url: str
    method: str | None = None
    headers: list[Pair] | dict[str, Any] | None = None
    cookies: list[HarCookie] | None = None
    post_data: PostData | None = None


class HarResponse(msgspec.Struct, rename="camel"):
    """A response; status 0 where there was none."""

    status: int | float | str | None = None
    headers: list[Pair] | dict[str, Any] | None = None
    cookies: list[HarCookie] | None = None
    content: Content | None = None
    redirect_url: str | None = msgspec.field(default=None, name="redirectURL")
    error: str | None = msgspec.field(default=None, name="_error")
    body_size: int | float | None = None


class Entry(msgspec.Struct, rename="camel"):
    """One exchange; names with an underscore are what one recorder adds to the format."""

    request: HarRequest
    response: HarResponse | None = None
    pageref: str | int | None = None
    started_date_time: str | None = None
    resource_type: str | None = msgspec.field(default=None, name="_resourceType")
    initiator: Any = msgspec.field(default=None, name="_initiator")
    initiator_detail: Any = msgspec.field(default=None, name="_initiator_detail")
    messages: list[dict[str, Any]] | None = msgspec.field(default=None, name="_webSocketMessages")
    web_socket: Any = msgspec.field(default=None, name="_webSocket")

    @property
    def started_s(self) -> float | None:
        """When it began, in Unix seconds."""
        return unix_s(self.started_date_time)


class HarPage(msgspec.Struct, rename="camel"):
    """One page of the recording."""

    id: str | int | None = None
    title: str | None = None
    started_date_time: str | None = None
    url: str | None = msgspec.field(default=None, name="_url")


class Program(msgspec.Struct):
    """What recorded."""

    name: str | None = None
    version: str | int | float | None = None

    def __str__(self) -> str:
        return f"{self.name or ''} {self.version or ''}".strip()


class _Log(msgspec.Struct):
    entries: list[msgspec.Raw]
    version: str | int | float | None = None
    creator: Program | None = None
    browser: Program | None = None
    pages: list[HarPage] | None = None
    own: dict[str, Any] | None = msgspec.field(default=None, name="_consentry")


class _File(msgspec.Struct):
    log: _Log


@dataclass
class Recording:
    """A HAR file as read: ``entries`` in the order of their times, ``own`` what an evidence pack of ours says of itself."""

    entries: list[Entry]
    pages: list[HarPage]
    creator: str = ""
    browser: str = ""
    version: str = ""
    own: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: int = 0


def read_har(path: Path) -> Recording:
    """Read a recording, packed by gzip or not; raises `ConfigError` that names the file and what is wrong where."""
    data = _bytes_of(path)
    try:
        log = _log_of(data)
    except msgspec.ValidationError as error:
        raise ConfigError(
            f"{path}: is no HAR: {error}.",
            hint="Expected an object with log.entries (HTTP Archive 1.2). " + _EXPORT,
        ) from error
    except msgspec.DecodeError as error:
        raise _malformed(path, data, error) from error
    if not log.entries:
        raise ConfigError(f"{path}: log.entries is empty: nothing was recorded.", hint=_EXPORT)
    recording = Recording(
        entries=[],
        pages=log.pages or [],
        creator=str(log.creator or ""),
        browser=str(log.browser or ""),
        version=str(log.version or ""),
        own=log.own or {},
    )
    for number, raw in enumerate(log.entries):
        try:
            recording.entries.append(_entry(raw))
        except (msgspec.MsgspecError, RecursionError) as error:
            recording.left_out += 1
            if len(recording.notes) < MAX_NOTES:
                recording.notes.append(f"entry {number} of the recording is left out: {error}"[:300])
    if not recording.entries:
        raise ConfigError(f"{path}: no entry can be read: {recording.notes[0]}.", hint=_EXPORT)
    # Some recorders write in the order of the answers. Without a time, an entry keeps its place.
    last = 0.0
    keys = []
    for entry in recording.entries:
        last = entry.started_s if entry.started_s is not None else last
        keys.append(last)
    order = sorted(range(len(keys)), key=keys.__getitem__)
    recording.entries = [recording.entries[index] for index in order]
    return recording


def _entry(raw: msgspec.Raw) -> Entry:
    try:
        return msgspec.json.decode(raw, type=Entry, strict=False)
    except UnicodeDecodeError:
        return msgspec.json.decode(bytes(raw).decode("utf-8", "replace"), type=Entry, strict=False)


def _log_of(data: bytes) -> _Log:
    try:
        return msgspec.json.decode(data, type=_File, strict=False).log
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        # Bodies of responses may hold half a surrogate pair or a byte that is no text; browsers export them as they are.
        mended = data.decode("utf-8", "replace").encode()
        mended = _SURROGATES.sub(lambda match: b"\\ufffd" if match[1] else match[0], mended)
        if mended == data:
            raise
        return msgspec.json.decode(mended, type=_File, strict=False).log


def _bytes_of(path: Path) -> bytes:
    """Return the file's JSON as UTF-8 without a byte order mark."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
        if data.startswith(_GZIP):
            with gzip.open(path) as packed:
                data = packed.read(MAX_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        told = getattr(error, "strerror", None) or str(error)
        raise ConfigError(
            f"{path}: cannot be read: {told}.", hint="Give a HAR file, as it is or packed by gzip."
        ) from error
    if len(data) > MAX_FILE:
        raise ConfigError(
            f"{path}: is larger than {MAX_FILE // 1024**2} MiB.",
            hint="Record fewer pages, or export the recording without the contents of the responses.",
        )
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            data = data[len(mark) :] if encoding == "utf-8" else data.decode(encoding, "replace").encode()
            break
    if not data.strip():
        raise ConfigError(f"{path}: is empty.", hint=_EXPORT)
    return data


def _malformed(path: Path, data: bytes, error: msgspec.DecodeError) -> ConfigError:
    """Say where the JSON ends being JSON."""
    told = str(error)
    if "truncated" in told:
        line = data.count(b"\n") + 1
        return ConfigError(
            f"{path}: the recording is cut off after byte {len(data)} (line {line}), in the middle of its JSON.",
            hint="Wait until the export is done, or copy the whole file again.",
        )
    return ConfigError(f"{path}: is no HAR: {told}.", hint="Expected JSON with log.entries. " + _EXPORT)


def unix_s(text: str | float | None) -> float | None:
    """Return the Unix seconds of an ISO 8601 date, None where it is none; a date without a zone is UTC."""
    if not isinstance(text, str) or not text:
        return None
    try:
        when = dt.datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def headers_of(given: list[Pair] | dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return headers as (name in lower case, value); pseudo-headers of HTTP/2 are among them."""
    if isinstance(given, dict):
        return [(str(name).lower(), str(value)) for name, value in given.items()]
    return [
        (pair.name.strip().lower(), "" if pair.value is None else str(pair.value))
        for pair in given or ()
        if pair.name
    ]
