"""What an erasure of records erases of the rights desk: what the visitor wrote and was told. That they asked, and when, stays."""

from __future__ import annotations

from collections.abc import Sequence

from consent.holds import subject_of
from consent.store import Store
from consent.store.entries import StoredEntry
from consent.store.notes import Reason
from consent.times import now_ms


async def forget_requests(store: Store, entries: Sequence[StoredEntry], reason: Reason) -> None:
    """Erase the texts of requests of those whose records these are, at the sites of these records.

    What retention erases leaves an open request as it is: it is still to be answered.
    """
    subjects = {subject_of(entry.consent_id) for entry in entries if entry.consent_id}
    sites = {entry.site for entry in entries if entry.site}
    await store.forget_requests(subjects, sites, now_ms(), closed_only=reason == "retention")
