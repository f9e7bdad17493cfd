"""What a scan has seen so far, on the disk: one SQLite file beside the reports, so that a broken-off scan can continue.

SQLite rather than lines of JSON, because a visit touches several things (the visit, what each collector learnt, the
jar) and they must become durable together: one transaction a visit, synced before the visit counts as done. A torn last
write is undone by SQLite itself, and its exclusive lock keeps two scans from writing into one folder.

The file holds what the site's pages told, cookie values among it (identifiers are followed by their values), so only its
owner may read it, and a finished scan removes it. What the user gave is not in it: neither headers nor logins, nor the
values of cookies that came with a storage state.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, ScanError
from scanner.observations import Observation, PageVisit, StatePass
from scanner.plan import CrawlPlan
from scanner.small_files import Answer

FILE_NAME = "scan.partial"
_FORMAT = 2
_APPLICATION = 0x434E5350
"""`PRAGMA application_id`: tells this file from any other SQLite file."""
_PACE = frozenset({"concurrency", "delay_s", "recordings", "screenshots"})
"""Settings that may change over a break: they say how fast and where to, not what is looked at."""
_MAX_VALUE = 256 * 1024**2
"""Bytes of one stored value, unpacked: no honest one comes near, a tampered file might."""

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE files (url TEXT PRIMARY KEY, answer BLOB NOT NULL);
CREATE TABLE visits (state TEXT, number INTEGER, visit BLOB NOT NULL, PRIMARY KEY (state, number));
CREATE TABLE walks (state TEXT, number INTEGER, walk BLOB NOT NULL, PRIMARY KEY (state, number));
CREATE TABLE passes (state TEXT PRIMARY KEY, pass BLOB NOT NULL);
CREATE TABLE learnt (id INTEGER PRIMARY KEY, state TEXT NOT NULL, number INTEGER NOT NULL, entries BLOB NOT NULL);
CREATE TABLE jars (state TEXT PRIMARY KEY, cookies BLOB NOT NULL);
CREATE TABLE revisits (state TEXT PRIMARY KEY, seen BLOB NOT NULL);
CREATE TABLE notes (state TEXT, note TEXT, PRIMARY KEY (state, note));
"""


class Jar(msgspec.Struct, frozen=True, kw_only=True):
    """The cookies of a pass as DevTools tells them, and when they were read (Unix seconds)."""

    read_s: float
    cookies: tuple[dict[str, Any], ...] = ()


class Visited(msgspec.Struct, frozen=True, kw_only=True):
    """One finished visit; ``links`` and ``base`` are kept where they lead to further pages.

    ``routed`` says that the document changes its routes by itself (`scanner.routes`).
    """

    visit: PageVisit
    links: tuple[str, ...] = ()
    base: str = ""
    routed: bool = False


