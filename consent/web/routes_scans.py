"""The administration's routes for scans and schedules."""

from __future__ import annotations

from consent.model.inventory import Inventory
from consent.model.scans import ItemSighting, ScanChange, ScanRun
from consent.schedules import NextScan
from consent.tokens import Scope
from consent.web import admin_scans
from consent.web.admin_route import BODY, OF_SITE, admin_route
from consent.web.route import Route

_SCANS = f"{OF_SITE}/scans"
_SCAN = rf"{_SCANS}/{{scan_id:[0-9a-f-]{{1,36}}}}"

SCANS: tuple[Route, ...] = (
    admin_route(
        "GET",
        "scans/latest",
        Scope.READ,
        admin_scans.list_latest,
        "How the last scan of each site ended",
        answers=list[ScanRun],
    ),
    admin_route(
        "GET",
        "scans/open",
        Scope.READ,
        admin_scans.list_open,
        "The scans that wait and run, with their progress",
        answers=list[ScanRun],
    ),
    admin_route(
        "GET",
        "schedules",
        Scope.READ,
        admin_scans.list_schedules,
        "When each site is scanned next",
        answers=list[NextScan],
    ),
    admin_route(
        "GET",
        _SCANS,
        Scope.READ,
        admin_scans.list_scans,
        "A site's scans, the latest first",
        answers=list[ScanRun],
        problems=(400,),
        query=("before", "limit"),
    ),
    admin_route(
        "POST",
        _SCANS,
        Scope.SCAN,
        admin_scans.start_scan,
        "Start a scan",
        status=201,
        takes=admin_scans.ScanWish,
        answers=ScanRun,
        problems=BODY,
    ),
    admin_route(
        "GET",
        f"{OF_SITE}/trend",
        Scope.READ,
        admin_scans.get_trend,
        "How a site's last scans ended",
        answers=list[ScanRun],
        problems=(400,),
        query=("limit",),
    ),
    admin_route(
        "GET",
        f"{OF_SITE}/items/history",
        Scope.READ,
        admin_scans.get_item_history,
        "What a site's last scans saw of one item",
        answers=list[ItemSighting],
        problems=(400,),
        query=("kind", "name", "host", "limit"),
    ),
    admin_route("GET", _SCAN, Scope.READ, admin_scans.get_scan, "One scan", answers=ScanRun),
    admin_route(
        "DELETE",
        _SCAN,
        Scope.SCAN,
        admin_scans.delete_scan,
        "Take a scan that waits out of the queue",
        answers=ScanRun,
        problems=(409,),
    ),
    admin_route(
        "GET",
        f"{_SCAN}/items",
        Scope.READ,
        admin_scans.list_items,
        "What a scan found",
        answers=admin_scans.ItemPage,
        problems=(400,),
        query=("category", "kind", "party", "state", "reopened", "text", "after", "limit"),
    ),
    admin_route(
        "GET",
        f"{_SCAN}/change",
        Scope.READ,
        admin_scans.get_change,
        "What differs from the scan before",
        answers=ScanChange,
    ),
    admin_route(
        "GET",
        f"{_SCAN}/inventory",
        Scope.READ,
        admin_scans.get_scan_inventory,
        "What publishing a scan takes",
        answers=Inventory,
    ),
    admin_route(
        "GET",
        rf"{_SCAN}/report.{{format:json|html}}",
        Scope.READ,
        admin_scans.get_report,
        "A scan's report",
        media=("application/json", "text/html"),
    ),
)
