"""The bytes of a message (RFC 5322) to its headers and its text, within bounds: who wrote it is a stranger.

A message that nests without end, names a character set that nobody knows or holds broken base64 is read as far as it goes,
and the notes say how far that was.
"""

from __future__ import annotations

import base64
import codecs
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as Part
from email.utils import getaddresses

from consent.model.errors import ConfigError

LARGEST = 100 * 1024 * 1024
"""Bytes of one message; providers take 25 to 150 MB with all attachments."""
MAX_PARTS = 200
MAX_DEPTH = 40
MAX_TEXT = 5_000_000
"""Characters of HTML, and of plain text, of one message."""
MAX_HEADERS = 500
MAX_HEADER = 20_000

_HTML = {"text/html", "text/x-amp-html"}
_SHOWN = {*_HTML, "text/plain"}
_BOUNDARY = re.compile(rb'boundary\s*=\s*["\']?[^\s"\';]', re.IGNORECASE)
_HEADER_LINE = re.compile(rb"^[A-Za-z0-9_-]+[ \t]*:", re.MULTILINE)
_RECIPIENTS = (
    "to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to",
    "x-forwarded-to",
)  # fmt: skip


@dataclass(slots=True)
class Parts:
    """What is in a message: headers with their names as written, HTML and plain text, and what could not be read."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    readable: bool = True

    def values(self, name: str) -> list[str]:
        """Return the values of every header of that name (lower case)."""
        return [value for key, value in self.headers if key.lower() == name]

    def first(self, name: str) -> str:
        """Return the first value of that name, empty where there is none."""
        return next(iter(self.values(name)), "")

    def addresses(self, *names: str) -> list[tuple[str, str]]:
        """Return the display names and addresses (lower case) of those headers."""
        found = [one for name in names for value in self.values(name) for one in getaddresses([value])]
        return [(name, address.strip().lower()) for name, address in found[:100] if "@" in address]

    def recipients(self) -> list[tuple[str, str]]:
        """Return the display names and addresses of those who got it, each address once."""
        found: dict[str, str] = {}
        for name, address in self.addresses(*_RECIPIENTS):
            found[address] = found.get(address) or name
        return [(name, address) for address, name in found.items()]


def parts_of(data: bytes, name: str) -> Parts:
    """Read a message; ``name`` is its file's. Raises `ConfigError` for what is too large or no message."""
    if len(data) > LARGEST:
        raise ConfigError(
            f"{name}: is larger than {LARGEST:,} bytes.",
            hint="Save the message without its attachments.",
        )
    head = data[:65_536].lstrip(b"\r\n")
    if not _HEADER_LINE.match(head.partition(b"\n")[2] if head.startswith(b"From ") else head):
        raise ConfigError(
            f"{name}: is no e-mail message: expected header lines such as “From: …” first.",
            hint="Save the message with its source (.eml), as “Show original” or “Save as” does.",
        )
    found = Parts()
    if len(_BOUNDARY.findall(data)) > MAX_PARTS:
        found.notes.append(f"it has more than {MAX_PARTS} nested parts: only its headers were read")
        found.readable = False
        data = data.partition(b"\r\n\r\n" if b"\r\n\r\n" in head else b"\n\n")[0]
    try:
        # compat32 keeps headers as they came; the newer policy parses them, and stumbles over some that strangers write.
        message = email.message_from_bytes(data, policy=policy.compat32)
    except (RecursionError, MessageError, ValueError, LookupError) as error:
        raise ConfigError(
            f"{name}: cannot be read as a message: {type(error).__name__}.",
            hint="Save it once more from the mail program.",
        ) from error
    found.headers = list(_headers(message, found))
    if found.readable:
        _walk(message, found)
    return found


def _headers(message: Part, found: Parts) -> Iterator[tuple[str, str]]:
    for number, (name, value) in enumerate(message.raw_items()):
        if number == MAX_HEADERS:
            found.notes.append(f"it has more than {MAX_HEADERS} header lines: the rest was left out")
            return
        yield name[:200], decoded(str(value)[:MAX_HEADER])


def decoded(value: str) -> str:
    """Return a header's text with its encoded words (RFC 2047) undone; broken ones stay as they are."""
    value = re.sub(r"\r?\n[ \t]*", " ", value)
    if "=?" not in value:
        return value.encode("utf-8", "replace").decode("utf-8", "replace")
    try:
        pieces = decode_header(value)
    except (ValueError, LookupError, MessageError):
        return value.encode("utf-8", "replace").decode("utf-8", "replace")
    joined = []
    for piece, charset in pieces:
        joined.append(piece if isinstance(piece, str) else _text(piece, charset or "ascii")[0])
    return "".join(joined).encode("utf-8", "replace").decode("utf-8", "replace")


def _walk(message: Part, found: Parts) -> None:
    """Take the text of each part that is shown, without recursion: depth is the sender's to choose."""
    waiting: list[tuple[Part, int]] = [(message, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if seen > MAX_PARTS or depth > MAX_DEPTH:
            found.notes.append(
                f"it has more than {MAX_PARTS} parts, or they nest too deep: the rest was left out"
            )
            found.readable = bool(found.html or found.text)
            return
        kind = part.get_content_type()
        payload = part.get_payload()
        if kind == "message/rfc822":
            found.notes.append(
                "a message that is attached to it was left out: save that by itself to read it"
            )
        elif isinstance(payload, list):
            waiting[:0] = [(one, depth + 1) for one in payload[: MAX_PARTS + 1] if isinstance(one, Part)]
        elif kind in _SHOWN and not _is_attached(part):
            _take(part, kind, found)


def _is_attached(part: Part) -> bool:
    return str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment")


def _take(part: Part, kind: str, found: Parts) -> None:
    try:
        data = part.get_payload(decode=True)
    except (ValueError, LookupError, MessageError) as error:
        found.notes.append(f"a part ({kind}) could not be decoded: {type(error).__name__}")
        return
    raw = data if isinstance(data, bytes) else b""
    if any("Base64" in type(defect).__name__ for defect in part.defects):
        raw = _base64(str(part.get_payload()))
        found.notes.append(f"a part ({kind}) holds broken base64: it was read as far as it goes")
    text, note = _text(raw, str(part.get_content_charset("utf-8")))
    if note:
        found.notes.append(f"a part ({kind}) {note}")
    where = found.html if kind in _HTML else found.text
    room = MAX_TEXT - sum(map(len, where))
    if len(text) > room:
        found.notes.append(f"it has more than {MAX_TEXT:,} characters of {kind}: the rest was left out")
    if room > 0:
        where.append(text[:room])


def _base64(text: str) -> bytes:
    """Decode what base64 has of whole groups of four; everything else is left out."""
    bare = re.sub(r"[^A-Za-z0-9+/]", "", text)
    return base64.b64decode(bare[: len(bare) // 4 * 4])


def _text(data: bytes, charset: str) -> tuple[str, str]:
    """Return the text of bytes, and a note where their character set is not known."""
    note = ""
    try:
        name = codecs.lookup(charset.strip("\"' ")).name
        if name in {"ascii", "iso8859-1"}:
            name = (
                "cp1252"  # what is said to be ASCII or Latin-1 often is Windows'; the ASCII half is the same
            )
        return data.decode(name, "replace"), note
    except (LookupError, ValueError):  # unknown, or no text encoding (a NUL in its name, hex, rot13)
        note = f"names a character set that is not known ({charset[:40]!r}): it was read as UTF-8"
        return data.decode("utf-8", "replace"), note
