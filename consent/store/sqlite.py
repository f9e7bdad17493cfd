"""The store on one SQLite file: WAL, synchronous=FULL, one writing thread, reads on other connections.

A batch is sealed after the chain's head as this process last saw it, and appended by one statement. Where another process
has appended since, the keys of the tables refuse that; then the head is read anew, and the processes take turns.
"""

# ruff: noqa: D102 - Store, the protocol, documents these methods

from __future__ import annotations

import json
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store import chain
from consent.store.batches import Batch, batch_of
from consent.store.entries import (
    NewEntry,
    Seal,
    StoredEntry,
)
from consent.store.payloads import PayloadCodec
from consent.store.sqlite_alerts import SqliteAlerts
from consent.store.sqlite_discovered import SqliteDiscovered
from consent.store.sqlite_events import SqliteEvents
from consent.store.sqlite_file import SqliteFile
from consent.store.sqlite_register import SqliteRegister
from consent.store.sqlite_rights import SqliteRights
from consent.store.sqlite_scans import SqliteScans
from consent.store.sqlite_statistics import SqliteStatistics
from consent.store.sqlite_users import SqliteUsers

_ENTRY = "position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload, commitment, erased_by"
_WIDTH = 11
LEAST_FREE = 4 * 1024 * 1024
"""Bytes free on the disk below which the next batches may not fit: the server says that it is not ready."""
_ROW = f"({', '.join('?' * _WIDTH)})"


async def open_url(url: str, *, exclusive: bool = False, create: bool = True) -> SqliteStore:
    """Open ``sqlite:///relative/path`` or ``sqlite:////absolute/path``."""
    parts = urlsplit(url)
    path = unquote(parts.path.removeprefix("/"))
    if parts.netloc or not path or path.endswith("/"):
        raise ConfigError(
            f"{url}: expected sqlite:///FILE (relative) or sqlite:////FILE (absolute).",
            hint="A log in memory would prove nothing, so there is none.",
        )
    del exclusive  # any number of processes may serve from one file
    store = SqliteStore(Path(path), create=create)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    return store


class _Ready(NamedTuple):
    """One statement that appends a batch, its parameters, and the chain's head after it."""

    sql: str
    parameters: list[Any]
    head: chain.Head


