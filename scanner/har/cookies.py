"""The cookies of a recording: what responses set, and what requests show to have been stored.

A recorder keeps a Set-Cookie header, its own reading of it, or both; of what a browser sent, mostly the names alone. So
each source is read, and a cookie that was only sent is given to the domain that fits: that of a Set-Cookie of its name,
else the common domain of all hosts that got the same value, else the host that got it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from consent.model.categories import ConsentState
from consent.model.domains import registrable_domain
from scanner.har.entries import url_of
from scanner.har.model import Entry, HarCookie, headers_of, unix_s
from scanner.observations import Observation
from scanner.parties import host_of
from scanner.set_cookie import MAX_LIFETIME_S, SetCookie, default_path, parse_cookie_date, parse_set_cookie

_MAX_VALUE = 4096
_FOLDED = re.compile(r",\s*(?=[!#$%&'*+.^_`|~0-9A-Za-z-]+=)")
"""Where Set-Cookie lines were joined by commas: a date's comma is followed by a space and a number, never by ``name=``."""

Key = tuple[str, str, str, bool]
"""Name, domain without its leading dot, path, partitioned."""


@dataclass(slots=True)
class Met:
    """One cookie in one exchange. ``page`` is the page's address; ``deletes`` says that the response removed it."""

    key: Key
    cookie: SetCookie
    page: str
    url: str
    initiators: tuple[str, ...]
    time_ms: float
    wall_s: float
    is_set: bool
    is_exact: bool
    deletes: bool = False
    lifetime_s: float | None = None


@dataclass(slots=True)
class _Sent:
    """A cookie of which a request told name and value alone."""

    met: Met
    host: str


class CookieJar:
    """Collects the cookies of all exchanges of a recording; `observations` joins them."""

    def __init__(self) -> None:
        self._met: list[Met] = []
        self._sent: list[_Sent] = []

    def add(
        self, entry: Entry, *, page: str, initiators: tuple[str, ...], time_ms: float, wall_s: float
    ) -> None:
        """Take over the cookies of one exchange; ``wall_s`` is Unix time."""
        url = url_of(entry)

        def met(cookie: SetCookie, *, is_set: bool, is_exact: bool) -> Met:
            lifetime = cookie.lifetime_s(wall_s)
            return Met(
                key=_key(cookie, url, is_set=is_set),
                cookie=cookie,
                page=page,
                url=url,
                initiators=initiators,
                time_ms=time_ms,
                wall_s=wall_s,
                is_set=is_set,
                is_exact=is_exact,
                deletes=is_set and lifetime is not None and lifetime <= 0,
                lifetime_s=lifetime,
            )

        for cookie in set_cookies(entry):
            self._met.append(met(cookie, is_set=True, is_exact=True))
        for cookie, is_exact in sent_cookies(entry):
            one = met(cookie, is_set=False, is_exact=is_exact)
            if is_exact:
                self._met.append(one)
            else:
                self._sent.append(_Sent(one, host_of(url)))

    def observations(self, state: ConsentState) -> list[Observation]:
        """Return one observation for each cookie."""
        groups: dict[Key, list[Met]] = defaultdict(list)
        for one in self._met:
            groups[one.key].append(one)
        by_name: dict[str, list[Key]] = defaultdict(list)
        for key in groups:
            by_name[key[0]].append(key)
        unknown: dict[tuple[str, str], list[_Sent]] = defaultdict(list)
        for sent in self._sent:
            fitting = [key for key in by_name[sent.met.key[0]] if _reaches(key, sent)]
            if fitting:
                groups[max(fitting, key=lambda key: (len(key[2]), len(key[1])))].append(sent.met)
            else:
                domain = registrable_domain(sent.host) or sent.host
                unknown[sent.met.key[0], domain].append(sent)
        for (name, _), some in unknown.items():
            for sent, domain in _with_domains(some):
                groups[name, domain, "/", False].append(sent.met)
        return [_observation(key, group, state) for key, group in groups.items()]

    def first_sent(self, url: str) -> int:
        """Return how many cookies the first request for ``url`` carried: more than none tells of a used profile."""
        first = min((one.wall_s for one in self._all() if one.url == url), default=None)
        return len(
            {one.key for one in self._all() if one.url == url and one.wall_s == first and not one.is_set}
        )

    def __len__(self) -> int:
        return len(self._met) + len(self._sent)

    def _all(self) -> Iterator[Met]:
        yield from self._met
        yield from (sent.met for sent in self._sent)


def set_cookies(entry: Entry) -> list[SetCookie]:
    """Return what a response sets: its Set-Cookie headers, and what the recorder alone understood of them."""
    if entry.response is None:
        return []
    understood = [one for one in entry.response.cookies or () if one.name or one.value]
    lines = [
        line
        for name, value in headers_of(entry.response.headers)
        if name == "set-cookie"
        for line in value.split("\n")
    ]
    if len(understood) > len(lines) or (len(lines) == 1 and not understood):
        lines = [part for line in lines for part in _FOLDED.split(line)]
    cookies = [cookie for line in lines if (cookie := parse_set_cookie(line.strip("\r"))) is not None]
    known = {cookie.name for cookie in cookies}
    return cookies + [_read(one, is_set=True) for one in understood if (one.name or "").strip() not in known]


