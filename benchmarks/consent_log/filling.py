"""A SQLite log filled with millions of records: as the server would have written them, but without waiting for the disk."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import sqlite3
import time
from pathlib import Path

from consent.log import ConsentLog, RequestContext, decode_record, encode_record
from consent.model.records import parse_event
from consent.model.sites import load_sites
from consent.store import chain, open_store
from consent.store.batches import batch_of
from consent.store.entries import EntryKind, NewEntry
from consent.store.event_keys import register
from consent.store.payloads import PayloadCodec
from consent.times import rfc3339

BATCH = 200


async def _template(folder: Path, url: str, body: str) -> bytes:
    """Return the canonical bytes of one record as the log makes it."""
    store = await open_store(url)
    try:
        log = ConsentLog(store, load_sites(folder / "sites.toml").sites)
        log.start()
        sent = body.replace("@@ID@@", "A" * 22).replace("@@EVENT@@", "B" * 22)
        record = await log.append(
            parse_event(sent.encode()), RequestContext(user_agent="Firefox/133.0 (X11; Linux)")
        )
        await log.erase(record.consent_id, reason="operator")
        await log.close()
    finally:
        await store.close()
    return encode_record(record)


def fill(folder: Path, path: Path, body: str, records: int) -> float:
    """Append so many records to the log at ``path`` (made by `servers.published`); returns the seconds that it took.

    The indexes are dropped meanwhile and built at the end. Every batch is sealed: the log verifies.
    """
    begun = time.monotonic()
    template = asyncio.run(_template(folder, f"sqlite:///{path}", body))
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -500000")
        (writer,) = connection.execute("SELECT id FROM writer").fetchone()
        last = connection.execute("SELECT * FROM seal ORDER BY number DESC LIMIT 1").fetchone()
        number, first, size, sealed, digest, _ = last
        head = chain.Head(number, first + size - 1, digest, sealed)
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'entry' AND sql IS NOT NULL"
        ).fetchall()
        register(connection)
        connection.execute("BEGIN IMMEDIATE")
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        codec = PayloadCodec()
        made = _Records(template)
        for start in range(0, records, BATCH):
            made.now = max(head.sealed, time.time_ns() // 1_000_000)
            entries = [made.next() for _ in range(min(BATCH, records - start))]
            packed = [codec.pack(entry.payload) for entry in entries]
            batch = batch_of(writer, head, made.now, entries, packed)
            connection.executemany(
                "INSERT INTO entry (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (position, *entry[:7], salt, form)
                    for position, entry, salt, form in zip(
                        range(batch.seal.first, batch.seal.last + 1),
                        entries,
                        batch.salts,
                        packed,
                        strict=True,
                    )
                ),
            )
            connection.execute("INSERT INTO seal VALUES (?, ?, ?, ?, ?, ?)", batch.seal)
            head = chain.after(batch.seal)
            if start % 200_000 == 0 and start:
                connection.execute("COMMIT")
                connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")
        for _, sql in indexes:
            connection.execute(sql)
        # As after the keys of the last entries were added (`consent.store.sqlite_events`).
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM event_key")
        connection.execute(
            "INSERT INTO event_key SELECT event_key((SELECT secret FROM event_state), consent_id, event_id), position"
            " FROM entry WHERE consent_id IS NOT NULL ORDER BY 1, 2"
        )
        connection.execute("UPDATE event_state SET indexed = (SELECT max(position) FROM entry)")
        # A server counts them as they come; it would not have so many to count at once.
        connection.execute(
            "INSERT OR REPLACE INTO counted SELECT id, (SELECT max(position) FROM entry) FROM writer"
        )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return time.monotonic() - begun


class _Records:
    """Makes one record after the other from a template, each with its own ids and times."""

    def __init__(self, template: bytes) -> None:
        self._record = decode_record(template)
        self._valid_ms = 180 * 86_400_000
        self._template = template
        for value in (self._record.consent_id, self._record.event_id, self._record.record_id):
            self._template = self._template.replace(value.encode(), b"@@")
        self.now = 0

    def next(self) -> NewEntry:
        record_id = (
            self.now.to_bytes(6, "big")
            + bytes((0x70 | secrets.randbelow(16), secrets.randbelow(256), 0x80 | secrets.randbelow(64)))
            + os.urandom(7)
        )
        text = record_id.hex()
        name = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
        consent_id, event_id = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        server_time, valid_until = rfc3339(self.now), rfc3339(self.now + self._valid_ms)
        record = self._record
        payload = self._template
        for value, new in (
            (b'"record_id":"@@"', b'"record_id":"%b"' % name.encode()),
            (b'"consent_id":"@@"', b'"consent_id":"%b"' % consent_id.encode()),
            (b'"event_id":"@@"', b'"event_id":"%b"' % event_id.encode()),
            (record.server_time.encode(), server_time.encode()),
            (record.client_time.encode(), server_time.encode()),
            ((record.valid_until or "").encode(), valid_until.encode()),
        ):
            payload = payload.replace(value, new, 1)
        expires = (self.now + self._valid_ms) // 1000
        return NewEntry(
            EntryKind.RECORD, self.now, record_id, record.site, consent_id, event_id, expires, payload
        )
