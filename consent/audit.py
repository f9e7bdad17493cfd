"""What administrators did: each action is an entry of the sealed log, stored before the action itself.

So no action is without its entry, and none of the entries can be altered, removed or added unseen (`consent.store.chain`).
They name tokens, users, sites and record ids, never a consent id: an erased visitor stays erased.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import UUID

import msgspec

from consent.store import Store
from consent.store.entries import StoredEntry
from consent.store.notes import AuditNote, audit_note
from consent.times import rfc3339


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it is read: `AuditNote` with its time (RFC 3339, UTC)."""

    time: str
    record_id: str
    actor: str
    action: str
    site: str
    details: dict[str, str]
    outcome: str
    follows: str


def local_actor() -> str:
    """Return who runs this command: ``cli:`` and the name of the operating system's user."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError, ImportError):  # a number without a name, as in many containers
        return "cli:unknown"


_storing: set[asyncio.Future[list[bytes | None]]] = set()  # the event loop itself holds its tasks weakly


@asynccontextmanager
async def audited(
    store: Store, *, actor: str, action: str, site: str = "", **details: str
) -> AsyncIterator[None]:
    """Put an action on record, then let it be done; where it raises, that is put on record too.

    So is an action that is cut off, as by a client that has gone. Raises what `Store.append` raises: an action that
    cannot be recorded is not done.
    """
    begun = audit_note(actor=actor, action=action, site=site, details=details)
    await store.append([begun])
    try:
        yield
    except (Exception, asyncio.CancelledError) as error:
        follows = str(UUID(bytes=begun.record_id))
        failed = audit_note(
            actor=actor, action=action, site=site, details={"error": type(error).__name__}, follows=follows
        )
        # The connection that breaks off may cancel this very wait: the entry is stored all the same.
        storing = asyncio.ensure_future(store.append([failed]))
        _storing.add(storing)
        storing.add_done_callback(_storing.discard)
        await asyncio.shield(storing)
        raise


async def audit_log(
    store: Store,
    *,
    before: str | None = None,
    limit: int = 100,
    sites: frozenset[str] = frozenset(),
    wanted: Callable[[AuditEntry], bool] = lambda _: True,
) -> list[AuditEntry]:
    """Return actions, the latest first: those before a record id, with ``sites`` those on one of them, and that are ``wanted``.

    Raises `ValueError` where ``before`` is no record id.
    """
    found: list[AuditEntry] = []
    after = UUID(before).bytes if before else None
    while len(found) < limit and (page := await store.audit(before=after, limit=limit)):
        after = page[-1].record_id
        entries = (_entry(stored) for stored in page)
        found += [
            one for one in entries if one is not None and (not sites or one.site in sites) and wanted(one)
        ]
    return found[:limit]


def _entry(stored: StoredEntry) -> AuditEntry | None:
    """Return one entry, None where it was damaged: `log verify` is what tells of that."""
    try:
        note = msgspec.json.decode(stored.payload or b"", type=AuditNote)
    except msgspec.DecodeError:
        return None
    return AuditEntry(
        time=rfc3339(stored.time),
        record_id=note.record_id,
        actor=note.actor,
        action=note.action,
        site=note.site,
        details=note.details,
        outcome=note.outcome,
        follows=note.follows,
    )
