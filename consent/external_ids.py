"""What a site calls its own visitor, in the log: only as a hash that is salted with the visitor's consent id.

A page that knows who is logged in may say so (``consentry.identify(id)``); the hash is worked out in the page, and the id
itself never leaves it. The salt is 128 random bits and another one for each browser, so equal hashes never lead from one
browser's records to another's, and no table of hashed ids fits. Whoever knows an id can test each record with it, which is
what a controller needs who has to show that a certain customer consented (GDPR Art. 7(1)).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator

from consent.exports import Selection, selected
from consent.model.records import ConsentRecord
from consent.store import Store


def hash_of(consent_id: str, external_id: str) -> str:
    """Return SHA-256 over consent id, a space and the external id in UTF-8: its first 22 characters in base64url (132 bits)."""
    digest = hashlib.sha256(f"{consent_id} {external_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:22]


def is_of(record: ConsentRecord, external_id: str) -> bool:
    """Whether a record was made while the site called the visitor so."""
    known = record.external_id_hash
    return isinstance(known, str) and hmac.compare_digest(known, hash_of(record.consent_id, external_id))


async def records_of(
    store: Store, external_id: str, *, site: str | None = None
) -> AsyncIterator[ConsentRecord]:
    """Stream the records that `is_of` holds for; every record of the log is tested, memory does not grow."""
    async for record, _ in selected(store, Selection(site=site)):
        if is_of(record, external_id):
            yield record
