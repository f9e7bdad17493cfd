"""Sessions of the dashboard. A browser holds the secret, 256 random bits; the store has its SHA-256, never itself.

A session ends an hour after its last request, and twelve hours after it began (OWASP ASVS 5.0, 7.3): an admin's day. What a
form must send back to prove that it came from our own page is made from the secret, so nothing more has to be kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from consent.store import Store
from consent.store.user_store import SessionRow
from consent.times import now_ms
from consent.users import User, user_of

IDLE_MS = 60 * 60 * 1000
LONGEST_MS = 12 * IDLE_MS
TOUCH_MS = 60 * 1000
"""The last request is noted to the minute: a write for every page would be one too many."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: whose it is, and what its forms must send back."""

    user: User
    csrf: str


def new_secret() -> str:
    """Return 256 random bits as 43 characters."""
    return secrets.token_urlsafe(32)


def csrf_of(secret: str) -> str:
    """Return what forms send back; it does not lead back to the secret (RFC 2104)."""
    return (
        base64.urlsafe_b64encode(hmac.digest(secret.encode(), b"consentry form", "sha256"))
        .decode()
        .rstrip("=")
    )


def same_csrf(secret: str, sent: str) -> bool:
    """Whether a form sent what `csrf_of` gave it; takes as long whatever is wrong."""
    return hmac.compare_digest(csrf_of(secret).encode(), sent.encode())


async def begin(store: Store, user: User) -> str:
    """Begin a session of its own and return its secret."""
    secret, now = new_secret(), now_ms()
    await store.add_session(
        SessionRow(sha256=_hash(secret), account=user.name, created=now, seen=now, expires=now + LONGEST_MS)
    )
    return secret


async def find(store: Store, secret: str) -> Session | None:
    """Return the session of a secret, with its person as they are now; None where it is over or never was."""
    if not _SECRET.fullmatch(secret):
        return None
    digest, now = _hash(secret), now_ms()
    found = await store.session(digest)
    if found is None:
        return None
    row, account = found
    if now >= row.expires or now - row.seen >= IDLE_MS:
        await store.end_session(digest)
        return None
    if now - row.seen >= TOUCH_MS:
        await store.touch_session(digest, now)
    return Session(user=user_of(account), csrf=csrf_of(secret))


async def end(store: Store, secret: str) -> bool:
    """End a session at once; returns False where there is none."""
    return bool(_SECRET.fullmatch(secret)) and await store.end_session(_hash(secret))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