class Walk(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was clicked through: the URLs of its routes in the order of the clicks, in the plan or not."""

    start: str
    routes: tuple[str, ...] = ()


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """How the consent action ended, and between which Unix times its page was open."""

    state_pass: StatePass
    acting: tuple[float, float] | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes durable together: a visit, or the consent action, with what was learnt from it.

    ``number`` is the page's in the plan, ``learnt`` holds each collector's entries by its id, for each page's number.
    """

    state: ConsentState
    number: int
    learnt: dict[int, dict[str, list[Any]]]
    jar: Jar
    visited: Visited | None = None
    acted: Acted | None = None
    walk: Walk | None = None
    notes: tuple[str, ...] = ()


class Partial:
    """The file of one unfinished scan; made by `begin` or `resume`.

    ``started`` is when the scan began (RFC 3339), ``resumed`` whether something was seen before a break.
    ``aside`` is where an older unfinished scan was put, None where there was none.
    """

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        started: str,
        *,
        resumed: bool,
        aside: Path | None = None,
    ) -> None:
        self.path = path
        self.aside = aside
        self.started = started
        self.resumed = resumed
        self._connection = connection
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="partial-scan")

    @classmethod
    def begin(cls, path: Path, plan: CrawlPlan, *, started: str) -> Partial:
        """Start a new file; an older one is put aside as ``scan.partial.old``, never thrown away.

        Raises `ConfigError` where the file cannot be written, `ScanError` where another scan is writing it.
        """
        aside = None
        if path.exists():
            older = cls._open(path)  # raises where another scan has it
            begun = _has_begun(older)
            older.close()
            if begun:
                aside = path.with_name(path.name + ".old")
                path.replace(aside)
            else:
                path.unlink()
        try:
            path.touch(mode=0o600)
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot be written: {error.strerror}.", hint="Give another folder by --out."
            ) from error
        connection = cls._open(path)
        with connection:
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            meta = {"version": version("consentry"), "started": started, "settings": settings_of(plan)}
            connection.executemany(
                "INSERT INTO meta VALUES (?, ?)", [(key, _pack(value)) for key, value in meta.items()]
            )
        return cls(path, connection, started, resumed=False, aside=aside)

    @classmethod
    def resume(cls, path: Path, plan: CrawlPlan) -> Partial:
        """Open what a broken-off scan left; raises `ConfigError` where it is none, or one with other settings."""
        if not path.is_file():
            raise ConfigError(
                f"{path}: there is no unfinished scan to continue.", hint="Leave out --resume to scan anew."
            )
        connection = cls._open(path)
        try:
            _check(path, connection, plan)
            (started,) = connection.execute("SELECT value FROM meta WHERE key = 'started'").fetchone()
            return cls(path, connection, _unpack(started, str), resumed=_has_begun(connection))
        except (sqlite3.Error, msgspec.MsgspecError, zstandard.ZstdError, KeyError, TypeError) as error:
            connection.close()
            raise _damaged(path, error) from error
        except ConfigError:
            connection.close()
            raise

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=0, isolation_level="DEFERRED", check_same_thread=False)
        try:
            # Exclusive from the first statement on: two scans must never write into one folder.
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
        except sqlite3.OperationalError as error:
            connection.close()
            if "locked" in str(error):
                raise ScanError(
                    f"{path}: another scan is writing into this folder.",
                    hint="Wait for its end, or give another folder by --out.",
                ) from error
            raise _damaged(path, error) from error
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _damaged(path, error) from error
        return connection

    @property
    def count(self) -> int:
        """How many visits are in it."""
        return int(self._connection.execute("SELECT count(*) FROM visits").fetchone()[0])

    async def keep(self, step: Step) -> None:
        """Make a step durable; returns once it is. Raises `ScanError` where the disk refuses."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._keep, step)

    def _keep(self, step: Step) -> None:
        try:
            with self._connection as db:
                if step.visited is not None:
                    row = (step.state, step.number, _pack(step.visited))
                    db.execute("INSERT OR REPLACE INTO visits VALUES (?, ?, ?)", row)
                if step.acted is not None:
                    row_of_pass = (step.state, _pack(step.acted))
                    db.execute("INSERT OR REPLACE INTO passes VALUES (?, ?)", row_of_pass)
                if step.walk is not None:
                    row_of_walk = (step.state, step.number, _pack(step.walk))
                    db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?, ?)", row_of_walk)
                db.executemany(
                    "INSERT INTO learnt (state, number, entries) VALUES (?, ?, ?)",
                    [(step.state, number, _pack(entries)) for number, entries in step.learnt.items()],
                )
                db.execute("INSERT OR REPLACE INTO jars VALUES (?, ?)", (step.state, _pack(step.jar)))
                db.executemany(
                    "INSERT OR IGNORE INTO notes VALUES (?, ?)",
                    [(step.state, note.encode(errors="replace").decode()) for note in step.notes],
                )
        except sqlite3.Error as error:
            raise ScanError(
                f"{self.path}: what was seen cannot be kept: {error}.", hint="Is the disk full?"
            ) from error

    def visits(self, state: ConsentState) -> dict[int, Visited]:
        """Return the finished visits of a state by the page's number."""
        rows = self._rows("SELECT number, visit FROM visits WHERE state = ? ORDER BY number", state)
        return {int(number): _unpack(data, Visited) for number, data in rows}

    def walks(self, state: ConsentState) -> dict[str, Walk]:
        """Return the walks that were done in a state, by the page that they began on."""
        rows = self._rows("SELECT walk FROM walks WHERE state = ?", state)
        done: list[Walk] = [_unpack(data, Walk) for (data,) in rows]
        return {walk.start: walk for walk in done}

    def acted(self, state: ConsentState) -> Acted | None:
        """Return how the state's consent action ended, None where it was not done yet."""
        rows = self._rows("SELECT pass FROM passes WHERE state = ?", state)
        found: Acted | None = _unpack(rows[0][0], Acted) if rows else None
        return found

    def learnt(self, state: ConsentState) -> Iterator[tuple[int, dict[str, msgspec.Raw]]]:
        """Yield each page's number with what the collectors learnt there, in the order in which it was kept."""
        for number, data in self._rows(
            "SELECT number, entries FROM learnt WHERE state = ? ORDER BY id", state
        ):
            yield int(number), _unpack(data, dict[str, msgspec.Raw])

    def jar(self, state: ConsentState) -> Jar:
        """Return the cookies that the state's context held last."""
        rows = self._rows("SELECT cookies FROM jars WHERE state = ?", state)
        jar: Jar = _unpack(rows[0][0], Jar) if rows else Jar(read_s=0.0)
        return jar

    def revisit(self, state: ConsentState) -> tuple[Observation, ...] | None:
        """Return what the revisit of the start page saw, None where it was not done yet."""
        rows = self._rows("SELECT seen FROM revisits WHERE state = ?", state)
        return tuple(_unpack(rows[0][0], list[Observation])) if rows else None

    async def keep_revisit(self, state: ConsentState, seen: list[Observation]) -> None:
        """Make durable what the revisit saw."""

        def write() -> None:
            with self._connection as db:
                db.execute("INSERT OR REPLACE INTO revisits VALUES (?, ?)", (state, _pack(seen)))

        await asyncio.get_running_loop().run_in_executor(self._writer, write)

    def notes(self, state: ConsentState) -> list[str]:
        """Return what went wrong with the evidence so far."""
        return [
            str(note)
            for (note,) in self._rows("SELECT note FROM notes WHERE state = ? ORDER BY rowid", state)
        ]

    def file(self, url: str) -> Answer | None:
        """Return what robots.txt or a sitemap was when it was read; a plan must not change over a break."""
        rows = self._connection.execute("SELECT answer FROM files WHERE url = ?", (url,)).fetchall()
        return _unpack(rows[0][0], Answer) if rows else None

    async def keep_file(self, url: str, answer: Answer) -> None:
        """Remember what robots.txt or a sitemap was."""

        def write() -> None:
            with self._connection as db:
                db.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (url, _pack(answer)))

        await asyncio.get_running_loop().run_in_executor(self._writer, write)

    def close(self) -> None:
        """Close; the file stays."""
        self._writer.shutdown(wait=True)
        self._connection.close()

    def discard(self) -> None:
        """Close and remove it: the scan is finished, and with it whatever an older one left."""
        self.close()
        for name in (self.path.name, f"{self.path.name}.old"):
            for suffix in ("", "-wal", "-shm", "-journal"):
                with contextlib.suppress(OSError):
                    (self.path.parent / (name + suffix)).unlink()

    def _rows(self, query: str, state: ConsentState) -> list[Any]:
        return self._connection.execute(query, (str(state),)).fetchall()