class SqliteStore(
    SqliteAlerts, SqliteDiscovered, SqliteRegister, SqliteRights, SqliteScans, SqliteStatistics, SqliteUsers
):
    """See `consent.store.Store`. ``clock`` returns milliseconds since 1970."""

    def __init__(
        self,
        path: Path,
        *,
        create: bool = True,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self._file = SqliteFile(path, create=create, clock=clock, on_rollback=self._forget_head)
        self._events = SqliteEvents(self._file)
        self.path = path
        self._writer = b""
        self._head: chain.Head | None = None
        self._codec = PayloadCodec()  # the event loop's; the writing thread has one of its own
        self._writing_codec = PayloadCodec()

    async def open(self) -> None:
        """Open the file; a new one is given its writer's id."""
        await self._file.open()
        await self._file.write(self._identify)

    def _identify(self) -> None:
        with self._file.transaction() as connection:
            row = connection.execute("SELECT id FROM writer").fetchone()
            if row is None:
                row = (secrets.token_bytes(16),)
                connection.execute("INSERT INTO writer VALUES (?, ?)", (row[0], self._file.clock()))
            self._writer = row[0]
            self._events.open(connection)

    def _forget_head(self) -> None:
        self._head = None

    async def close(self) -> None:
        await self._file.close()

    # --- appending

    async def append(self, entries: Sequence[NewEntry]) -> list[bytes | None]:
        packed = [self._codec.pack(entry.payload) for entry in entries]
        head = self._head
        # Made ready here and not on the writing thread: the two would only take turns at the interpreter's lock.
        ready = None if head is None else self._rows(self._batch(head, entries, packed))
        earlier = await self._file.write(self._append, entries, packed, ready)
        return [None if stored is None else self._codec.unpack(stored) for stored in earlier]

    def _append(
        self, entries: Sequence[NewEntry], packed: Sequence[bytes], ready: _Ready | None
    ) -> list[bytes | None]:
        if ready is not None:
            try:
                with self._file.statement() as connection:
                    connection.execute(ready.sql, ready.parameters)
            except sqlite3.IntegrityError as error:
                if "position" in str(error):  # otherwise some of them are repeats
                    self._file.others_write()
            else:
                self._appended(ready.head, len(entries))
                return [None] * len(entries)
        with self._file.transaction() as connection:
            answers, head = self._append_new(connection, entries, packed)
        if head is not None:
            self._appended(head, len(entries))
        return answers

    def _appended(self, head: chain.Head, entries: int) -> None:
        self._head = head
        self._file.appended(entries)
        self._events.appended(entries, head.position)

    def _append_new(
        self, connection: sqlite3.Connection, entries: Sequence[NewEntry], packed: Sequence[bytes]
    ) -> tuple[list[bytes | None], chain.Head | None]:
        """Append those that are not there yet, and answer with what is stored for the others; and with the new head."""
        seen: dict[tuple[str | None, str | None], bytes] = {}
        answers: list[bytes | None] = []
        new: list[int] = []
        self._events.catch_up(connection)
        for number, entry in enumerate(entries):
            key = (entry.consent_id, entry.event_id)
            earlier = None
            if entry.consent_id is not None and entry.event_id is not None:
                row = self._events.find(connection, entry.consent_id, entry.event_id)
                earlier = row[1] if row else seen.get(key)
                seen.setdefault(key, packed[number])
            answers.append(earlier)
            if earlier is None:
                new.append(number)
        if not new:
            return answers, None
        return answers, self._insert(connection, [entries[n] for n in new], [packed[n] for n in new])

    def _insert(
        self, connection: sqlite3.Connection, entries: Sequence[NewEntry], packed: Sequence[bytes]
    ) -> chain.Head:
        """Insert one batch and its seal inside the current transaction, after the head as it is now; returns the new one.

        All keys of events must have been gathered (`SqliteEvents.catch_up`).
        """
        row = connection.execute("SELECT * FROM seal ORDER BY number DESC LIMIT 1").fetchone()
        head = chain.after(Seal._make(row)) if row else chain.genesis(self._writer)
        ready = self._rows(self._batch(head, entries, packed))
        connection.execute(ready.sql, ready.parameters)
        return ready.head

    def _batch(self, head: chain.Head, entries: Sequence[NewEntry], packed: Sequence[bytes]) -> Batch:
        return batch_of(self._writer, head, self._file.clock(), entries, packed)

    def _rows(self, batch: Batch) -> _Ready:
        """Return the one statement for a batch; the keys of its tables refuse it where the head has moved."""
        seal = batch.seal
        parameters: list[Any] = []
        key_of = self._events.key_of
        for position, entry, packed, salt in zip(
            range(seal.first, seal.last + 1), batch.entries, batch.packed, batch.salts, strict=True
        ):
            kind, time, record_id, site, consent_id, event_id, expires, _ = entry
            parameters += (
                position, kind, time, record_id, site, consent_id, event_id, expires, salt, packed,
                key_of(consent_id, event_id),
            )  # fmt: skip
        # In the columns' order, as the view `batch` says (`consent.store.sqlite_events`).
        parameters += (
            seal.number, -1, seal.first, seal.hash, seal.sealed, None, None, seal.size, None, seal.locators, None,
        )  # fmt: skip
        rows = _padded(seal.size + 1)
        parameters += (None,) * (rows * _WIDTH - len(parameters))
        return _Ready(_insert_sql(rows), parameters, chain.after(seal))

    async def erase(self, record_ids: Sequence[bytes], note: NewEntry) -> int:
        return await self._file.write(self._erase, record_ids, note)

    def _erase(self, record_ids: Sequence[bytes], note: NewEntry) -> int:
        with self._file.transaction() as connection:
            self._events.catch_up(connection)
            head = self._insert(connection, [note], [note.payload])
            for record_id in record_ids:
                row = connection.execute(
                    "SELECT position, salt, payload, consent_id, event_id FROM entry"
                    " WHERE record_id = ? AND kind = 0 AND payload IS NOT NULL",
                    (record_id,),
                ).fetchone()
                if row is None:
                    raise StoreError(f"{self.path}: record {record_id.hex()} is not there or already erased.")
                connection.execute(
                    "UPDATE entry SET site = NULL, consent_id = NULL, event_id = NULL, expires = NULL,"
                    " salt = NULL, payload = NULL, commitment = ?, erased_by = ? WHERE position = ?",
                    (chain.commitment(row[1], self._writing_codec.unpack(row[2])), note.record_id, row[0]),
                )
                self._events.forget(connection, row[0], row[3], row[4])
        self._appended(head, 1)
        self._file.empty_wal()
        return len(record_ids)

    # --- reading the log

    async def history(self, consent_id: str) -> list[StoredEntry]:
        return await self._file.write(self._history, consent_id)

    def _history(self, consent_id: str) -> list[StoredEntry]:
        with self._file.statement() as connection:
            self._events.catch_up(connection)
            positions = json.dumps(self._events.positions(connection, consent_id))
            rows = connection.execute(
                f"SELECT {_ENTRY} FROM entry"  # noqa: S608 - a literal of this module
                " WHERE position IN (SELECT value FROM json_each(?)) AND consent_id = ? ORDER BY position",
                (positions, consent_id),
            ).fetchall()
        return [self._entry(row, self._writing_codec) for row in rows]

    async def find(self, record_id: bytes) -> list[StoredEntry]:
        return await self._entries("WHERE record_id = ? ORDER BY position", (record_id,))

    async def expired(self, before_s: int, *, site: str | None, limit: int) -> list[StoredEntry]:
        return await self._entries(
            "WHERE expires < ? AND kind = 0 AND (? IS NULL OR site = ?) ORDER BY expires, position LIMIT ?",
            (before_s, site, site, limit),
        )

    async def records(
        self, *, since: bytes, before: bytes, sites: Sequence[str], limit: int, examine: int
    ) -> tuple[list[StoredEntry], bytes]:
        # How far to look is found in the index alone; the rows of other sites are read, but not fetched.
        floors = await self._file.fetch(
            "SELECT record_id FROM entry WHERE record_id >= ? AND record_id < ? ORDER BY record_id DESC LIMIT 1 OFFSET ?",
            (since, before, examine - 1),
        )
        floor = floors[0][0] if floors else since
        found = await self._entries(
            "WHERE record_id >= ? AND record_id < ? AND kind = 0 AND site IN (SELECT value FROM json_each(?))"
            " ORDER BY record_id DESC LIMIT ?",
            (floor, before, json.dumps(sites), limit),
        )
        return found, found[-1].record_id if len(found) == limit else floor

    async def audit(self, *, before: bytes | None, limit: int) -> list[StoredEntry]:
        # The kind is written out, so that the partial index serves.
        return await self._entries(
            "WHERE kind = 3 AND (? IS NULL OR record_id < ?) ORDER BY record_id DESC LIMIT ?",
            (before, before, limit),
        )

    async def entries(self, writer: bytes, *, after: int, limit: int) -> list[StoredEntry]:
        if writer != self._writer:
            return []
        return await self._entries("WHERE position > ? ORDER BY position LIMIT ?", (after, limit))

    async def _entries(self, condition: str, parameters: tuple[Any, ...]) -> list[StoredEntry]:
        sql = f"SELECT {_ENTRY} FROM entry {condition}"  # noqa: S608 - both parts are literals of this module
        return [self._entry(row, self._codec) for row in await self._file.fetch(sql, parameters)]

    def _entry(self, row: tuple[Any, ...], codec: PayloadCodec) -> StoredEntry:
        entry = StoredEntry(self._writer, *row)
        if entry.payload is None:
            return entry
        return entry._replace(payload=codec.unpack(entry.payload))

    async def writers(self) -> list[bytes]:
        return [row[0] for row in await self._file.fetch("SELECT id FROM writer ORDER BY id")]

    async def seals(self, writer: bytes, *, after: int, limit: int) -> list[Seal]:
        if writer != self._writer:
            return []
        rows = await self._file.fetch(
            "SELECT * FROM seal WHERE number > ? ORDER BY number LIMIT ?", (after, limit)
        )
        return [Seal._make(row) for row in rows]

    async def last_seal(self, writer: bytes) -> Seal | None:
        if writer != self._writer:
            return None
        rows = await self._file.fetch("SELECT * FROM seal ORDER BY number DESC LIMIT 1")
        return Seal._make(rows[0]) if rows else None

    async def seal_over(self, writer: bytes, position: int) -> Seal | None:
        if writer != self._writer:
            return None
        # The batches are in the order of their positions, so the one that covers it is found by halving.
        return await self._file.read(self._seal_over, position)

    def _seal_over(self, position: int) -> Seal | None:
        low, high = 0, (self._file.rows("SELECT max(number) FROM seal")[0][0] or 0)
        while low < high:
            middle = (low + high + 1) // 2
            row = self._file.rows(
                "SELECT first FROM seal WHERE number >= ? ORDER BY number LIMIT 1", (middle,)
            )[0]
            low, high = (middle, high) if row[0] <= position else (low, middle - 1)
        found = self._file.rows("SELECT * FROM seal WHERE number = ?", (low,))
        seal = Seal._make(found[0]) if found else None
        return seal if seal is not None and seal.first <= position <= seal.last else None

    async def probe(self) -> None:
        await self._file.write(self._probe)

    def _probe(self) -> None:
        with self._file.transaction() as connection:
            connection.execute("UPDATE writer SET created = created")

    async def ping(self) -> None:
        await self._file.read(self._ping)

    def _ping(self) -> None:
        self._file.rows("SELECT id FROM writer")
        free = shutil.disk_usage(self.path.parent).free
        if free < LEAST_FREE:
            raise StoreUnavailable(
                f"{self.path}: only {free} bytes are free.", hint="Free space on the disk."
            )

    async def doubts(self) -> list[str]:
        return []  # the file's own settings are made when it is opened


def _padded(rows: int) -> int:
    """Return how many rows the statement for so many has: a few dozen sizes, each of which is prepared once and kept."""
    step = 1 if rows <= 32 else 8 if rows <= 128 else 32
    return -(-rows // step) * step


@cache
def _insert_sql(rows: int) -> str:
    return f"INSERT INTO batch VALUES {', '.join([_ROW] * rows)}"  # noqa: S608 - literals
