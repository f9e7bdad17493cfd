"""A file that is served from memory, in every encoding, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import brotli

from consent.banner import Banner
from widget import render

JAVASCRIPT = "text/javascript; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in each encoding; ``headers`` has for each the entity's own headers. ``sha256`` is hex."""

    sha256: str
    bodies: dict[str, bytes]
    headers: dict[str, tuple[tuple[str, str], ...]]
    etags: frozenset[str]


def asset_of(content: bytes, content_type: str) -> Asset:
    """Compress once, as hard as it goes. Each encoding has its own strong ETag (RFC 9110, 8.8.3.3)."""
    digest = hashlib.sha256(content).hexdigest()
    bodies = {
        "br": brotli.compress(content, quality=11),
        "gzip": gzip.compress(content, compresslevel=9, mtime=0),
        "": content,
    }
    headers: dict[str, tuple[tuple[str, str], ...]] = {}
    etags = set()
    for encoding in bodies:
        etag = f'"{digest[:32]}{"-" if encoding else ""}{encoding}"'
        etags.add(etag)
        own = (("Content-Type", content_type), ("ETag", etag), ("Vary", "Accept-Encoding"))
        headers[encoding] = (*own, ("Content-Encoding", encoding)) if encoding else own
    return Asset(digest, bodies, headers, frozenset(etags))


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """Return the best encoding that an Accept-Encoding header allows (RFC 9110, 12.5.3): br, gzip or none."""
    allowed: dict[str, bool] = {}
    for part in accepted.lower().split(","):
        name, _, parameters = part.partition(";")
        weight = parameters.replace(" ", "").removeprefix("q=")
        allowed[name.strip()] = weight.strip("0.") != "" or not parameters
    return next((one for one in ("br", "gzip") if allowed.get(one, allowed.get("*", False))), "")


def script_asset(banner: Banner) -> Asset:
    """Return the widget with this configuration."""
    return asset_of(render.script(banner.config).encode(), JAVASCRIPT)