def settings_of(plan: CrawlPlan) -> dict[str, Any]:
    """Return what of a plan decides what is seen, without its secrets: names of headers, whether there is a login."""
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(plan, enc_hook=str))
    told["headers"] = [name for name, _ in plan.headers]
    told["storage_state"] = "given" if plan.storage_state else "none"
    return {name: value for name, value in told.items() if name not in _PACE}


def _has_begun(connection: sqlite3.Connection) -> bool:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    query = "SELECT EXISTS (SELECT 1 FROM visits) OR EXISTS (SELECT 1 FROM passes)"
    return {"visits", "passes"} <= tables and bool(connection.execute(query).fetchone()[0])


def _changed(then: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    for name in sorted(then.keys() | now.keys()):
        if then.get(name) != now.get(name):
            yield f"{name} was {_told(then.get(name))}, is now {_told(now.get(name))}"


def _told(value: Any) -> str:
    text = ", ".join(map(str, value)) or "empty" if isinstance(value, list) else str(value)
    return text if len(text) <= 120 else f"{text[:119]}…"


def _check(path: Path, connection: sqlite3.Connection, plan: CrawlPlan) -> None:
    """Raise `ConfigError` where the file is no unfinished scan, or that of another plan."""
    again = f"Leave out --resume to scan anew: {path.name} is then put aside."
    if connection.execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
        raise ConfigError(
            f"{path}: it is no unfinished scan.", hint="Give the --out of the scan to continue."
        )
    if connection.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
        raise ConfigError(f"{path}: it was written by another version of Consentry.", hint=again)
    meta = dict(connection.execute("SELECT key, value FROM meta"))
    changed = list(_changed(_unpack(meta["settings"], dict[str, Any]), settings_of(plan)))
    if (then := _unpack(meta["version"], str)) != (now := version("consentry")):
        changed.insert(0, f"consentry was {then}, is now {now}")
    if changed:
        raise ConfigError(
            f"{path}: the unfinished scan was begun with other settings: {'; '.join(changed)}.",
            hint=f"Give the same settings to continue it. {again}",
        )


def _damaged(path: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"{path}: the unfinished scan in it cannot be read: {error}.",
        hint="Move that file away and leave out --resume to scan anew.",
    )


def _pack(value: Any) -> bytes:
    try:
        data = msgspec.json.encode(value)
    except UnicodeEncodeError:
        data = msgspec.json.encode(_writable(msgspec.to_builtins(value)))
    return zstandard.ZstdCompressor(level=3).compress(data)


def _unpack(data: bytes, kind: Any) -> Any:
    plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=_MAX_VALUE)
    return msgspec.json.decode(plain, type=kind)


def _writable(value: Any) -> Any:
    """Replace half surrogate pairs, which a page may put into any text and no file can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_writable(key): _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(inner) for inner in value]
    return value
