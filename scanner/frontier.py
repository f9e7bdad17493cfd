"""Which pages are visited: canonical URLs, breadth first by levels, within the site and robots.txt.

The choice does not depend on timing: the links of a level are taken in the order of its pages and of the links in
them, only once the whole level has been visited. What the site's sitemaps list comes after the links of a level; where not all fit into
the limit, each kind of page is sampled (`scanner.templates`).
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from urllib.parse import (
    parse_qsl,
    quote,
    unquote_to_bytes,
    urldefrag,
    urlencode,
    urljoin,
    urlsplit,
    urlunsplit,
)

import msgspec
from protego import Protego

from scanner.parties import host_of, registrable_domain
from scanner.templates import ranked

ROBOTS_AGENT = "consentry"
MAX_URL = 2048
MAX_ROBOTS = 512 * 1024
"""RFC 9309, section 2.5: at least the first 500 KiB of robots.txt are to be read."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = "-._~"
_SUB_DELIMITERS = "!$&'()*+,;=:@"
_FILES = re.compile(
    r"\.(?:7z|apk|avi|bin|bz2|css|csv|dmg|docx?|eot|epub|exe|gif|gz|ico|ics|iso|jpe?g|js|json|m4[av]|mkv|mov|mp[34]|mpe?g"
    r"|msi|od[pst]|ogg|pdf|png|pptx?|rar|rss|rtf|svg|tar|tgz|tiff?|ttf|txt|wav|webm|webp|wmv|woff2?|xlsx?|xml|zip)$",
    re.IGNORECASE,
)

MAX_CRAWL_DELAY_S = 10.0
"""More between two pages would make hours of an ordinary scan; ``Crawl-delay`` is no part of RFC 9309, but many hosts say it."""

MAX_ROBOTS_HOSTS = 200
"""Hosts of one site whose robots.txt is read; pages of further ones are left out."""

Fetch = Callable[[str], Awaitable["RobotsAnswer"]]
Listed = Callable[[], Awaitable[Iterable[str]]]
"""What the site's sitemaps list; asked once, after the first level."""


class RobotsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a host answered for robots.txt; ``status`` is None where it could not be asked."""

    status: int | None
    text: str = ""


@lru_cache(maxsize=32_768)
def canonical(url: str, base: str = "") -> str | None:
    """Return the one way to write a URL, or None where it is no http(s) page.

    The fragment goes, unless it names a route (``#/`` or ``#!``), and so does a default port; scheme and host are lower case, percent escapes upper case and only where
    needed; the query is sorted by name, tracking parameters kept, since they can change what a page does.
    """
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host or len(url) > MAX_URL:
        return None
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    netloc = f"[{host}]" if ":" in host else host.rstrip(".")
    if port and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    path = quote(unquote_to_bytes(parts.path), safe=f"/{_UNRESERVED}{_SUB_DELIMITERS}") if parts.path else "/"
    if "%2F" in parts.path.upper():  # an escaped slash is not a slash
        path = parts.path
    route = parts.fragment if parts.fragment.startswith(("/", "!")) and len(parts.fragment) > 1 else ""
    return urlunsplit((scheme, netloc, _without_dots(path), _sorted_query(parts.query), route))


def _without_dots(path: str) -> str:
    """Resolve ``.`` and ``..`` (RFC 3986, section 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _sorted_query(query: str) -> str:
    if not query:
        return ""
    if "=" not in query:
        return quote(unquote_to_bytes(query), safe=f"/?{_UNRESERVED}{_SUB_DELIMITERS}")
    pairs = parse_qsl(query, keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    return urlencode(sorted(pairs, key=lambda pair: pair[0]), encoding="utf-8", errors="surrogateescape")


def matches(pattern: str, url: str) -> bool:
    """Whether a glob names a URL: the whole URL where it begins with http, otherwise path and query."""
    if pattern.startswith("http"):
        return fnmatch.fnmatchcase(url, pattern)
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return fnmatch.fnmatchcase(target, pattern if pattern.startswith(("/", "*")) else f"/{pattern}")


class Robots:
    """robots.txt of each host, read once through ``fetch``."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._rules: dict[str, Protego | bool] = {}
        self.notes: list[str] = []
        self.on_delay: Callable[[float], None] = lambda _: None
        """Called with the seconds that a host wants between two pages, at most `MAX_CRAWL_DELAY_S`."""

    async def allows(self, url: str) -> bool:
        """Whether robots.txt lets us visit ``url`` (RFC 9309).

        Section 2.3.1.3: 4xx means there are no rules. Section 2.3.1.4: where it cannot be reached, all is disallowed.
        """
        parts = urlsplit(url)
        rules = await self._of(f"{parts.scheme}://{parts.netloc}")
        return rules if isinstance(rules, bool) else bool(rules.can_fetch(urldefrag(url)[0], ROBOTS_AGENT))

    async def sitemaps(self, origin: str) -> tuple[str, ...]:
        """Return what the ``Sitemap:`` lines of an origin's robots.txt name, in their order."""
        rules = await self._of(origin)
        return () if isinstance(rules, bool) else tuple(rules.sitemaps)

    async def _of(self, origin: str) -> Protego | bool:
        if origin not in self._rules:
            if len(self._rules) >= MAX_ROBOTS_HOSTS:
                note = f"links to more than {MAX_ROBOTS_HOSTS} hosts of the site were not followed"
                self.notes += [] if note in self.notes else [note]
                return False
            answer = await self._fetch(f"{origin}/robots.txt")
            if answer.status is None or answer.status >= 500:
                self._rules[origin] = False
                told = "no answer" if answer.status is None else f"HTTP {answer.status}"
                self.notes.append(
                    f"{origin}/robots.txt: {told}, so links there were not followed (RFC 9309, 2.3.1.4)"
                )
            elif 200 <= answer.status < 300:
                rules = self._rules[origin] = Protego.parse(answer.text[:MAX_ROBOTS])
                self._keep_pace(origin, rules.crawl_delay(ROBOTS_AGENT) or 0.0)
            else:
                self._rules[origin] = True
        return self._rules[origin]

    def _keep_pace(self, origin: str, asked_s: float) -> None:
        if asked_s > 0:
            delay_s = min(asked_s, MAX_CRAWL_DELAY_S)
            self.on_delay(delay_s)
            told = f"{origin}/robots.txt: Crawl-delay {asked_s:g} s"
            kept = (
                "is kept" if delay_s == asked_s else f"is kept as {delay_s:g} s, the most that a scan waits"
            )
            self.notes.append(f"{told} {kept}")


class Frontier:
    """The plan of the crawl. `next_level` gives pages until ``pages`` are planned; `found` takes their links."""

    def __init__(
        self,
        start_url: str,
        *,
        pages: int,
        seeds: Iterable[str] = (),
        include: tuple[str, ...] = (),
        exclude: tuple[str, ...] = (),
        own_hosts: tuple[str, ...] = (),
        robots: Robots | None = None,
        listed: Listed | None = None,
    ) -> None:
        self.planned: list[str] = []
        self.disallowed: set[str] = set()
        self._limit = pages
        self._include = include
        self._exclude = exclude
        self._robots = robots
        self._domains = {registrable_domain(host) for host in (host_of(start_url), *own_hosts)}
        self._known: set[str] = set()
        self._next: list[str] = []
        self._files: list[str] = []
        self._listed: list[str] = []
        self._ask_listed = listed
        for url in dict.fromkeys((start_url, *seeds)):
            plain = canonical(url)
            if plain and plain not in self._known:
                self._known.add(plain)
                self._next.append(plain)
        self._asked_for = set(self._next)  # named by the user: neither globs nor robots.txt keep us from them

    @property
    def not_visited(self) -> int:
        """How many known pages did not fit into the limit."""
        return len(self._next) + len(self._listed) + len(self._files)

    def is_own(self, url: str) -> bool:
        """Whether a URL lies on the site."""
        return registrable_domain(host_of(url)) in self._domains

    def found(self, links: Iterable[str], base: str) -> None:
        """Take the links of one page, in their order."""
        self._sort_in(links, base, self._next)

    def _sort_in(self, links: Iterable[str], base: str, queue: list[str]) -> None:
        for link in links:
            # What the browser tells is absolute; without a base, a link that stands on every page is read once.
            url = canonical(link, "" if link.startswith(("http://", "https://")) else base)
            if url is None or url in self._known or not self.is_own(url):
                continue
            self._known.add(url)
            if self._include and not any(matches(pattern, url) for pattern in self._include):
                continue
            if any(matches(pattern, url) for pattern in self._exclude):
                continue
            # Files come last: a hundred linked PDFs must not use up the pages.
            (self._files if _FILES.search(urlsplit(url).path) else queue).append(url)

    async def next_level(self) -> list[str]:
        """Return the pages to visit now; empty at the end."""
        if self._ask_listed is not None and self.planned and len(self.planned) < self._limit:
            ask, self._ask_listed = self._ask_listed, None
            self._sort_in(await ask(), "", self._listed)
        level: list[str] = []
        for queue in (self._next, self._listed):
            level += await self._take(queue, len(level))
        if not level:
            level = await self._take(self._files, 0)
        self.planned += level
        return level

    async def _take(self, queue: list[str], taken: int) -> list[str]:
        """Move what fits into the limit out of the queue; where not all fits, some of each kind of page."""
        room = self._limit - len(self.planned) - taken
        order = queue if len(queue) <= room else ranked(queue)
        # What the user named comes first, whatever its kind.
        asked = [url for url in queue if url in self._asked_for]
        chosen: set[str] = set()
        dropped: set[str] = set()
        for url in dict.fromkeys((*asked, *order)):
            if len(chosen) >= room:
                break
            if self._robots and url not in self._asked_for and not await self._robots.allows(url):
                dropped.add(url)
            else:
                chosen.add(url)
        self.disallowed |= dropped
        level = [url for url in queue if url in chosen]
        queue[:] = [url for url in queue if url not in chosen and url not in dropped]
        return level
