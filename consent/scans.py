"""Scans as the dashboard and the API ask for them: wishing for one, cancelling it, reading and publishing its result."""

from __future__ import annotations

import msgspec
import uuid_utils

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError, NotFoundError, StoreError
from consent.model.inventory import Inventory, decode_inventory
from consent.model.scans import INVENTORY_JSON, ScanRun, ScanTrigger
from consent.model.sites import Site
from consent.store import Store
from consent.times import now_ms as clock_ms

MOST_PAGES = 100_000
"""As in ``scan.pages`` of sites.toml."""


def new_run(
    site: str,
    *,
    trigger: ScanTrigger,
    requested_by: str = "",
    pages: int | None = None,
    states: tuple[ConsentState, ...] = (),
    now_ms: int | None = None,
) -> ScanRun:
    """Return a run that is due now, not stored yet."""
    now = clock_ms() if now_ms is None else now_ms
    return ScanRun(
        scan_id=str(uuid_utils.uuid7()),
        site=site,
        trigger=trigger,
        requested_by=requested_by,
        queued_ms=now,
        due_ms=now,
        pages=pages,
        states=states,
    )


async def ask_for_scan(
    store: Store,
    site: Site,
    *,
    trigger: ScanTrigger,
    requested_by: str,
    pages: int | None = None,
    states: tuple[ConsentState, ...] = (),
) -> ScanRun:
    """Queue a scan of a site and return it; where one waits already, that one is returned, due now.

    Raises `ConfigError` where it cannot be done so.
    """
    if pages is not None and not 1 <= pages <= MOST_PAGES:
        raise ConfigError(f"pages: expected a number from 1 to {MOST_PAGES}, got {pages}.")
    if states and ConsentState.BEFORE not in states:
        raise ConfigError('states: expected "before" among them; the other states are compared with it.')
    run = new_run(site.id, trigger=trigger, requested_by=requested_by, pages=pages, states=states)
    return await store.queue_scan(run)


async def cancel_scan(store: Store, run: ScanRun, *, by: str) -> None:
    """End a run that waits; raises `ConfigError` where it does not wait any more."""
    if not await store.cancel_scan(run.scan_id, clock_ms(), f"Cancelled by {by}."):
        raise ConfigError(
            f"The scan {run.scan_id} does not wait any more.", hint="One that runs comes to its end."
        )


async def scan_of(store: Store, site: str, scan_id: str) -> ScanRun:
    """Return a run of a site; raises `NotFoundError`, also where the scan is another site's."""
    run = await store.scan(scan_id)
    if run is None or run.site != site:
        raise NotFoundError(f"{site} has no scan {scan_id!r}.", hint="List the scans of the site.")
    return run


async def artefact_of(store: Store, run: ScanRun, name: str) -> bytes:
    """Return what was stored with a finished scan (`consent.model.scans` has the names); raises `NotFoundError`."""
    content = await store.scan_artefact(run.scan_id, name)
    if content is None:
        raise NotFoundError(
            f"The scan {run.scan_id} has no {name}.",
            hint="Only a finished scan has a report and an inventory.",
        )
    return content


async def inventory_of_scan(store: Store, run: ScanRun) -> Inventory:
    """Return the inventory that publishing a scan takes (`consent.publication.publish`); raises `NotFoundError`."""
    try:
        return decode_inventory(await artefact_of(store, run, INVENTORY_JSON))
    except msgspec.MsgspecError as error:
        raise StoreError(f"The inventory of the scan {run.scan_id} cannot be read: {error}.") from error
