"""The store on PostgreSQL, for several serving processes on one database, and for logs beyond one machine.

Each serving process has a chain of its own, so none waits for another: it holds an advisory lock on its writer for as long
as it is connected, and the next process to start takes a chain that nobody holds. The commands share one chain more. No
lock guards a seal: the key of the table does. Whoever finds the next number taken reads the head anew and tries again.

A batch is one statement, hence one round trip and one commit: an ``INSERT … SELECT FROM unnest(…)`` with its seal.
"""

# ruff: noqa: D102 - Store, the protocol, documents these methods

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg

from consent.model.errors import StoreError, StoreUnavailable
from consent.store import chain
from consent.store.batches import batch_of
from consent.store.entries import (
    NewEntry,
    Seal,
    StoredEntry,
)
from consent.store.payloads import PayloadCodec
from consent.store.postgresql_alerts import PostgresqlAlerts
from consent.store.postgresql_discovered import PostgresqlDiscovered
from consent.store.postgresql_register import PostgresqlRegister
from consent.store.postgresql_rights import PostgresqlRights
from consent.store.postgresql_scans import PostgresqlScans
from consent.store.postgresql_server import LOCK_CLASS, PostgresqlServer
from consent.store.postgresql_statistics import PostgresqlStatistics
from consent.store.postgresql_users import PostgresqlUsers

T = TypeVar("T")

COMMANDS = 0
"""Number of the writer whose chain the commands share."""

ATTEMPTS = 20
"""How often a batch is tried when others write to the same chain, or the same events, at the same moment."""

_HEAD_MOVED = {"seal_key", "seal_first", "entry_key"}
_REPEATED = "entry_event"

# One order for all: two processes that were sent the same events wait for each other, and not each for the other.
_APPEND = """
WITH stored AS (
  INSERT INTO entry (writer, position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload)
  SELECT $1::integer, $2::bigint + place - 1, kind, time, record_id, site, consent_id, event_id, expires,
         substr($3::bytea, (16 * (place - 1) + 1)::integer, 16), payload
  FROM unnest($4::smallint[], $5::bigint[], $6::bytea[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bytea[])
       WITH ORDINALITY AS new (kind, time, record_id, site, consent_id, event_id, expires, payload, place)
  ORDER BY consent_id, event_id
)
INSERT INTO seal (writer, number, first, size, sealed, hash, locators)
VALUES ($1, $12::bigint, $2, $13::integer, $14::bigint, $15::bytea, $16::bytea)
"""
_EARLIER = """
SELECT place - 1, payload FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS sent (consent, event, place)
JOIN entry ON consent_id = consent AND event_id = event
"""
_TO_ERASE = """
SELECT writer, position, salt, payload FROM entry
WHERE record_id = ANY ($1::bytea[]) AND kind = 0 AND payload IS NOT NULL ORDER BY record_id FOR UPDATE
"""
_ERASE = """
UPDATE entry SET site = NULL, consent_id = NULL, event_id = NULL, expires = NULL, salt = NULL, payload = NULL,
  commitment = gone.commitment, erased_by = $1
FROM unnest($2::integer[], $3::bigint[], $4::bytea[]) AS gone (writer, position, commitment)
WHERE entry.writer = gone.writer AND entry.position = gone.position
"""
# Also those that no writer's row stands for: what was slipped in must not stay unseen.
_WRITERS = """
WITH RECURSIVE used (number) AS (
  SELECT min(writer) FROM entry
  UNION ALL SELECT (SELECT min(writer) FROM entry WHERE writer > used.number) FROM used WHERE used.number IS NOT NULL
)
SELECT number, id FROM writer UNION ALL
SELECT number, NULL FROM used WHERE number IS NOT NULL AND number NOT IN (SELECT number FROM writer)
"""
_ENTRY = (
    "SELECT writer, position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload, commitment,"
    " erased_by FROM entry"
)
_SEAL = "SELECT number, first, size, sealed, hash, locators FROM seal WHERE writer = $1"


async def open_url(url: str, *, exclusive: bool = False, create: bool = True) -> PostgresqlStore:
    """Open ``postgresql://user:password@host:port/database``, which must be there; its tables are made.

    ``exclusive`` shuts nobody out: it gives the process a chain of its own.
    """
    store = PostgresqlStore(url, exclusive=exclusive, create=create)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    return store


