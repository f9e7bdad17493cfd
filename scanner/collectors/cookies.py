"""Cookies: what the browser's own jar holds, who set each, and which ones the browser refused.

Three sources are joined. The jar (``context.cookies()``) is the truth about what is stored, HttpOnly and partitioned
cookies included. Set-Cookie headers come from DevTools, of every redirect hop. Writes of scripts come from a hook with
the writer's stack. A cookie in the jar that neither source explains was set where no hook runs: by the service worker of
its site, where there is just one, else "unknown".
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError

from scanner.browser.jar import ContextJar
from scanner.browser.targets import TargetGone
from scanner.collectors import BaseCollector, Watched
from scanner.observations import Observation
from scanner.parties import host_of
from scanner.request_log import without_query
from scanner.set_cookie import MAX_LIFETIME_S, SetCookie, default_path, parse_set_cookie
from scanner.stacks import places_of, scripts_of

_MAX_VALUE = 4096
_MAX_EVENTS = 50_000

Key = tuple[str, str, str, bool]
"""Name, domain without its leading dot, path, partitioned."""


@dataclass(slots=True)
class _Write:
    """One time that a cookie was set, or that the browser refused to."""

    page: int
    cookie: SetCookie
    key: Key
    via: str
    initiators: tuple[str, ...]
    time_ms: float
    wall_s: float
    after_action: bool
    source: str
    stack: tuple[str, ...] = ()
    stored: bool | None = None
    refused: tuple[str, ...] = ()


class CookiesCollector(BaseCollector):
    """One observation per cookie; two where it was set both before and after the consent action."""

    id = "cookies"
    script = "cookies.js"
    entry = _Write

    def __init__(self, scene: Any) -> None:
        super().__init__(scene)
        self._script_writes: list[_Write] = []
        self._context_id = ""
        self._workers: set[str] = set()
        self._early: frozenset[Key] = frozenset()

    def apply(self, page: int, entry: _Write) -> None:
        """Remember one write of a script."""
        del page
        self._script_writes.append(entry)

    def watch(self, watched: Watched) -> None:
        """Listen to what scripts write."""
        watched.on_record("cookie", lambda record: self._written(watched, record))

    async def settled(self, watched: Watched) -> None:
        """Learn by which id DevTools knows this context, which workers run, and what was stored before the action."""
        self._workers |= {worker.url for worker in self.scene.context.service_workers}
        if not self.scene.acted:
            self._early = frozenset(_jar_key(cookie) for cookie in await self.scene.context.cookies())
        if not self._context_id and not watched.targets.hung:
            with contextlib.suppress(TargetGone):
                told = await watched.targets.send("Target.getTargetInfo")
                self._context_id = str(told["targetInfo"].get("browserContextId", ""))

    async def finish(self) -> list[Observation]:
        """Join the jar with who set what."""
        jar = {_jar_key(cookie): dict(cookie) for cookie in await self.scene.context.cookies()}
        for key, further in (await self._further_attributes()).items():
            if key in jar:
                jar[key] |= further
        writes = [*self._header_writes(), *self._script_writes]
        groups: dict[tuple[Key, bool], list[_Write]] = {}
        refused: dict[tuple[Key, tuple[str, ...], bool], list[_Write]] = {}
        for write in writes:
            if write.refused:
                refused.setdefault((write.key, write.refused, write.after_action), []).append(write)
            elif write.stored is False and write.key not in jar:
                reasons = ("NotStored",)
                if not _is_deletion(write):
                    refused.setdefault((write.key, reasons, write.after_action), []).append(write)
            elif not _is_deletion(write):
                groups.setdefault((write.key, write.after_action), []).append(write)
        seen = [self._cookie(key, group, jar.get(key)) for (key, _), group in groups.items()]
        explained = {key for key, _ in groups}
        seen += [self._unexplained(key, cookie) for key, cookie in jar.items() if key not in explained
                 and (key[0], key[1]) not in self.scene.preset_cookies]  # fmt: skip
        seen += [self._refused(key, reasons, group) for (key, reasons, _), group in refused.items()]
        return seen

    async def _further_attributes(self) -> dict[Key, dict[str, Any]]:
        """Return what only DevTools tells of each cookie: its priority, and from which scheme and port it came."""
        jar = ContextJar(self.scene.context, known_id=self._context_id)
        try:
            cookies = await jar.read()
            await jar.close()
        except PlaywrightError as error:
            self.scene.note(f"cookies: priority and source are unknown: {error}"[:300])
            return {}
        names = {"priority": "", "sourceScheme": "", "sourcePort": None}
        return {
            _jar_key(cookie): {name: cookie.get(name, default) for name, default in names.items()}
            for cookie in cookies
        }

    def _written(self, watched: Watched, record: dict[str, Any]) -> None:
        if len(self._script_writes) >= _MAX_EVENTS:
            self.scene.note("cookies: scripts wrote too many cookies; the rest is known from the jar only")
            return
        cookie = parse_set_cookie(str(record.get("line", "")))
        if cookie is None:
            return
        wall = time.time()
        if isinstance(record.get("seconds"), int | float):  # cookieStore gives an absolute time
            cookie = _with_expiry(cookie, wall + float(record["seconds"]))
        origin, href = str(record.get("origin", "")), str(record.get("href", ""))
        base = (
            href if href.startswith("http") else origin
        )  # about:blank and srcdoc have their creator's origin
        direct = scripts_of(record.get("stack")) or ((without_query(base),) if base else ())
        stored = record.get("stored")
        self.learn(
            watched.number,
            _Write(
                page=watched.number,
                cookie=cookie,
                key=_key(cookie, base),
                via="script",
                initiators=direct,
                time_ms=watched.elapsed_ms(),
                wall_s=wall,
                after_action=self.scene.acted,
                source=direct[0] if direct else "",
                stack=places_of(record.get("stack")),
                stored=stored if isinstance(stored, bool) else None,
            ),
        )

    def _header_writes(self) -> Iterator[_Write]:
        for hop in self.scene.requests.hops:
            refused: dict[str, tuple[str, ...]] = dict(hop.blocked)
            for line in dict.fromkeys((*hop.set_cookies, *refused)):
                cookie = parse_set_cookie(line)
                if cookie is not None:
                    yield _Write(
                        page=hop.page,
                        cookie=cookie,
                        key=_key(cookie, hop.url),
                        via="header",
                        initiators=(hop.url, *(url for url in hop.initiators if url != hop.url)),
                        time_ms=hop.time_ms,
                        wall_s=hop.wall_s,
                        after_action=hop.after_action,
                        source=hop.url,
                        stack=hop.stack,
                        refused=refused.get(line, ()),
                    )

    def _first(self, group: list[_Write]) -> tuple[int, _Write]:
        """Return the page to which the cookie belongs and the write that tells most about it (see `first_page`)."""
        log = self.scene.requests
        placed = [(log.first_page(write.source, write.page), write) for write in group]
        return min(placed, key=lambda pair: (pair[0], pair[1].page, pair[1].via, without_query(pair[1].source),
                                             pair[1].time_ms))  # fmt: skip

    def _cookie(self, key: Key, group: list[_Write], stored: dict[str, Any] | None) -> Observation:
        page, write = self._first(group)
        cookie = write.cookie
        expires = _expires(stored) if stored else cookie.expires
        # A cookie renewed with another lifetime counts with the longest that it was given.
        asked = [other.cookie.lifetime_s(other.wall_s) for other in group]
        requested = max((seconds for seconds in asked if seconds is not None), default=None)
        lifetime = None if requested is None else min(requested, float(MAX_LIFETIME_S))
        value = str(stored.get("value", "")) if stored else cookie.value
        return Observation(
            kind="cookie",
            name=key[0],
            host=key[1],
            state=self.scene.state,
            page=self.scene.page_url(page),
            initiators=self.scene.requests.chain(page, write.initiators),
            time_ms=write.time_ms,
            after_action=write.after_action,
            value=value[:_MAX_VALUE],
            details=_further(stored)
            | {
                "stack": list(write.stack),
                "on_action_page": self.scene.on_action_page(write.page, write.wall_s),
                "domain": str(stored.get("domain", "")) if stored else _written_domain(cookie, key),
                "path": key[2],
                "http_only": bool(stored.get("httpOnly")) if stored else cookie.http_only,
                "secure": bool(stored.get("secure")) if stored else cookie.secure,
                "same_site": str(stored.get("sameSite", "")) if stored else cookie.same_site or "Lax",
                "partition_key": stored.get("partitionKey") if stored else None,
                "expires": expires,
                "requested_lifetime_s": _rounded(requested),
                "lifetime_s": _rounded(lifetime),
                "size": len(key[0].encode()) + len(value.encode()),
                "via": write.via,
                "in_jar": stored is not None,
                "renewed": self._is_renewed(group),
            },
        )

    def _is_renewed(self, group: list[_Write]) -> bool | None:
        """Whether a later page of the pass gave a cookie of the first page a new time to live; None where none could.

        Only for cookies that the first page set: it is loaded alone, so that every later page had them already; of two
        pages that load at once, which is later is chance. No is only said where a later page loaded the setter again.
        """
        lasting = [write for write in group if (write.cookie.lifetime_s(write.wall_s) or 0) > 0]
        pages = {write.page for write in lasting}
        if 0 not in pages:
            return None
        if len(pages) > 1:
            return True
        log = self.scene.requests
        return False if any(log.last_page(write.source) > 0 for write in lasting) else None

    def _unexplained(self, key: Key, stored: dict[str, Any]) -> Observation:
        hosts = [hop for hop in self.scene.requests.hops if _within(host_of(hop.url), key[1])]
        page = min((hop.page for hop in hosts), default=0)
        workers = [url for url in self._workers if _within(host_of(url), key[1])]
        setter = (without_query(workers[0]), self.scene.page_url(page)) if len(workers) == 1 else ()
        expires = _expires(stored)
        value = str(stored.get("value", ""))
        return Observation(
            kind="cookie",
            name=key[0],
            host=key[1],
            state=self.scene.state,
            page=self.scene.page_url(page),
            initiators=setter,
            after_action=self.scene.acted and key not in self._early,
            value=value[:_MAX_VALUE],
            details=_further(stored)
            | {
                "domain": str(stored.get("domain", "")),
                "path": key[2],
                "http_only": bool(stored.get("httpOnly")),
                "secure": bool(stored.get("secure")),
                "same_site": str(stored.get("sameSite", "")),
                "partition_key": stored.get("partitionKey"),
                "expires": expires,
                "requested_lifetime_s": None,
                "lifetime_s": _rounded(None if expires is None else expires - self._set_about(key)),
                "size": len(key[0].encode()) + len(value.encode()),
                "via": "worker" if setter else "unknown",
                "in_jar": True,
            },
        )

    def _set_about(self, key: Key) -> float:
        """Return when a cookie was set: somewhen during the pass, whose middle errs by less than the pass took."""
        before_break = self.scene.put_back.get(key[:3])
        return before_break if before_break is not None else (self.scene.started_s + time.time()) / 2

    def _refused(self, key: Key, reasons: tuple[str, ...], group: list[_Write]) -> Observation:
        page, write = self._first(group)
        return Observation(
            kind="blocked_cookie",
            name=key[0],
            host=key[1],
            state=self.scene.state,
            page=self.scene.page_url(page),
            initiators=self.scene.requests.chain(page, write.initiators),
            time_ms=write.time_ms,
            after_action=write.after_action,
            value=write.cookie.value[:_MAX_VALUE],
            details={
                "reasons": list(reasons),
                "url": write.source,
                "via": write.via,
                "stack": list(write.stack),
                "on_action_page": self.scene.on_action_page(write.page, write.wall_s),
            },
        )


def _further(stored: dict[str, Any] | None) -> dict[str, Any]:
    stored = stored or {}
    return {
        "priority": str(stored.get("priority") or ""),
        "source_scheme": str(stored.get("sourceScheme") or ""),
        "source_port": stored.get("sourcePort"),
    }


def _key(cookie: SetCookie, url: str) -> Key:
    """Return the identity that the browser will give to a cookie set from ``url`` (RFC 6265bis, section 5.7)."""
    path = cookie.path if cookie.path.startswith("/") else default_path(urlsplit(url).path)
    return cookie.name, cookie.domain or host_of(url), path, cookie.partitioned


def _jar_key(cookie: Any) -> Key:
    domain = str(cookie.get("domain", "")).lstrip(".")
    return str(cookie.get("name", "")), domain, str(cookie.get("path", "/")), bool(cookie.get("partitionKey"))


def _expires(stored: dict[str, Any]) -> float | None:
    expires = float(stored.get("expires", -1))
    return None if expires < 0 else expires


def _is_deletion(write: _Write) -> bool:
    lifetime = write.cookie.lifetime_s(write.wall_s)
    return lifetime is not None and lifetime <= 0


def _with_expiry(cookie: SetCookie, expires: float) -> SetCookie:
    return SetCookie(
        name=cookie.name,
        value=cookie.value,
        domain=cookie.domain,
        path=cookie.path,
        expires=expires,
        secure=cookie.secure,
        same_site=cookie.same_site,
        partitioned=cookie.partitioned,
    )


def _written_domain(cookie: SetCookie, key: Key) -> str:
    return f".{key[1]}" if cookie.domain else key[1]


def _within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _rounded(seconds: float | None) -> float | None:
    """Round to whole seconds, and long lifetimes to minutes: an ``Expires`` date wanders with the clock."""
    if seconds is None:
        return None
    return float(round(seconds / 60) * 60) if seconds > 3600 else float(round(seconds))


def stored_names(cookies: Iterable[Any]) -> frozenset[tuple[str, str]]:
    """Return name and domain of each cookie of a jar, as `Scene.preset_cookies` wants them."""
    return frozenset((key[0], key[1]) for key in map(_jar_key, cookies))
