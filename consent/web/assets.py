"""A file that is served from memory, in every encoding, compressed once."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache

import brotli
import zopfli.gzip

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

    @property
    def name_hash(self) -> str:
        """The digits that stand in the name of the immutable file."""
        return self.sha256[: render.NAME_DIGITS]


@lru_cache(maxsize=512)
def _small_gzip(content: bytes) -> bytes:
    """Return the smallest gzip that there is: 2 to 3 % below level 9, for some 30 ms of a processor for each file of a widget.

    Sites with the same settings share files, and what is published again is mostly what stood: each is compressed once.
    """
    body: bytes = zopfli.gzip.compress(content)
    return body


def asset_of(content: bytes, content_type: str, *, smallest: bool = False) -> Asset:
    """Compress once, as hard as it goes; ``smallest`` spends more time, for what very many visitors load.

    Each encoding has its own strong ETag (RFC 9110, 8.8.3.3).
    """
    digest = hashlib.sha256(content).hexdigest()
    bodies = {
        "br": brotli.compress(content, quality=11),
        "gzip": _small_gzip(content) if smallest else gzip.compress(content, compresslevel=9, mtime=0),
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


def widget_assets(banner: Banner) -> tuple[Asset, dict[str, Asset]]:
    """Return the widget with this configuration, and the files beside it that it loads, by the hash in their names."""
    bundle = render.bundle(banner.config)
    parts = [asset_of(content.encode(), JAVASCRIPT, smallest=True) for content in bundle.parts.values()]
    return asset_of(bundle.script.encode(), JAVASCRIPT, smallest=True), {
        part.name_hash: part for part in parts
    }
