"""Which entry of a SQLite log holds an event, found by a key of 64 bits, in a log of any size at nearly the same cost.

Consent ids are random. An index that each record is added to at once has each record change another page, which is read,
written to the write-ahead log and written again when that is folded in: in a log of ten million that cost more than all the
rest. So the keys of new entries are gathered in the memory of SQLite (a temporary table of the writing connection, hence part
of its transactions) and added to the table ``event_key`` in their order, many to a page, a small part after each few
batches. ``event_state.indexed`` says up to where that was finished. What lies behind it is read from the entries themselves
when the file is opened, and where another process has appended.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from consent.store.event_keys import event_key, keys_of_visitor
from consent.store.sqlite_file import SqliteFile, statements

MERGE_AT = 50_000
"""So many keys are gathered at least before they are added to the table; reading them again takes 100 ms."""
MERGE_SHARE = 64
"""In a large log as many as this part of it, so that several of them fall on each page."""
SLICE = 256
"""Keys that are added in one transaction, after half as many new entries: a few milliseconds between two batches."""

# The columns of an entry and its key; in the row of a seal, kind is -1, position is its number, time its first position,
# expires its size, site its time, record_id its hash and payload its locators. A row without a kind fills a statement up.
_TEMPORARY = """
CREATE TEMP TABLE new_event (key INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (key, position)) WITHOUT ROWID;
CREATE TEMP TABLE new_event_state (known INTEGER NOT NULL);
INSERT INTO new_event_state VALUES (0);
CREATE TEMP VIEW batch (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload, key) AS
  SELECT position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload, NULL FROM entry;
CREATE TEMP TRIGGER batch_entry INSTEAD OF INSERT ON batch WHEN NEW.kind >= 0 BEGIN
  SELECT RAISE(ABORT, 'repeated') FROM (
    SELECT position FROM new_event WHERE key = NEW.key UNION ALL SELECT position FROM event_key WHERE key = NEW.key
  ) AS alike CROSS JOIN entry ON entry.position = alike.position
  WHERE entry.consent_id = NEW.consent_id AND entry.event_id = NEW.event_id;
  INSERT INTO entry (position, kind, time, record_id, site, consent_id, event_id, expires, salt, payload)
  VALUES (NEW.position, NEW.kind, NEW.time, NEW.record_id, NEW.site, NEW.consent_id, NEW.event_id, NEW.expires, NEW.salt,
    NEW.payload);
  INSERT INTO new_event SELECT NEW.key, NEW.position WHERE NEW.key IS NOT NULL;
END;
CREATE TEMP TRIGGER batch_seal INSTEAD OF INSERT ON batch WHEN NEW.kind = -1 BEGIN
  INSERT INTO seal (number, first, size, sealed, hash, locators)
  VALUES (NEW.position, NEW.time, NEW.expires, NEW.site, NEW.record_id, NEW.payload);
  UPDATE new_event_state SET known = NEW.time + NEW.expires - 1 WHERE known = NEW.time - 1;
