"""Where the consent log is kept: the contract of a store, and `open_store`, which finds the one for a URL.

A store is one module here, named for the scheme of its URLs (``sqlite.py`` for ``sqlite:///…``, ``postgresql.py`` for
``postgresql://…``). It exposes ``async open_url(url, *, exclusive, create) -> Store``; nothing else has to be registered,
and tests/consent/store/test_contract.py runs on it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from consent.model.errors import ConfigError
from consent.store.alert_store import AlertStore
from consent.store.discovered_store import DiscoveredStore
from consent.store.entries import (
    DecisionRow,
    NewEntry,
    NewPublication,
    Notice,
    PictureRow,
    Publication,
    Seal,
    StoredEntry,
    TokenRow,
)
from consent.store.rights_store import RightsStore
from consent.store.scan_store import ScanStore
from consent.store.statistics_store import StatisticsStore
from consent.store.user_store import UserStore

_SHARED = {
    "alert_store",
    "batches",
    "chain",
    "discovered_store",
    "entries",
    "event_keys",
    "notes",
    "payloads",
    "rights_store",
    "scan_rows",
    "scan_store",
    "statistics_store",
    "user_store",
} | {
    f"{store}_{part}"
    for store, part in (
        ("postgresql", "alerts"),
        ("postgresql", "discovered"),
        ("postgresql", "register"),
        ("postgresql", "rights"),
        ("postgresql", "scans"),
        ("postgresql", "server"),
        ("postgresql", "statistics"),
        ("postgresql", "users"),
        ("sqlite", "alerts"),
        ("sqlite", "discovered"),
        ("sqlite", "events"),
        ("sqlite", "file"),
        ("sqlite", "register"),
        ("sqlite", "rights"),
        ("sqlite", "scans"),
        ("sqlite", "statistics"),
        ("sqlite", "users"),
    )
}


class Store(AlertStore, DiscoveredStore, RightsStore, ScanStore, StatisticsStore, UserStore, Protocol):
    """What the log needs of a storage.

    Every method may raise `StoreUnavailable` (full, locked, gone: try again later) or `StoreError`; then nothing of the
    call was stored. A write has returned only when it is durable.
    """

    async def append(self, entries: Sequence[NewEntry]) -> list[bytes | None]:
        """Append entries in this order as one sealed batch.

        The answer has one value for each entry: None where it was appended, or the payload of the earlier entry with the
        same consent id and event id, in which case nothing was appended for it.
        """

    async def erase(self, record_ids: Sequence[bytes], note: NewEntry) -> int:
        """Turn records into tombstones and append ``note``, which names them, in one transaction.

        Returns the number of tombstones made; raises `StoreError` where one of the records is not there or erased.
        """

    async def history(self, consent_id: str) -> list[StoredEntry]:
        """Return one visitor's records, oldest first."""

    async def find(self, record_id: bytes) -> list[StoredEntry]:
        """Return the entries with this record id: none or one, more only in a log that was tampered with."""

    async def expired(self, before_s: int, *, site: str | None, limit: int) -> list[StoredEntry]:
        """Return records whose ``expires_s`` lies before a time, those that expired first at the front."""

    async def writers(self) -> list[bytes]:
        """Return the ids of the writers, each of which has its own chain."""

    async def entries(self, writer: bytes, *, after: int, limit: int) -> list[StoredEntry]:
        """Return a writer's entries with positions after ``after``, in order."""

    async def seals(self, writer: bytes, *, after: int, limit: int) -> list[Seal]:
        """Return a writer's seals with numbers after ``after``, in order."""

    async def last_seal(self, writer: bytes) -> Seal | None:
        """Return a writer's last seal, or None where nothing was appended yet."""

    async def seal_over(self, writer: bytes, position: int) -> Seal | None:
        """Return the seal that covers the entry at a position."""

    async def publish(self, publication: NewPublication, time: int) -> Publication:
        """Store notice and inventory, unless their hashes are known, and make them the site's current ones."""

    async def publications(self) -> list[Publication]:
        """Return each site's current publication."""

    async def publication_history(self, site: str, *, limit: int) -> list[Publication]:
        """Return a site's last publications whose inventory was another than the one before, oldest first."""

    async def site_publications(
        self, site: str, *, before: int | None = None, limit: int
    ) -> list[Publication]:
        """Return a site's publications, the latest first; only those before an id, if one is given."""

    async def first_publication(self, site: str) -> Publication | None:
        """Return a site's first publication, or None where there is none."""

    async def publication_version(self) -> int:
        """Return a number that grows with each publication; cheap enough to ask every second."""

    async def notice(self, version: str) -> Notice | None:
        """Return a notice by its version, current or not."""

    async def notice_versions(self) -> list[str]:
        """Return the versions of all notices, oldest first."""

    async def inventory(self, sha256: str) -> bytes | None:
        """Return the bytes of an inventory by their hash."""

    async def add_picture(self, row: PictureRow) -> None:
        """Store a picture of a notice that is there, unless its hash is known."""

    async def pictures(self, notice_version: str) -> list[PictureRow]:
        """Return the pictures of a notice, oldest first."""

    async def decide(self, rows: Sequence[DecisionRow]) -> None:
        """Append decisions in this order, all or none; each replaces an earlier one of its site, kind, name and host."""

    async def decisions(self, site: str) -> list[DecisionRow]:
        """Return the decisions of a site that hold: by kind, host and name, without those taken back."""

    async def decisions_about(self, kind: str, name: str) -> list[DecisionRow]:
        """Return the decisions of all sites that hold about items of this very name, the latest first."""

    async def decision_history(self, site: str) -> list[DecisionRow]:
        """Return every decision of a site that was ever made, oldest first."""

    async def records(
        self, *, since: bytes, before: bytes, sites: Sequence[str], limit: int, examine: int
    ) -> tuple[list[StoredEntry], bytes]:
        """Return records that are not erased, the latest first: from ``since`` to ``before`` (record ids), of these sites.

        No more than ``examine`` entries are looked at. With them comes the record id down to which that was: ``since``
        where there is no more, else where to go on.
        """

    async def audit(self, *, before: bytes | None, limit: int) -> list[StoredEntry]:
        """Return the entries of what administrators did, the latest first; only those before a record id, if one is given."""

    async def add_token(self, row: TokenRow) -> None:
        """Store a token; raises `StoreError` where its id is taken."""

    async def token(self, token_id: str) -> TokenRow | None:
        """Return a token by its id, whether it still holds or not."""

    async def tokens(self) -> list[TokenRow]:
        """Return all tokens, oldest first."""

    async def revoke_token(self, token_id: str, time: int) -> bool:
        """End a token for ever; returns False where there is none that was not ended before."""

    async def probe(self) -> None:
        """Write something durable that changes nothing; raises as `append` would now."""

    async def ping(self) -> None:
        """Raise `StoreUnavailable` where the store cannot be read now."""

    async def doubts(self) -> list[str]:
        """Return what in the storage's settings could lose a record that was acknowledged; empty where nothing could."""

    async def close(self) -> None:
        """Finish what was begun and let go of the storage."""


def store_modules() -> list[str]:
    """Return the names of the store modules in this folder, sorted."""
    found = {module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg}
    return sorted(found - _SHARED)


async def open_store(url: str, *, exclusive: bool = False, create: bool = True) -> Store:
    """Open the store that a URL names, and bring its schema up to date.

    ``exclusive`` is for the server: a store that allows one writing process refuses a second one. Without ``create`` a
    database that is not there is an error. Raises `ConfigError` where no store has this scheme or there is no database,
    `StoreUnavailable` where it cannot be opened.
    """
    scheme = urlsplit(url).scheme
    for name in store_modules():
        if scheme.startswith(name):
            try:
                module = importlib.import_module(f"{__name__}.{name}")
            except ModuleNotFoundError as error:
                raise ConfigError(
                    f"{scheme}: this store needs {error.name}, which is not installed.",
                    hint="pip install 'consentry[postgres]'",
                ) from error
            store: Store = await module.open_url(url, exclusive=exclusive, create=create)
            return store
    raise ConfigError(
        f"{scheme or url!r}: no store has this scheme (known: {', '.join(store_modules())}).",
        hint="Give a URL such as sqlite:///consentry.db.",
    )
