"""The key of an event: 64 bits by which a store finds the entry that holds it. Keys may be alike, so ids are compared too."""

from __future__ import annotations

import hashlib
import sqlite3

EVENT_BITS = 24
"""The lower bits of a key come from the event id, the 40 others from the consent id: one visitor's keys lie together."""


def event_key(secret: bytes, consent_id: str, event_id: str) -> int:
    """Return an event's key, a signed number. Without the secret (16 bytes) nobody can send events whose keys are alike."""
    event = hashlib.blake2b(event_id.encode(), digest_size=3, key=secret).digest()
    visitor = hashlib.blake2b(consent_id.encode(), digest_size=5, key=secret).digest()
    return int.from_bytes(visitor + event, "big", signed=True)


def keys_of_visitor(secret: bytes, consent_id: str) -> tuple[int, int]:
    """Return the first and the last key that an event of a visitor can have."""
    low = event_key(secret, consent_id, "") >> EVENT_BITS << EVENT_BITS
    return low, low + (1 << EVENT_BITS) - 1


def register(connection: sqlite3.Connection) -> None:
    """Make ``event_key(secret, consent_id, event_id)`` known to a SQLite connection."""
    connection.create_function("event_key", 3, event_key, deterministic=True)