END;
"""
_FIND = """
SELECT entry.position, entry.payload FROM (
  SELECT position FROM new_event WHERE key = ?1 UNION ALL SELECT position FROM event_key WHERE key = ?1
) AS alike CROSS JOIN entry ON entry.position = alike.position WHERE entry.consent_id = ?2 AND entry.event_id = ?3 LIMIT 1
"""
_OF_VISITOR = """
SELECT position FROM new_event WHERE key BETWEEN ?1 AND ?2 UNION SELECT position FROM event_key WHERE key BETWEEN ?1 AND ?2
"""


class SqliteEvents:
    """The keys of one file's events. All but `key_of` run on the writing thread.

    ``find``, ``positions`` and the view ``batch`` know every entry up to which `catch_up` was called, or which this connection has
    appended since.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._secret = b""
        self._indexed = 0
        self._goal = 0
        self._merged_to: int | None = None
        self._since_slice = 0

    def open(self, connection: sqlite3.Connection) -> None:
        """Prepare the writing connection."""
        connection.execute("PRAGMA temp_store = MEMORY")
        for statement in statements(_TEMPORARY):
            connection.execute(statement)
        (self._secret, self._indexed) = connection.execute(
            "SELECT secret, indexed FROM event_state"
        ).fetchone()

    def key_of(self, consent_id: str | None, event_id: str | None) -> int | None:
        """Return an event's key, None for an entry that is no consent record."""
        return (
            None if consent_id is None or event_id is None else event_key(self._secret, consent_id, event_id)
        )

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """Gather the keys that other processes, or this one before it was started, have not added to the table yet."""
        (self._indexed,) = connection.execute("SELECT indexed FROM event_state").fetchone()
        (known,) = connection.execute("SELECT known FROM new_event_state").fetchone()
        (last,) = connection.execute("SELECT coalesce(max(position), 0) FROM entry").fetchone()
        if known < self._indexed:
            connection.execute("DELETE FROM new_event")
            known = self._indexed
        if last > known:
            connection.execute(
                "INSERT OR IGNORE INTO new_event SELECT event_key(?, consent_id, event_id), position FROM entry"
                " WHERE position > ? AND consent_id IS NOT NULL",
                (self._secret, known),
            )
        connection.execute("UPDATE new_event_state SET known = ?", (last,))

    def find(self, connection: sqlite3.Connection, consent_id: str, event_id: str) -> Any:
        """Return the position and stored payload of the entry with these ids, or None."""
        key = self.key_of(consent_id, event_id)
        return connection.execute(_FIND, (key, consent_id, event_id)).fetchone()

    def positions(self, connection: sqlite3.Connection, consent_id: str) -> list[int]:
        """Return where a visitor's entries are, and perhaps a few more."""
        rows = connection.execute(_OF_VISITOR, keys_of_visitor(self._secret, consent_id)).fetchall()
        return [row[0] for row in rows]

    def forget(self, connection: sqlite3.Connection, position: int, consent_id: str, event_id: str) -> None:
        """Remove the key of an entry that is erased."""
        row = (self.key_of(consent_id, event_id), position)
        connection.execute("DELETE FROM event_key WHERE key = ? AND position = ?", row)
        connection.execute("DELETE FROM new_event WHERE key = ? AND position = ?", row)

    # --- adding what was gathered to the table

    def appended(self, entries: int, last: int) -> None:
        """Say that so many entries were appended, up to the position ``last``; a slice is added every now and then."""
        if self._merged_to is None:
            if last - self._indexed < max(MERGE_AT, self._indexed // MERGE_SHARE):
                return
            self._goal, self._merged_to, self._since_slice = last, -(1 << 63) - 1, 0
        self._since_slice += entries
        if self._since_slice >= SLICE // 2:
            self._since_slice = 0
            self._file.soon(self._add_slice)

    def _add_slice(self) -> None:
        low = self._merged_to
        if low is None:
            return
        # A key that is lost with the machine's power is made again of its entry.
        with self._file.unhurried_transaction() as connection:
            high = self._added(connection, low)
        self._merged_to = high
        if high is None:
            self._indexed = max(self._indexed, self._goal)

    def _added(self, connection: sqlite3.Connection, low: int) -> int | None:
        """Add the next keys after ``low``; returns the last of them, None where all up to the goal are there."""
        row = connection.execute(
            "SELECT key FROM new_event WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?", (low + 1, SLICE - 1)
        ).fetchone()
        high = row[0] if row else (1 << 63) - 1
        bounds = (low + 1, high, self._goal)
        # An entry that another process has erased meanwhile leaves no key behind.
        connection.execute(
            "INSERT OR IGNORE INTO event_key SELECT key, position FROM new_event"
            " WHERE key BETWEEN ? AND ? AND position <= ? AND EXISTS"
            " (SELECT 1 FROM entry WHERE entry.position = new_event.position AND consent_id IS NOT NULL)"
            " ORDER BY key, position",
            bounds,
        )
        connection.execute("DELETE FROM new_event WHERE key BETWEEN ? AND ? AND position <= ?", bounds)
        if row:
            return high
        connection.execute("UPDATE event_state SET indexed = max(indexed, ?)", (self._goal,))
        return None
