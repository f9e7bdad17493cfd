"""Web storage, IndexedDB, Cache Storage and service workers of every frame's origin, and which script wrote them.

What is stored is read from an isolated world, so that the page cannot hide it; who wrote it comes from hooks. Keys that
a script wrote and removed again (a test whether storage works) are not reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import urljoin

import msgspec

from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Watched
from scanner.observations import Observation, ObservationKind
from scanner.parties import host_of
from scanner.stacks import places_of, scripts_of

_KINDS: tuple[ObservationKind, ...] = (
    "local_storage",
    "session_storage",
    "indexed_db",
    "cache_storage",
    "service_worker",
)
_MAX_WRITES = 20_000
_READ = """(async () => {
  const MAX = 500;
  const found = [];
  const area = (kind, name) => {
    try {
      const store = globalThis[name];
      for (let i = 0; i < Math.min(store.length, MAX); i += 1) {
        const key = store.key(i);
        const value = store.getItem(key) ?? "";
        found.push([kind, key.slice(0, 1024), value.slice(0, 2048), key.length + value.length]);
      }
    } catch { /* opaque origin or blocked storage */ }
  };
  const soon = (promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, 800, []))]);
  const list = async (kind, ask, name) => {
    try {
      for (const entry of (await soon(ask())).slice(0, MAX)) found.push([kind, name(entry).slice(0, 1024), "", 0]);
    } catch { /* not in this context */ }
  };
  area("local_storage", "localStorage");
  area("session_storage", "sessionStorage");
  await Promise.all([
    list("indexed_db", () => indexedDB.databases(), (database) => database.name),
    list("cache_storage", () => caches.keys(), (name) => name),
    list("service_worker", () => navigator.serviceWorker.getRegistrations(), (registration) =>
      (registration.active ?? registration.waiting ?? registration.installing)?.scriptURL ?? registration.scope),
  ]);
  return found;
})()"""

Key = tuple[ObservationKind, str, str]
"""Kind, origin, name."""


class _Looked(msgspec.Struct, frozen=True, tag="looked"):
    """An origin that a page showed, whether or not it had stored anything yet."""

    origin: str


class _Found(msgspec.Struct, frozen=True, tag="found"):
    """One key as a page had it."""

    key: Key
    value: str
    size: int
    acted: bool


class _Gone(msgspec.Struct, frozen=True, tag="gone"):
    """One key that a page after the consent action no longer had."""

    key: Key


class _Write(msgspec.Struct, frozen=True, tag="write"):
    """One write that a hook saw."""

    key: Key
    page: int
    initiators: tuple[str, ...]
    time_ms: float
    after_action: bool
    stack: tuple[str, ...] = ()
    on_action_page: bool = False


@dataclass(slots=True)
class _Seen:
    """One key as it was found: values before and after the consent action, and its largest size.

    ``kept`` says that it was still there when it was last looked for after the action.
    """

    before: str | None = None
    after: set[str] = field(default_factory=set)
    kept: bool = False
    size: int = 0
    writes: list[_Write] = field(default_factory=list)


class StorageCollector(BaseCollector):
    """One observation per stored key; two where it was written both before and after the consent action."""

    id = "storage"
    script = "storage.js"
    look = _READ
    entry = _Looked | _Found | _Gone | _Write

    def __init__(self, scene: Any) -> None:
        super().__init__(scene)
        self._seen: dict[Key, _Seen] = {}
        self._writes: dict[Key, list[_Write]] = {}
        self._pages: dict[str, int] = {}
        self._count = 0

    def watch(self, watched: Watched) -> None:
        """Listen to what scripts store."""
        watched.on_record("storage", lambda record: self._written(watched, record))

    def apply(self, page: int, entry: _Looked | _Found | _Gone | _Write) -> None:
        """Remember an origin, a key that was found, or one write."""
        if isinstance(entry, _Write):
            self._writes.setdefault(entry.key, []).append(entry)
            return
        if isinstance(entry, _Looked):
            self._pages[entry.origin] = min(page, self._pages.get(entry.origin, page))
            return
        seen = self._seen.setdefault(entry.key, _Seen())
        if isinstance(entry, _Gone):
            seen.kept = False
            return
        seen.size = max(seen.size, entry.size)
        if entry.acted:
            seen.after.add(entry.value)
            seen.kept = True
        else:
            seen.before = entry.value

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Keep what each origin of the page has stored."""
        for answer in answers:
            if watched.number < self._pages.get(answer.origin, watched.number + 1):
                self.learn(watched.number, _Looked(answer.origin))
            if self.scene.acted and answer.value is not None:
                there = {(str(kind), str(name)) for kind, name, _, _ in answer.value}
                for key, seen in list(self._seen.items()):
                    # Only local storage: the others may answer too late.
                    is_looked_at = key[:2] == ("local_storage", answer.origin)
                    if is_looked_at and seen.kept and (key[0], key[2]) not in there:
                        self.learn(watched.number, _Gone(key))
            for kind, name, value, size in answer.value or ():
                found = _Found((kind, answer.origin, str(name)), str(value), int(size), self.scene.acted)
                if self._is_news(found):
                    self.learn(watched.number, found)

    def _is_news(self, found: _Found) -> bool:
        """Whether it tells more than what is remembered: every page of an origin has the same keys."""
        seen = self._seen.get(found.key)
        if seen is None or found.size > seen.size:
            return True
        if found.acted:
            return found.value not in seen.after or not seen.kept
        return found.value != seen.before

    async def finish(self) -> list[Observation]:
        """Join what is stored with who wrote it."""
        found = []
        for key, seen in self._seen.items():
            writes = self._writes.get(key, [])
            early = [write for write in writes if not write.after_action]
            late = [write for write in writes if write.after_action]
            if seen.before is not None:
                found.append(self._observe(key, seen, early, after_action=False))
            if seen.after - {seen.before} or late:
                found.append(self._observe(key, seen, late, after_action=True))
        return found

    def _written(self, watched: Watched, record: dict[str, Any]) -> None:
        area = str(record.get("area", ""))
        self._count += 1
        if area not in get_args(ObservationKind) or self._count > _MAX_WRITES:
            return
        origin, name = str(record.get("origin", "")), str(record.get("key", ""))
        if area == "service_worker" and not name.startswith("http"):
            name = _resolve(str(record.get("href", "")), name)
        kind: ObservationKind = next(kind for kind in _KINDS if kind == area)
        write = _Write(
            key=(kind, origin, name),
            page=watched.number,
            initiators=scripts_of(record.get("stack")),
            time_ms=watched.elapsed_ms(),
            after_action=self.scene.acted,
            stack=places_of(record.get("stack")),
            on_action_page=self.scene.on_action_page(watched.number, watched.wall_s()),
        )
        self.learn(watched.number, write)

    def _observe(self, key: Key, seen: _Seen, writes: list[_Write], *, after_action: bool) -> Observation:
        kind, origin, name = key
        log = self.scene.requests
        placed = [
            (log.first_page(write.initiators[0], write.page), write) for write in writes if write.initiators
        ]
        page = self._pages.get(origin, 0)
        initiators: tuple[str, ...] = ()
        via = ""
        time_ms = 0.0
        stack: tuple[str, ...] = ()
        on_action_page = False
        if placed:
            page, write = min(
                placed, key=lambda pair: (pair[0], pair[1].page, pair[1].initiators, pair[1].time_ms)
            )
            initiators = log.chain(page, write.initiators)
            time_ms = write.time_ms
            stack, on_action_page = write.stack, write.on_action_page
        elif worker := self._worker_of(key):
            via = "worker"
            initiators = log.chain(page, worker)
        value = max(seen.after, default="") if after_action else seen.before or ""
        return Observation(
            kind=kind,
            name=name,
            host=host_of(origin),
            state=self.scene.state,
            page=self.scene.page_url(page),
            initiators=initiators,
            time_ms=time_ms,
            after_action=after_action,
            value=value,
            details={
                "origin": origin,
                "size": seen.size,
                "stack": list(stack),
                "on_action_page": on_action_page,
                "in_jar": seen.kept,
                "via": via,
            },
        )

    def _worker_of(self, key: Key) -> tuple[str, ...]:
        """Return the origin's one service worker, and who registered it, where it alone can have written this.

        No hook runs in a service worker. What a page opened is known from the page's hooks, though, so that a cache or
        database that no page opened is the worker's; of two workers neither is named.
        """
        kind, origin, _ = key
        if kind not in ("cache_storage", "indexed_db") or self._writes.get(key):
            return ()
        workers = [known for known in self._seen if known[0] == "service_worker" and known[1] == origin]
        if len(workers) != 1:
            return ()
        registered = min((write.initiators for write in self._writes.get(workers[0], ())), default=())
        return (workers[0][2], *registered)


def _resolve(base: str, relative: str) -> str:
    try:
        return urljoin(base, relative)
    except ValueError:
        return relative
