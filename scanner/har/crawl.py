"""From a recording to a crawl, which the pipeline names and judges as it does a scan's."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from importlib.metadata import version

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.har.cookies import CookieJar
from scanner.har.entries import (
    MAX_CHAIN,
    beacon_of,
    body_of,
    direct_initiators,
    failed_of,
    is_web,
    redirect_of,
    referrer_of,
    sent_messages,
    stack_of,
    status_of,
    type_of,
    url_of,
)
from scanner.har.model import Entry, Recording
from scanner.har.pages import RecordedPage, pages_of
from scanner.observations import Crawl, Observation, PageStatus, PageVisit, StatePass
from scanner.parties import host_of, registrable_domain

MAX_PAYLOAD = 16_384
MAX_PAYLOADS = 8 * 1024 * 1024
"""Characters of request bodies in which identifiers are looked for, each and all together."""


def crawl_of(recording: Recording, *, site: str, start_url: str, state: ConsentState) -> Crawl:
    """Return what the recording shows, all of it in one consent state, which the recording itself does not tell.

    ``start_url`` may be empty: then it is the address at which the first recorded page ended. Raises `ConfigError` for a
    recording that holds no request to a host.
    """
    web = [entry for entry in recording.entries if is_web(entry)]
    if not web:
        raise ConfigError(
            "The recording holds no request to a host, only what the browser holds itself.",
            hint="Record while the page is loaded from its server.",
        )
    skipped = Counter(
        entry.request.url.strip().partition(":")[0][:30] for entry in recording.entries if not is_web(entry)
    )
    recording = replace(recording, entries=web)
    pages, places = pages_of(recording)
    reader = _Reader(recording, pages, places, state, skipped)
    observations = reader.read()
    times = [entry.started_s for entry in recording.entries if entry.started_s is not None]
    return Crawl(
        site=site,
        start_url=start_url or pages[0].final_url,
        started=_date(min(times, default=0.0)),
        finished=_date(max(times, default=0.0)),
        tool={
            "name": "consentry",
            "version": version("consentry"),
            "source": "har",
            "browser": recording.browser or recording.creator,
            "recorded_by": recording.creator,
            "har_version": recording.version,
            "entries": len(recording.entries),
            "limits": reader.limits(),
            "notes": list(recording.notes),
        },
        passes=(
            StatePass(
                state=state,
                applied=True,
                banner_found=False,
                method="recording",
                evidence=("the recording was named as one of this state",),
            ),
        ),
        visits=tuple(_visit(page, state) for page in pages),
        observations=tuple(observations),
    )


class _Reader:
    """Reads the entries of one recording."""

    def __init__(
        self,
        recording: Recording,
        pages: list[RecordedPage],
        places: list[int],
        state: ConsentState,
        skipped: Counter[str],
    ) -> None:
        self._recording = recording
        self._pages = pages
        self._places = places
        self._state = state
        self._jar = CookieJar()
        self._seen: list[Observation] = []
        self._loaded: list[dict[str, tuple[str, ...]]] = [{} for _ in pages]
        self._payloads = 0
        self._skipped = skipped

    def read(self) -> list[Observation]:
        """Return the observations of all entries."""
        asked = {url_of(entry) for entry in self._recording.entries}
        came_from: dict[str, str] = {}
        wall = 0.0
        for entry, place in zip(self._recording.entries, self._places, strict=True):
            url = url_of(entry)
            wall = entry.started_s if entry.started_s is not None else wall
            time_ms = round(max(0.0, wall - self._pages[place].started_s) * 1000, 1)
            before = came_from.pop(url, "")
            initiators = self._chain(place, url, before, direct_initiators(entry))
            page = self._pages[place].url
            self._seen.append(self._request(entry, page, initiators, time_ms, before))
            self._jar.add(entry, page=page, initiators=initiators, time_ms=time_ms, wall_s=wall)
            self._carried(entry, page, time_ms)
            if target := redirect_of(entry):
                came_from[target] = url
                if target not in asked and target.startswith("http") and host_of(target):
                    self._seen.append(self._only_redirected_to(target, url, page, initiators, time_ms))
        return self._seen + self._jar.observations(self._state)

    def limits(self) -> list[str]:
        """Return in sentences what this recording cannot tell."""
        told = [
            (
                "This report is made from a recording (HAR), not from a scan of ours: it holds what was sent and received, not "
                "what the page did. Local storage, IndexedDB, fingerprinting, typed text, forms, consent signals in the page and "
                "the banner are not measured."
            ),
            (
                f"That the recording shows the state \u201c{self._state}\u201d is what its owner says; the recording cannot prove it, "
                "nor that the browser was fresh. What happened before a choice in it counts to the same state."
            ),
            (
                "Cookies are those that responses asked for and requests carried. Whether the browser refused one, and what scripts "
                "stored and no request carried, cannot be seen; a cookie that was only sent has no known duration and attributes."
            ),
        ]
        first = self._jar.first_sent(self._pages[0].url)
        if first:
            told.append(
                f"The first request carried {first} {'cookie' if first == 1 else 'cookies'} already: the browser had been on the site "
                "before the recording began."
            )
        if not len(self._jar):
            told.append(
                "No cookie is in the recording at all. Browsers leave them out of an export unless it is asked for with "
                "sensitive data; then their absence proves nothing."
            )
        if self._recording.left_out:
            told.append(
                f"{self._recording.left_out} entries of the recording could not be read; the notes say why."
            )
        if self._skipped:
            kinds = ", ".join(f"{count} {scheme}:" for scheme, count in sorted(self._skipped.items()))
            told.append(f"Addresses that are no web requests were left out ({kinds}).")
        sites = {registrable_domain(host_of(page.final_url)) for page in self._pages}
        if len(sites) > 1:
            told.append(
                f"The recording has pages of {len(sites)} sites ({', '.join(sorted(sites)[:8])}); parties are as seen from the first."
            )
        return told

    def _chain(self, place: int, url: str, before: str, direct: tuple[str, ...]) -> tuple[str, ...]:
        """Return who led to it, nearest first, up to the page; each address once."""
        loaded = self._loaded[place]
        found = dict.fromkeys((before, *loaded.get(before, ())) if before else direct)
        queue = list(found)
        while queue and len(found) < MAX_CHAIN:
            for known in loaded.get(queue.pop(0), ()):
                if known not in found:
                    found[known] = None
                    queue.append(known)
        found.pop(url, None)
        chain = tuple(found)[:MAX_CHAIN]
        if len(chain) >= len(loaded.get(url, ())):
            loaded[url] = chain
        return chain

    def _request(
        self, entry: Entry, page: str, initiators: tuple[str, ...], time_ms: float, before: str
    ) -> Observation:
        url = url_of(entry)
        is_socket = url.startswith("ws")
        return Observation(
            kind="websocket" if is_socket else "request",
            name=url,
            host=host_of(url),
            state=self._state,
            page=page,
            initiators=initiators,
            time_ms=time_ms,
            details={
                "type": "websocket" if is_socket else type_of(entry),
                "method": (entry.request.method or "GET").upper()[:20],
                "status": status_of(entry),
                "frame": page,
                "redirected_from": before or None,
                "failed": failed_of(entry) or None,
                "stack": list(stack_of(entry)),
                "body_size": _size(entry),
                "beacon": beacon_of(entry),
            },
        )

    def _only_redirected_to(
        self, target: str, url: str, page: str, initiators: tuple[str, ...], time_ms: float
    ) -> Observation:
        """A redirect's target of which the recording has no entry: the browser was sent there."""
        return Observation(
            kind="request",
            name=target,
            host=host_of(target),
            state=self._state,
            page=page,
            initiators=(url, *initiators)[:MAX_CHAIN],
            time_ms=time_ms,
            details={
                "type": "other",
                "method": "GET",
                "status": None,
                "frame": page,
                "redirected_from": url,
                "failed": "the recording ends at the redirect",
                "stack": [],
                "body_size": 0,
                "beacon": "",
            },
        )

    def _carried(self, entry: Entry, page: str, time_ms: float) -> None:
        """Keep what went to another site besides the address, to see whose identifiers travel."""
        url = url_of(entry)
        host = host_of(url)
        if registrable_domain(host) == registrable_domain(host_of(page)):
            return
        parts = [("body", body_of(entry)), *(("websocket", text) for text in sent_messages(entry))]
        if "?" in (referrer := referrer_of(entry)):
            parts.append(("referer", referrer))
        for part, text in parts:
            kept = text[:MAX_PAYLOAD]
            if not kept or self._payloads + len(kept) > MAX_PAYLOADS:
                continue
            self._payloads += len(kept)
            self._seen.append(
                Observation(
                    kind="payload",
                    name=url[:2_000],
                    host=host,
                    state=self._state,
                    page=page,
                    time_ms=time_ms,
                    value=kept,
                    details={"part": part, "method": (entry.request.method or "GET").upper()[:20]},
                )
            )


def _visit(page: RecordedPage, state: ConsentState) -> PageVisit:
    status: PageStatus = "ok"
    error = ""
    if page.has_document and page.status is None:
        status, error = "failed", "the recording has no answer for the page"
    elif page.status is not None and page.status >= 400:
        status, error = "http_error", f"HTTP {page.status}"
    return PageVisit(
        url=page.url,
        state=state,
        status=status,
        final_url=page.final_url,
        http_status=page.status,
        title=page.title[:300],
        error=error,
    )


def _size(entry: Entry) -> int:
    sizes = (
        entry.response.content.size if entry.response and entry.response.content else None,
        entry.response.body_size if entry.response else None,
    )
    return int(next((size for size in sizes if size is not None and size > 0), 0))


def _date(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
