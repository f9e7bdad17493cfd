"""Exports of records, one format a file: a module ``<id>_export.py`` with ``export`` is the format ``<id>``.

``export(records, notices)`` streams bytes: ``records`` yields each record with its canonical bytes, ``notices`` tells what
was shown to it. The same function makes an export of the whole log and of one visitor.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable
from functools import cache

import msgspec

from consent import holds
from consent.exports.notices import Notices
from consent.log import ConsentLog, decode_record
from consent.model.records import ConsentRecord
from consent.store import Store
from consent.store.entries import EntryKind, StoredEntry
from consent.walk import PAGE, START

SUFFIX = "_export"

Records = AsyncIterator[tuple[ConsentRecord, bytes]]
Export = Callable[[Records, Notices], AsyncIterator[bytes]]


@cache
def formats() -> dict[str, Export]:
    """Return every format by its id; a module that cannot be imported stops the program."""
    names = sorted(one.name for one in pkgutil.iter_modules(__path__) if one.name.endswith(SUFFIX))
    return {name.removesuffix(SUFFIX): importlib.import_module(f"{__name__}.{name}").export for name in names}


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Which records to export: of one site, and between two times (milliseconds since 1970, the end left out)."""

    site: str | None = None
    since_ms: int = 0
    until_ms: int | None = None

    def wants(self, entry: StoredEntry) -> bool:
        """Whether a stored entry is a record of the selection that has not been erased."""
        return (
            entry.kind == EntryKind.RECORD
            and entry.payload is not None
            and (self.site is None or entry.site == self.site)
            and self.since_ms <= entry.time
            and (self.until_ms is None or entry.time < self.until_ms)
        )


async def selected(store: Store, selection: Selection) -> Records:
    """Stream the selected records, chain by chain in order, each with its canonical bytes; memory does not grow.

    Those of visitors who have their processing restricted are left out (GDPR Art. 18(2)).
    """
    restricted = holds.restricted(await holds.active(store))
    for writer in await store.writers():
        after = START
        while page := await store.entries(writer, after=after, limit=PAGE):
            after = page[-1].position
            for entry in page:
                if restricted and holds.subject_of(entry.consent_id or "") in restricted:
                    continue
                if selection.wants(entry) and entry.payload is not None:
                    yield decode_record(entry.payload), entry.payload


async def of_visitor(log: ConsentLog, consent_id: str) -> Records:
    """Yield one visitor's records, oldest first; raises `NotFoundError` where there are none."""
    for record, entry in await log.stored_history(consent_id):
        if entry.payload is not None:
            yield record, entry.payload
