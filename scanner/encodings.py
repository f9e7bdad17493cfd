"""How one value looks on its way out: percent-encoded, in base64 or hex, as a hash, compressed, inside JSON.

Values are looked for and never shown. Everything is bounded: what is searched was written by a hostile page.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

MAX_TEXT = 65_536
"""Characters of one address or body that are searched."""
MIN_TOKEN = 8
_MAX_TOKENS = 4_000
_MAX_DEPTH = 3
_HASHES = ("md5", "sha1", "sha256", "sha512")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_TOKEN = re.compile(r"[A-Za-z0-9+/_.~-]{8,}={0,2}")
_PARTS = re.compile(r"[.~/+-]+")


def hashes_of(value: str) -> dict[str, str]:
    """Return the hashes by which services pass a value on, in lower-case hex and base64: spelling to its name."""
    found = {}
    for name in _HASHES:
        digest = hashlib.new(name, value.encode("utf-8", "replace"), usedforsecurity=False).digest()
        found[digest.hex()] = name
        found[base64.b64encode(digest).decode().rstrip("=")] = f"{name} in base64"
    return found


def spellings_of(core: str, whole: str = "") -> dict[str, str]:
    """Return how text may be spelled inside other text: spelling to the encoding's name.

    ``core`` is looked for in plain, hex and base64 (at each of the three alignments that it can have), and ``whole``
    (the core by default) as a hash.
    """
    data = core.encode()
    found = {core: "plain", data.hex(): "hex"}
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).decode().rstrip("=")
        # The first characters mix with what stands before, the last with what follows.
        start = (before * 8 + 5) // 6
        end = (before + len(data)) * 8 // 6
        found[encoded[start:end]] = "base64"
    return found | hashes_of(whole or core)


def find_spelling(text: str, spellings: dict[str, str]) -> str:
    """Return the encoding's name of the first spelling that ``text`` holds, empty for none."""
    text = text[:MAX_TEXT]
    plain = unquote_plus(text)
    folded = plain.lower()
    flat = unquote(text).replace("-", "+").replace("_", "/")
    for spelling, name in spellings.items():
        if name == "plain" and spelling in text:
            return "plain"
        if spelling in plain or spelling in flat or (name != "base64" and spelling.lower() in folded):
            return "percent-encoded" if name == "plain" and "%" in text else name
    return ""


def body_text(data: bytes) -> str:
    """Return a request's body as text, decompressed where it is gzip or zlib; at most `MAX_TEXT` characters."""
    if data[:2] == b"\x1f\x8b" or data[:1] == b"\x78":
        with contextlib.suppress(zlib.error):
            data = zlib.decompressobj(wbits=47).decompress(data[:MAX_TEXT], MAX_TEXT)
    return data[:MAX_TEXT].decode("utf-8", "replace")


def tokens_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of an address or a body that could be a value, each with the encoding that hid it.

    A word is told whole and in its parts; percent-encoding, JSON's own escapes and base64 are undone, also inside one
    another.
    """
    count = 0
    queue = [(text[:MAX_TEXT], "plain", 0)]
    while queue:
        here, encoding, depth = queue.pop()
        if "%" in here and depth < _MAX_DEPTH:
            decoded = unquote_plus(here)
            if decoded != here:
                queue.append((decoded, encoding, depth + 1))
        for match in _TOKEN.finditer(here):
            token = match[0].strip("=")
            for word in (token, *(part for part in _PARTS.split(token) if len(part) >= MIN_TOKEN)):
                count += 1
                if count > _MAX_TOKENS:
                    return
                yield word, encoding
            if depth < _MAX_DEPTH and _BASE64.fullmatch(match[0]) and (inner := _unpacked(match[0])):
                queue.append((inner, "base64", depth + 1))


def _unpacked(token: str) -> str:
    """Return the text that base64 holds, empty where it is none."""
    bare = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        text = base64.b64decode(bare + "=" * (-len(bare) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if text.isprintable() else ""
