"""Where a link leads on to, as far as its own address says: plain, percent-encoded, in base64, packed or in JSON.

Nothing is asked. Many counters keep the target to themselves; then there is none to tell. Links that the reader's own mail
system rewrote are undone first, since that is no doing of the sender's.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

from scanner.parties import host_of

GATEWAYS = {
    "safelinks.protection.outlook.com": "Microsoft Defender Safe Links",
    "urldefense.com": "Proofpoint URL Defense",
    "urldefense.proofpoint.com": "Proofpoint URL Defense",
    "linkprotect.cudasvc.com": "Barracuda Link Protection",
}
"""Hosts by which a reader's own mail system checks what he clicks on."""

_URL = re.compile(r"https?://[^\s\"'\\<>{}|^`]+", re.IGNORECASE)
_BARE = re.compile(r"^(?:[a-z0-9-]+\.)+[a-z]{2,24}(?:/[^\s]*)?$", re.IGNORECASE)
_BASE64 = re.compile(r"^[A-Za-z0-9+/_-]{12,}={0,2}$")
_HEX = re.compile(r"^(?:[0-9a-fA-F]{2}){10,}$")
_MAX = 8_000
_MAX_UNPACKED = 32_768


def unwrapped(url: str) -> tuple[str, str]:
    """Return the link as the sender wrote it, and who rewrote it (empty for nobody)."""
    host = host_of(url)
    name = next(
        (told for suffix, told in GATEWAYS.items() if host == suffix or host.endswith("." + suffix)), ""
    )
    if not name:
        return url, ""
    if "/v3/__" in url:  # Proofpoint, version 3: the address stands between two marks
        inner = url.partition("/v3/__")[2].partition("__;")[0]
    else:
        inner = (
            dict(_parameters(url)).get("url")
            or dict(_parameters(url)).get("u")
            or dict(_parameters(url)).get("a", "")
        )
    if "proofpoint.com" in host and "/v2/" in url:  # version 2 writes % as - and / as _
        inner = unquote(inner.replace("-", "%").replace("_", "/"))
    return (inner, name) if _URL.match(inner) else (url, name)


def carried_target(url: str) -> tuple[str, str]:
    """Return the address of another host that a link carries, and how it is written; empty where it carries none."""
    url = url[:_MAX]
    own = host_of(url)
    for value in _values(url):
        for text, encoding in _readings(value):
            found = _URL.search(text)
            target = (
                found[0]
                if found
                else f"https://{text}"
                if encoding == "in the path" and _BARE.match(text)
                else ""
            )
            if target and (host := host_of(target)) and host != own:
                return target.rstrip(".,;)"), encoding
    return "", ""


def _values(url: str) -> Iterator[str]:
    for _, value in _parameters(url):
        yield value
    try:
        path = urlsplit(url).path
    except ValueError:
        return
    after = re.search(r"https?(?:://|%3A)", path, re.IGNORECASE)
    if after:
        yield path[after.start() :]
    for segment in path.split("/"):
        if len(segment) >= 8:
            yield segment


def _readings(value: str) -> Iterator[tuple[str, str]]:
    """Yield what a value may say, plain first."""
    plain = value
    for _ in range(3):
        if _URL.match(plain):
            yield plain, "plain" if plain == value else "percent-encoded"
            return
        again = unquote(plain)
        if again == plain:
            break
        plain = again
    if plain.startswith(("{", "[")):
        yield plain, "in JSON"
    if plain.startswith("www."):
        yield plain, "in the path"
    bare = plain.rstrip("=")
    if _BASE64.match(plain):
        yield from _unpacked(_decoded(bare))
    if _HEX.match(plain):
        yield from ((text, "hex") for text, _ in _unpacked(bytes.fromhex(plain)))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""


def _unpacked(data: bytes) -> Iterator[tuple[str, str]]:
    if data[:1] == b"\x78":
        try:
            data = zlib.decompressobj().decompress(data, _MAX_UNPACKED)
        except zlib.error:
            return
        yield data.decode("utf-8", "replace").replace("\\/", "/"), "base64, packed"
        return
    text = data.decode("utf-8", "replace").replace("\\/", "/")
    if "http" in text:
        yield unquote(text) if "%3A%2F%2F" in text.upper() else text, "base64"


def _parameters(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, max_num_fields=200)
    except ValueError:
        return []
