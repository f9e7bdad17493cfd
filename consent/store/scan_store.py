"""What a store keeps of scans: the runs, their items, the change against the scan before, reports, and planned times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from consent.model.scans import (
    ALL_ITEMS,
    ItemFilter,
    ItemKey,
    ItemSighting,
    PlannedScan,
    ScanChange,
    ScanItem,
    ScanRun,
)

LEASE_MS = 60_000
"""For so long a run stays its worker's without a word from it, where the store itself hands runs out."""


class ScanStore(Protocol):
    """The part of `consent.store.Store` that is about scans; errors and durability are as told there.

    One scan of a site runs at a time, and one more may wait: the keys of the tables see to it.
    """

    async def queue_scan(self, run: ScanRun) -> ScanRun:
        """Store a run that waits, and return it; where one of the site waits already, that one is returned instead."""

    async def take_scan(self, scan_id: str, worker: str, now_ms: int) -> ScanRun | None:
        """Make a run that waits or runs a worker's, whoever had it before, and return it as it is now.

        For callers to whom a queue gave it. None where it is over, or another run of its site is running.
        """

    async def scan_progress(
        self, scan_id: str, worker: str, now_ms: int, *, state: str, pages_done: int, pages_total: int
    ) -> bool:
        """Store how far a run is; returns False where it is not this worker's any more: it must stop."""

    async def finish_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> bool:
        """Store the result of a run that is ``run.worker``'s, all or nothing; artefacts are compressed by the store.

        Returns False, and stores nothing, where the run is not this worker's any more.
        """

    async def record_scan(
        self, run: ScanRun, items: Sequence[ScanItem], change: ScanChange, artefacts: Mapping[str, bytes]
    ) -> None:
        """Store a finished scan that never waited (a command's), all or nothing."""

    async def put_back_scan(self, scan_id: str, worker: str, due_ms: int, message: str) -> bool:
        """Let a worker's run wait again, until a time. Returns False, and changes nothing, where it is not this worker's or another run of the site waits."""

    async def fail_scan(self, scan_id: str, worker: str, now_ms: int, message: str) -> bool:
        """End a worker's run without a result; returns False where it is not this worker's."""

    async def cancel_scan(self, scan_id: str, now_ms: int, message: str) -> bool:
        """End a run that waits, which is no worker's then; returns False where it does not wait."""

    async def scans(self, site: str | None, *, before: str | None = None, limit: int) -> list[ScanRun]:
        """Return runs (of one site or of all), the latest first; only those before a scan id, if one is given."""

    async def open_scans(self) -> list[ScanRun]:
        """Return the runs that wait or run, oldest first."""

    async def latest_scans(self) -> list[ScanRun]:
        """Return the last finished run of each site, by site."""

    async def trend(self, site: str | None, limit: int) -> list[ScanRun]:
        """Return the last ``limit`` finished runs of one site, or of each, by site and oldest first."""

    async def trends(self, sites: Sequence[str], limit: int) -> dict[str, list[ScanRun]]:
        """Return the same of several sites at once, by site; one without a finished run is left out."""

    async def scan(self, scan_id: str) -> ScanRun | None:
        """Return a run by its id."""

    async def scan_items(
        self, scan_id: str, wanted: ItemFilter = ALL_ITEMS, *, after: ItemKey | None = None, limit: int
    ) -> list[ScanItem]:
        """Return items of a finished scan by host, name and kind; only those after a key, if one is given."""

    async def items_to_review(
        self, site: str | None, *, kind: str = "", name: str = "", limit: int
    ) -> list[tuple[str, ScanItem]]:
        """Return what is unclassified or reopened in the last finished scan of one site, or of each: site and item.

        They are by site, host, name and kind; with ``kind`` and ``name`` only those that are called so.
        """

    async def scan_change(self, scan_id: str) -> ScanChange | None:
        """Return what differs from the scan before; None where the scan is not finished."""

    async def scan_artefact(self, scan_id: str, name: str) -> bytes | None:
        """Return what was stored with a scan under a name, as it was before it was compressed."""

    async def item_history(
        self, site: str, kind: str, name: str, host: str, limit: int
    ) -> list[ItemSighting]:
        """Return what the last ``limit`` finished scans of a site saw of an item, the latest first."""

    async def prune_scans(self, site: str, keep: int) -> int:
        """Delete all but the last ``keep`` finished runs of a site, and the failed ones before those; returns how many went."""

    async def planned_scans(self) -> list[PlannedScan]:
        """Return when each schedule is due next, by site."""

    async def plan_scan(self, planned: PlannedScan) -> None:
        """Store when a site's schedule is due next, whatever was stored of it before."""

    async def unplan_scan(self, site: str) -> None:
        """Forget a site's schedule."""

    async def queue_planned(self, due: PlannedScan, next_ms: int, run: ScanRun) -> bool:
        """Queue the run of a schedule that is due, and store when it is due next, in one transaction.

        Returns False, and changes nothing, where the stored schedule is not ``due`` any more: another process was first.
        Where a run of the site waits already, that one stands for this.
        """


@runtime_checkable
class ScanQueue(Protocol):
    """A store that hands out runs itself, by leases. On PostgreSQL a job queue does that (docs/scale.md)."""

    async def claim_scan(self, worker: str, now_ms: int) -> ScanRun | None:
        """Give the worker the run that is due longest, or one whose worker was silent for `LEASE_MS`; None where there is none.

        The claim is a lease, which progress renews.
        """
