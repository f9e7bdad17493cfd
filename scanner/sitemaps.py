"""The pages that a site lists itself: sitemaps, indexes of sitemaps and plain lists, packed by gzip or not.

The format is that of sitemaps.org. What is read was written by a stranger, so that bytes, files, depth and pages are
bounded, and XML with a document type is refused by `defusedxml`: entities that unfold without end, or that read files,
need one. Libraries for sitemaps fetch by themselves, past the browser that knows where hosts are; so only the reading is
done here.
"""

from __future__ import annotations

import io
import zlib
from collections import deque
from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from scanner.frontier import Robots, canonical
from scanner.small_files import Fetch

MAX_FILE = 16 * 1024**2
"""Bytes of one file, unpacked; 50,000 addresses, the most that the format allows, take about 10 MiB."""
MAX_TOTAL = 64 * 1024**2
MAX_FILES = 50
MAX_DEPTH = 3
"""Sitemaps within indexes; the format has one level of indexes, some sites nest them."""
MAX_PAGES = 50_000
_GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """One file: the pages and the further sitemaps that it names; ``fault`` says why it was not read to its end.

    ``size`` is in bytes, unpacked.
    """

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    fault: str = ""
    size: int = 0


def parse(data: bytes, limit: int = MAX_FILE) -> Sitemap:
    """Read one file; whatever is wrong with it, what came before that counts."""
    fault = ""
    if data.startswith(_GZIP):
        try:
            unpacker = zlib.decompressobj(_GZIP_WINDOW)
            data = unpacker.decompress(data, limit)
        except zlib.error:
            return Sitemap(fault="it is not gzip, though it begins like it")
        if unpacker.unconsumed_tail:
            fault = f"it is longer than {limit} bytes"
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    read = _xml(text) if text.startswith(b"<") else _lines(text)
    return msgspec.structs.replace(read, fault=fault or read.fault, size=len(data))


def _lines(text: bytes) -> Sitemap:
    """Read a plain list, one address a line."""
    words = text.decode("utf-8", errors="replace").split()
    return Sitemap(
        pages=tuple(word for word in words if word.startswith(("http://", "https://")))[:MAX_PAGES]
    )


def _xml(text: bytes) -> Sitemap:
    named: dict[str, list[str]] = {"url": [], "sitemap": []}
    parents: list[Element] = []
    fault = ""
    try:
        for event, element in iterparse(io.BytesIO(text), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            if not parents:
                break
            inside = _local(parents[-1].tag)
            if inside not in named:
                parents[-1].remove(element)  # else the whole file would stay in memory
            elif _local(element.tag) == "loc" and element.text:
                named[inside].append(element.text.strip())
                if len(named[inside]) >= MAX_PAGES:
                    fault = f"it names {MAX_PAGES} addresses or more"
                    break
    except ParseError as error:
        fault = f"it is no well-formed XML: {error}"
    except DefusedXmlException:
        fault = "it has a document type, which a sitemap has no use for"
    return Sitemap(pages=tuple(named["url"]), sitemaps=tuple(named["sitemap"]), fault=fault)


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


class Sitemaps:
    """Reads the sitemaps of one origin; ``notes`` tells what was left out, and why."""

    def __init__(
        self, origin: str, fetch: Fetch, robots: Robots | None, *, is_own: Callable[[str], bool]
    ) -> None:
        self._origin = origin
        self._default = f"{origin}/sitemap.xml"
        self._fetch = fetch
        self._robots = robots
        self._is_own = is_own
        self.notes: list[str] = []

    async def pages(self) -> list[str]:
        """Return the listed pages in their order, each once: those of robots.txt's sitemaps, else of /sitemap.xml."""
        waiting = deque((url, 1) for url in await self._first())
        known: set[str] = set()
        found: dict[str, None] = {}
        left = MAX_TOTAL
        while waiting:
            named, depth = waiting.popleft()
            url = canonical(named, self._origin)
            if url is None or url in known:
                continue
            if not self._is_own(url):
                self._note(url, "not read, since it lies on another site")
                continue
            if len(known) >= MAX_FILES or left <= 0 or len(found) >= MAX_PAGES:
                self.notes.append(f"sitemaps: {len(waiting) + 1} were left unread: the site has too many")
                break
            known.add(url)
            read = await self._read(url, min(MAX_FILE, left))
            left -= read.size
            found.update(dict.fromkeys(read.pages))
            if depth < MAX_DEPTH:
                waiting += [(inner, depth + 1) for inner in read.sitemaps]
            elif read.sitemaps:
                self._note(url, "its own sitemaps are nested too deep")
        return list(found)[:MAX_PAGES]

    async def _first(self) -> tuple[str, ...]:
        named = await self._robots.sitemaps(self._origin) if self._robots else ()
        if named or self._robots is None or await self._robots.allows(self._default):
            return named or (self._default,)
        return ()

    async def _read(self, url: str, limit: int) -> Sitemap:
        answer = await self._fetch(url, limit)
        if answer.status is None or answer.status >= 300:
            if url != self._default:  # a site need not have that one
                self._note(url, "no answer" if answer.status is None else f"HTTP {answer.status}")
            return Sitemap()
        read = parse(answer.body, limit)
        fault = f"it is longer than {limit} bytes" if answer.cut else read.fault
        if fault:
            self._note(url, fault)
        return read

    def _note(self, url: str, text: str) -> None:
        self.notes.append(f"sitemap {url[:200]}: {text}")
