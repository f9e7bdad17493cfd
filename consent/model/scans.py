"""Scans as they are stored: the run, what it found, and what changed since the scan before. Times are in milliseconds since 1970.

A run is queued, taken by a worker, and finished or failed. Everything that a list of scans shows is a field of the run, so
that no page has to count items.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from consent.model.categories import Category, ConsentState, Party
from consent.model.inventory import StorageKind

ScanStatus = Literal["queued", "running", "finished", "failed"]
ScanTrigger = Literal["schedule", "dashboard", "api", "command"]
Verdict = Literal["", "violations", "clean", "incomplete"]

REPORT_JSON = "report.json"
REPORT_HTML = "report.html"
INVENTORY_JSON = "inventory.json"
"""Names of what is kept with a finished scan; the inventory is what publishing it takes."""


class ScanFindings(msgspec.Struct, frozen=True, kw_only=True):
    """Findings by severity."""

    high: int = 0
    medium: int = 0
    low: int = 0
    info: int = 0


class ScanRun(msgspec.Struct, frozen=True, kw_only=True):
    """One scan of one site, from the wish for it to its result. ``scan_id`` is a UUIDv7, so ids are in the order of queuing.

    ``due_ms`` is before when nobody begins it; ``pages`` and ``states`` take the place of the site's own settings where
    they are given; ``worker`` has it, or had it last; ``attempts`` counts how often it was begun. ``state`` is the consent
    state that is being scanned, ``message`` why it failed or waits again. What follows is known of a finished one:
    ``number`` is its place among the site's finished scans, ``new``, ``gone``, ``changed`` and ``worse`` are counts against
    the one before.
    """

    scan_id: str
    site: str
    status: ScanStatus = "queued"
    trigger: ScanTrigger = "command"
    requested_by: str = ""
    queued_ms: int = 0
    due_ms: int = 0
    pages: int | None = None
    states: tuple[ConsentState, ...] = ()
    started_ms: int | None = None
    finished_ms: int | None = None
    worker: str = ""
    attempts: int = 0
    pages_done: int = 0
    pages_total: int = 0
    state: str = ""
    message: str = ""
    number: int | None = None
    verdict: Verdict = ""
    items: int = 0
    unclassified: int = 0
    findings: ScanFindings = ScanFindings()
    new: int = 0
    gone: int = 0
    changed: int = 0
    worse: int = 0
    report_sha256: str = ""


class ScanItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item of a finished scan: all cookies or storage keys of one kind, name and host.

    ``name`` is the report's pattern (``_ga_*``), which together with kind and host names the item over time. ``set_by``
    are initiator URLs, nearest first; ``lifetime_s`` None means that it ends with the browser session; ``reopened`` says
    that a decision about it no longer fits, ``reopened_reason`` why.
    """

    kind: StorageKind
    name: str
    host: str
    party: Party
    category: Category
    vendor: str = ""
    service: str = ""
    confidence: float = 0.0
    reason: str = ""
    states: tuple[ConsentState, ...] = ()
    lifetime_s: float | None = None
    set_by: tuple[str, ...] = ()
    first_page: str = ""
    reopened: bool = False
    reopened_reason: str = ""
    purpose: str = ""
    criterion: str = ""
    identifier: bool = False
    http_only: bool = False


class ItemFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which items of a scan are wanted; a field that is None or empty leaves out none.

    ``text`` must be part of name, host, vendor or service, whatever the case.
    """

    category: Category | None = None
    kind: str = ""
    party: Party | None = None
    state: ConsentState | None = None
    reopened: bool | None = None
    text: str = ""


ALL_ITEMS = ItemFilter()


class ItemKey(msgspec.Struct, frozen=True, order=True):
    """What names an item over time; in this order items are listed, and the last of a page asks for the next."""

    host: str
    name: str
    kind: str


class ItemSighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one finished scan saw of an item; ``item`` is None where it was not there."""

    scan_id: str
    number: int
    finished_ms: int
    item: ScanItem | None = None


class ScanChangeEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One difference to the scan before.

    ``subject`` says what it is about. Of an item ``kind``, ``name``, ``host`` and ``category`` are set, of a service
    ``name`` and ``category``, of a finding ``rule``, ``severity`` and ``name`` (its subject). ``field``, ``old`` and ``new``
    belong to ``changed``. ``flapping`` says that it comes and goes from scan to scan.
    """

    what: Literal["new", "gone", "changed"]
    subject: Literal["item", "service", "finding"]
    kind: str = ""
    name: str = ""
    host: str = ""
    category: str = ""
    rule: str = ""
    severity: str = ""
    title: str = ""
    field: str = ""
    old: str = ""
    new: str = ""
    page: str = ""
    initiator: str = ""
    flapping: bool = False


class ScanChange(msgspec.Struct, frozen=True, kw_only=True):
    """What differs from the finished scan before (``previous``: its id, empty where this is the first).

    ``worse`` says in plain words what got worse, ``notes`` what bears on how far the two can be compared: unlike pages.
    """

    previous: str = ""
    entries: tuple[ScanChangeEntry, ...] = ()
    worse: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class PlannedScan(msgspec.Struct, frozen=True, kw_only=True):
    """When a site's schedule (``spec``: its settings in one line) is due next."""

    site: str
    spec: str
    next_ms: int