def sent_cookies(entry: Entry) -> list[tuple[SetCookie, bool]]:
    """Return what a request carries, and whether the recorder tells the cookie's own domain."""
    understood = [one for one in entry.request.cookies or () if one.name or one.value]
    cookies = [(_read(one, is_set=False), bool(one.domain)) for one in understood]
    known = {cookie.name for cookie, _ in cookies}
    for name, value in headers_of(entry.request.headers):
        if name != "cookie":
            continue
        for pair in re.split(r"[;\n]", value):
            cookie = parse_set_cookie(pair.strip())
            if cookie is not None and cookie.name not in known:
                cookies.append((cookie, False))
    return cookies


def _read(one: HarCookie, *, is_set: bool) -> SetCookie:
    expires = expires_of(one.expires)
    if not is_set and expires is not None and expires <= 0:
        expires = None  # what is sent is not over: some recorders write the session as the second before 1970
    return SetCookie(
        name=(one.name or "").strip(),
        value="" if one.value is None else str(one.value),
        domain=(one.domain or "").strip().lstrip(".").lower(),
        path=one.path or "",
        expires=expires,
        secure=bool(one.secure),
        http_only=bool(one.http_only),
        same_site=(one.same_site or "").capitalize(),
    )


def expires_of(value: Any) -> float | None:
    """Return Unix seconds of a date in any of the ways in which recorders write it; None for the session."""
    if isinstance(value, bool) or value in (None, "", "Session", "session", "-1", "0"):
        return None
    if isinstance(value, int | float):
        if value <= 0:
            return None
        return float(value) / 1000 if value > 1e11 else float(value)
    text = str(value).strip()
    if re.fullmatch(r"\d{9,14}(\.\d+)?", text):
        return expires_of(float(text))
    seconds = unix_s(text)
    if seconds is None:
        seconds = parse_cookie_date(text)
    return None if seconds is not None and -1 <= seconds < 0 else seconds


def _key(cookie: SetCookie, url: str, *, is_set: bool) -> Key:
    path = cookie.path
    if not path.startswith("/"):
        path = default_path(urlsplit(url).path) if is_set else "/"
    return cookie.name, cookie.domain or host_of(url), path, cookie.partitioned


def _reaches(key: Key, sent: _Sent) -> bool:
    """Whether a cookie of this key is sent to where this one went (RFC 6265bis, sections 5.1.3 and 5.1.4)."""
    if sent.host != key[1] and not sent.host.endswith(f".{key[1]}"):
        return False
    return (urlsplit(sent.met.url).path or "/").startswith(key[2].rstrip("/") or "/")


def _with_domains(sent: list[_Sent]) -> Iterator[tuple[_Sent, str]]:
    """Pair cookies of one name and one registrable domain with the domain that they must have been set for."""
    hosts: dict[str, set[str]] = defaultdict(set)
    for one in sent:
        hosts[one.met.cookie.value].add(one.host)
    shared = {_common(some) for some in hosts.values() if len(some) > 1}
    for one in sent:
        fitting = [domain for domain in shared if one.host == domain or one.host.endswith(f".{domain}")]
        yield one, min(fitting, key=len, default=one.host)


def _common(hosts: Iterable[str]) -> str:
    labels = [host.split(".")[::-1] for host in hosts]
    common = []
    for level in zip(*labels, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    return ".".join(reversed(common))


def _observation(key: Key, group: list[Met], state: ConsentState) -> Observation:
    """Join what is known of one cookie; a Set-Cookie says more than what a request carries."""
    kept = [one for one in group if not one.deletes]
    told: Callable[[Met], Any] = lambda one: (not one.is_set, not one.is_exact, one.wall_s, one.time_ms)  # noqa: E731
    best = min(kept or group, key=told)
    first = min(kept or group, key=lambda one: one.wall_s)
    last = max(group, key=lambda one: one.wall_s)
    asked = [one.lifetime_s for one in kept if one.lifetime_s is not None and (one.is_set or not best.is_set)]
    requested = max(asked, default=None)
    cookie = best.cookie
    value = next((one.cookie.value for one in reversed(kept) if one.cookie.value), cookie.value)
    return Observation(
        kind="cookie",
        name=key[0],
        host=key[1],
        state=state,
        page=first.page,
        initiators=(best.url, *(url for url in best.initiators if url != best.url)) if best.is_set else (),
        time_ms=first.time_ms,
        value=value[:_MAX_VALUE],
        details={
            "domain": f".{key[1]}" if cookie.domain else key[1],
            "path": key[2],
            "http_only": cookie.http_only,
            "secure": cookie.secure,
            # Empty where nothing is known of the attributes; what a browser is not told, it takes as Lax.
            "same_site": cookie.same_site or ("Lax" if best.is_set or best.is_exact else ""),
            "partition_key": "" if not key[3] else "partitioned",
            "expires": cookie.expires,
            "requested_lifetime_s": requested if best.is_set else None,
            "lifetime_s": None if requested is None else min(requested, float(MAX_LIFETIME_S)),
            "size": len(key[0].encode("utf-8", "replace")) + len(value.encode("utf-8", "replace")),
            "via": "header" if best.is_set else "unknown",
            "in_jar": bool(kept) and not last.deletes,
        }
        | ({} if kept else {"deleted": True, "lifetime_s": 0.0, "requested_lifetime_s": 0.0}),
    )
