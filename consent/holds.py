"""Legal holds: records that must stay while a claim or an inquiry is open, whoever asks for their erasure.

GDPR Art. 17(3)(b), (e) and 18(1)(c) let a controller keep what a legal duty or a claim needs. A hold is on one visitor or on
a whole site; placing and releasing it are entries of the sealed log, which is also where holds are read from: none can
be slipped in or taken away unseen. They name a visitor by the SHA-256 of the consent id, which is 128 random bits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

import msgspec

from consent.model.errors import HeldError, NotFoundError
from consent.store import Store
from consent.store.notes import AuditNote, audit_note
from consent.times import rfc3339

PLACE = "log.hold.place"
RELEASE = "log.hold.release"
VISITOR = "visitor"
"""Who placed a hold that is a restriction of processing (Art. 18): the visitor, by `consent.rights`."""
_PAGE = 500


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """One hold that stands. ``subject`` is the SHA-256 (hex) of a consent id, empty where the whole site is held."""

    hold_id: str
    placed: str
    actor: str
    site: str
    subject: str
    reason: str


def subject_of(consent_id: str) -> str:
    """Return how a hold names a visitor."""
    return hashlib.sha256(consent_id.encode()).hexdigest()


async def active(store: Store) -> list[Hold]:
    """Return the holds that stand, oldest first."""
    released: set[str] = set()
    found: list[Hold] = []
    before: bytes | None = None
    while page := await store.audit(before=before, limit=_PAGE):
        before = page[-1].record_id
        for entry in page:  # the latest first, so a release comes before what it releases
            try:
                note = msgspec.json.decode(entry.payload or b"", type=AuditNote)
            except msgspec.DecodeError:
                continue  # damaged: `log verify` tells of it
            if note.action == RELEASE:
                released.add(note.details.get("hold", ""))
            elif note.action == PLACE and note.record_id not in released:
                found.append(_hold(note, entry.time))
    return found[::-1]


def _hold(note: AuditNote, time: int) -> Hold:
    return Hold(
        hold_id=note.record_id,
        placed=rfc3339(time),
        actor=note.actor,
        site=note.site,
        subject=note.details.get("subject", ""),
        reason=note.details.get("reason", ""),
    )


async def place(store: Store, *, actor: str, reason: str, site: str = "", consent_id: str = "") -> Hold:
    """Hold a site's records, or one visitor's; returns when it is durable."""
    subject = subject_of(consent_id) if consent_id else ""
    entry = audit_note(actor=actor, action=PLACE, site=site, details={"reason": reason, "subject": subject})
    await store.append([entry])
    return Hold(
        hold_id=str(UUID(bytes=entry.record_id)),
        placed=rfc3339(entry.time),
        actor=actor,
        site=site,
        subject=subject,
        reason=reason,
    )


async def release(store: Store, hold_id: str, *, actor: str, reason: str) -> Hold:
    """Release a hold that stands; raises `NotFoundError` where there is none with this id."""
    hold = next((one for one in await active(store) if one.hold_id == hold_id), None)
    if hold is None:
        raise NotFoundError(f"No hold {hold_id} stands.", hint="List those that do: consentry log hold list")
    details = {"hold": hold_id, "reason": reason, "subject": hold.subject}
    await store.append([audit_note(actor=actor, action=RELEASE, site=hold.site, details=details)])
    return hold


def restricted(standing: Iterable[Hold]) -> set[str]:
    """Return the visitors (as `subject_of` names them) whose records may only be stored, since they asked for that (Art. 18(2))."""
    return {hold.subject for hold in standing if hold.actor == VISITOR and hold.subject}


def refuse_held(holds: Iterable[Hold], *, sites: Iterable[str], consent_id: str) -> None:
    """Raise `HeldError` where one of the sites or this visitor is held."""
    named, subject = set(sites), subject_of(consent_id)
    for hold in holds:
        if hold.subject == subject or (not hold.subject and hold.site in named):
            what = "these records" if hold.subject else f"the records of {hold.site}"
            raise HeldError(
                f"The erasure is refused: a legal hold of {hold.placed} keeps {what}.",
                hint="Ask whoever is responsible for the site; the records go once the hold is released.",
            )