class PostgresqlStore(
    PostgresqlAlerts,
    PostgresqlDiscovered,
    PostgresqlRegister,
    PostgresqlRights,
    PostgresqlScans,
    PostgresqlStatistics,
    PostgresqlUsers,
):
    """See `consent.store.Store`. ``clock`` returns milliseconds since 1970."""

    def __init__(
        self,
        url: str,
        *,
        exclusive: bool = False,
        create: bool = True,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self._server = PostgresqlServer(url, create=create, clock=clock, on_connect=self._take_chain)
        self._exclusive = exclusive
        self._number = COMMANDS
        self._writer = b""
        self._head: chain.Head | None = None
        self._numbers: dict[bytes, int] = {}
        self._codec = PayloadCodec()

    async def open(self) -> None:
        """Connect; a chain that nobody holds is taken, or a new one begun."""
        await self._server.open()

    async def close(self) -> None:
        await self._server.close()

    async def _take_chain(self, connection: asyncpg.Connection) -> None:
        """Choose the chain to append to. The lock on it ends with the connection, also where the process was killed."""
        self._head = None
        begin = "INSERT INTO writer (number, id, created) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        if not self._exclusive:
            await connection.execute(begin, COMMANDS, secrets.token_bytes(16), self._server.clock())
            self._writer = await connection.fetchval("SELECT id FROM writer WHERE number = $1", COMMANDS)
            return
        while True:
            rows = await connection.fetch(
                "SELECT number, id FROM writer WHERE number <> $1 ORDER BY number", COMMANDS
            )
            for number, writer in rows:
                if await connection.fetchval("SELECT pg_try_advisory_lock($1, $2)", LOCK_CLASS, number):
                    self._number, self._writer = number, writer
                    return
            new = max((row[0] for row in rows), default=COMMANDS) + 1
            await connection.execute(begin, new, secrets.token_bytes(16), self._server.clock())

    # --- appending

    async def append(self, entries: Sequence[NewEntry]) -> list[bytes | None]:
        answers: list[bytes | None] = [None] * len(entries)

        async def attempt(connection: asyncpg.Connection) -> list[bytes | None]:
            new = [entry for entry, earlier in zip(entries, answers, strict=True) if earlier is None]
            try:
                if new:
                    await self._insert(connection, new)
            except asyncpg.UniqueViolationError as error:
                if error.constraint_name == _REPEATED:  # rare: some of them are repeats
                    answers[:] = await self._earlier(connection, entries)
                raise
            return answers

        return await self._tried(attempt)

    async def _tried(self, attempt: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
        """Run on the writing connection, again where others were in the way; nothing of a failed attempt stays."""
        async with self._server.writing() as connection:
            for _ in range(ATTEMPTS):
                try:
                    return await attempt(connection)
                except asyncpg.UniqueViolationError as error:
                    self._head = None
                    if error.constraint_name not in _HEAD_MOVED | {_REPEATED}:
                        raise
                except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                    self._head = None
                except BaseException:
                    self._head = None
                    raise
            raise StoreUnavailable(
                f"{self._server.name}: others wrote at the same moment, {ATTEMPTS} times over.",
                hint="Try again in a moment.",
            )

    async def _earlier(
        self, connection: asyncpg.Connection, entries: Sequence[NewEntry]
    ) -> list[bytes | None]:
        """Return for each entry what is stored with its ids, or came earlier in the batch, else None."""
        ids = [entry.consent_id for entry in entries], [entry.event_id for entry in entries]
        found = {
            place: self._codec.unpack(payload) for place, payload in await connection.fetch(_EARLIER, *ids)
        }
        seen: dict[tuple[str | None, str | None], bytes] = {}
        answers: list[bytes | None] = []
        for place, entry in enumerate(entries):
            key = (entry.consent_id, entry.event_id)
            answers.append(found.get(place) or seen.get(key))
            if entry.consent_id is not None:
                seen.setdefault(key, entry.payload)
        return answers

    async def _insert(self, connection: asyncpg.Connection, entries: Sequence[NewEntry]) -> None:
        """Insert one batch and its seal in one statement."""
        head = await self._current_head(connection)
        forms = [self._codec.pack(entry.payload) for entry in entries]
        batch = batch_of(self._writer, head, self._server.clock(), entries, forms)
        seal = batch.seal
        kinds, times, ids, sites, consents, events, expiries, _ = zip(*batch.entries, strict=True)
        await connection.execute(
            _APPEND, self._number, seal.first, b"".join(batch.salts), kinds, times, ids, sites, consents, events, expiries,
            batch.packed, seal.number, seal.size, seal.sealed, seal.hash, seal.locators,
        )  # fmt: skip
        self._head = chain.after(seal)

    async def _current_head(self, connection: asyncpg.Connection) -> chain.Head:
        if self._head is None:
            row = await connection.fetchrow(f"{_SEAL} ORDER BY number DESC LIMIT 1", self._number)
            self._head = chain.after(Seal(*row)) if row else chain.genesis(self._writer)
        return self._head

    async def erase(self, record_ids: Sequence[bytes], note: NewEntry) -> int:
        async def attempt(connection: asyncpg.Connection) -> int:
            async with connection.transaction():
                await self._insert(connection, [note])
                rows = await connection.fetch(_TO_ERASE, record_ids)
                if len(rows) != len(record_ids):
                    raise StoreError(
                        f"{self._server.name}: {len(record_ids) - len(rows)} of {len(record_ids)} records are not there"
                        " or already erased."
                    )
                commitments = [chain.commitment(row[2], self._codec.unpack(row[3])) for row in rows]
                places = [row[0] for row in rows], [row[1] for row in rows]
                await connection.execute(_ERASE, note.record_id, *places, commitments)
            return len(rows)

        return await self._tried(attempt)

    # --- reading the log

    async def history(self, consent_id: str) -> list[StoredEntry]:
        return await self._entries("WHERE consent_id = $1 ORDER BY time, writer, position", consent_id)

    async def find(self, record_id: bytes) -> list[StoredEntry]:
        return await self._entries("WHERE record_id = $1 ORDER BY writer, position", record_id)

    async def expired(self, before_s: int, *, site: str | None, limit: int) -> list[StoredEntry]:
        return await self._entries(
            "WHERE expires < $1 AND kind = 0 AND ($2::text IS NULL OR site = $2)"
            " ORDER BY expires, writer, position LIMIT $3",
            before_s, site, limit,
        )  # fmt: skip

    async def records(
        self, *, since: bytes, before: bytes, sites: Sequence[str], limit: int, examine: int
    ) -> tuple[list[StoredEntry], bytes]:
        # How far to look is found in the index alone.
        floors = await self._server.fetch(
            "SELECT record_id FROM entry WHERE record_id >= $1 AND record_id < $2 ORDER BY record_id DESC LIMIT 1 OFFSET $3",
            since, before, examine - 1,
        )  # fmt: skip
        floor = floors[0][0] if floors else since
        found = await self._entries(
            "WHERE record_id >= $1 AND record_id < $2 AND kind = 0 AND site = ANY ($3::text[])"
            " ORDER BY record_id DESC LIMIT $4",
            floor, before, list(sites), limit,
        )  # fmt: skip
        return found, found[-1].record_id if len(found) == limit else floor

    async def audit(self, *, before: bytes | None, limit: int) -> list[StoredEntry]:
        # The kind is written out, so that the partial index serves.
        return await self._entries(
            "WHERE kind = 3 AND ($1::bytea IS NULL OR record_id < $1) ORDER BY record_id DESC LIMIT $2",
            before, limit,
        )  # fmt: skip

    async def entries(self, writer: bytes, *, after: int, limit: int) -> list[StoredEntry]:
        return await self._entries(
            "WHERE writer = $1 AND position > $2 ORDER BY position LIMIT $3",
            await self._number_of(writer), after, limit,
        )  # fmt: skip

    async def _entries(self, condition: str, *parameters: Any) -> list[StoredEntry]:
        rows = await self._server.fetch(f"{_ENTRY} {condition}", *parameters)
        if not {row[0] for row in rows} <= set(self._numbers.values()):
            await self.writers()
        ids = {number: writer for writer, number in self._numbers.items()}
        return [self._entry(ids.get(row[0]) or _stray(row[0]), *row[1:]) for row in rows]

    def _entry(self, *row: Any) -> StoredEntry:
        entry = StoredEntry(*row)
        if entry.payload is None:
            return entry
        return entry._replace(payload=self._codec.unpack(entry.payload))

    async def _number_of(self, writer: bytes) -> int:
        """Return a writer's number; -1, which none has, where there is no such writer."""
        if writer not in self._numbers:
            await self.writers()
        return self._numbers.get(writer, -1)

    async def writers(self) -> list[bytes]:
        rows = await self._server.fetch(_WRITERS)
        self._numbers = {writer or _stray(number): number for number, writer in rows}
        return sorted(self._numbers)

    async def seals(self, writer: bytes, *, after: int, limit: int) -> list[Seal]:
        return await self._seals("AND number > $2 ORDER BY number LIMIT $3", writer, after, limit)

    async def last_seal(self, writer: bytes) -> Seal | None:
        found = await self._seals("ORDER BY number DESC LIMIT 1", writer)
        return found[0] if found else None

    async def seal_over(self, writer: bytes, position: int) -> Seal | None:
        found = await self._seals("AND first <= $2 ORDER BY first DESC LIMIT 1", writer, position)
        return found[0] if found and position <= found[0].last else None

    async def _seals(self, condition: str, writer: bytes, *parameters: int) -> list[Seal]:
        number = await self._number_of(writer)
        return [Seal(*row) for row in await self._server.fetch(f"{_SEAL} {condition}", number, *parameters)]

    async def probe(self) -> None:
        async with self._server.writing() as connection:
            await connection.execute("UPDATE writer SET created = created WHERE number = $1", self._number)

    async def ping(self) -> None:
        await self._server.fetch("SELECT number FROM writer LIMIT 1")

    async def doubts(self) -> list[str]:
        rows = await self._server.fetch(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name"
        )
        return [f"{row[0]} is off: a crash of the machine can lose or damage records" for row in rows]


def _stray(number: int) -> bytes:
    """Return the id under which entries appear that belong to no writer: no seal of it can be right."""
    return (number % (1 << 32)).to_bytes(16, "big")
