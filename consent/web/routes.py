"""The list of routes: the application, /openapi.json and the tests all read it here."""

from __future__ import annotations

from typing import Any

import msgspec

from consent.anchors import Anchors
from consent.audit import AuditEntry
from consent.declaration import Declaration
from consent.discovered import Discovered, SelfCheck
from consent.model.inventory import Inventory
from consent.model.records import ConsentEvent, ConsentRecord
from consent.model.sites import Decision
from consent.proof import Receipt
from consent.statistics.queries import Statistics
from consent.tokens import Scope
from consent.web import admin, admin_statistics, declarations, handlers, operations, self_check
from consent.web.admin_route import BODY as _BODY
from consent.web.admin_route import OF_SITE as _OF_SITE
from consent.web.admin_route import admin_route as _admin
from consent.web.route import Route, canonical
from consent.web.routes_alerts import ALERTS
from consent.web.routes_announcements import ANNOUNCEMENTS
from consent.web.routes_people import PEOPLE
from consent.web.routes_review import REVIEW
from consent.web.routes_rights import OWN_RIGHTS, RIGHTS
from consent.web.routes_scans import SCANS

__all__ = ["ADMIN", "PUBLIC", "ROUTES", "Route", "canonical"]


class Created(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a consent event: the record as it is stored; ``receipt_id`` is its record id."""

    receipt_id: str
    record: ConsentRecord


class Erased(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to an erasure: how many records were turned into tombstones."""

    consent_id: str
    erased: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the server is."""

    status: str
    version: str = ""
    waiting: int = 0


_SITE = r"{site:[a-z0-9][a-z0-9-]*}"
_ID = "/v1/consent/{consent_id}"

PUBLIC: tuple[Route, ...] = (
    Route(
        "GET",
        rf"/w/{_SITE}.{{hash:[0-9a-f]{{16}}}}.js",
        handlers.script_by_hash,
        "One version of a site's widget, immutable",
        media=("text/javascript",),
        problems=(404,),
    ),
    Route(
        "GET",
        rf"/w/{_SITE}.js",
        handlers.script,
        "A site's widget with its configuration",
        media=("text/javascript",),
        problems=(404,),
    ),
    Route(
        "POST",
        "/v1/consent",
        handlers.post_consent,
        "Append one consent event; answered when it is durable",
        status=201,
        takes=ConsentEvent,
        answers=Created,
        problems=(400, 403, 404, 408, 409, 413, 415, 429, 503),
        limit="consent",
    ),
    Route("OPTIONS", "/v1/consent", handlers.preflight, "CORS preflight", status=204),
    Route(
        "POST",
        "/v1/self-check",
        self_check.post_self_check,
        "Count what a page met before a decision and no scan knows",
        status=204,
        takes=SelfCheck,
        problems=(400, 403, 404, 408, 413, 415, 429, 503),
        limit="self_check",
    ),
    Route("OPTIONS", "/v1/self-check", handlers.preflight, "CORS preflight", status=204),
    Route(
        "GET",
        _ID,
        handlers.get_consent,
        "One visitor's history and receipt",
        answers=Receipt,
        media=("text/html", "text/csv", "application/pdf"),
        problems=(400, 404, 406, 429, 503),
        limit="history",
    ),
    Route(
        "DELETE",
        _ID,
        handlers.delete_consent,
        "Erase one visitor's records",
        answers=Erased,
        problems=(404, 409, 429, 503),
        limit="history",
    ),
    Route("OPTIONS", _ID, handlers.preflight, "CORS preflight", status=204),
    *OWN_RIGHTS,
    Route(
        "GET",
        "/v1/sites/{site}/declaration.{format:json|html|js|md}",
        declarations.declaration,
        "A site's cookie declaration",
        answers=Declaration,
        media=("text/html", "text/javascript", "text/markdown"),
        problems=(404,),
        query=("lang",),
    ),
    Route(
        "GET",
        "/v1/sites/{site}/cookie-policy.{format:html|md}",
        declarations.cookie_policy,
        "A site's cookie policy, to print",
        media=("text/html", "text/markdown"),
        problems=(404,),
        query=("lang",),
    ),
    Route("GET", "/healthz", operations.health, "Whether the process answers", answers=Status),
    Route(
        "GET", "/readyz", operations.ready, "Whether records can be stored", answers=Status, problems=(503,)
    ),
    Route("GET", "/metrics", operations.metrics, "Prometheus metrics", media=("text/plain",)),
    Route("GET", "/openapi.json", operations.openapi, "This description", media=("application/json",)),
)


ADMIN: tuple[Route, ...] = (
    _admin("GET", "sites", Scope.READ, admin.list_sites, "The sites", answers=list[admin.SiteSummary]),
    _admin(
        "GET",
        f"{_OF_SITE}/notice",
        Scope.READ,
        admin.get_notice,
        "What visitors of a site are shown",
        answers=dict[str, Any],
        query=("version",),
    ),
    _admin(
        "GET",
        f"{_OF_SITE}/inventory",
        Scope.READ,
        admin.get_inventory,
        "What a site's widget was made from",
        answers=Inventory,
    ),
    _admin(
        "POST",
        f"{_OF_SITE}/publications",
        Scope.PUBLISH,
        admin.post_publication,
        "Publish an inventory",
        status=201,
        takes=Inventory,
        answers=admin.PublicationSummary,
        problems=_BODY,
    ),
    _admin(
        "GET",
        f"{_OF_SITE}/export",
        Scope.READ,
        admin.export_records,
        "A site's records, streamed",
        media=("application/json", "text/csv"),
        problems=(400,),
        query=("format", "since", "until"),
    ),
    _admin(
        "GET",
        f"{_OF_SITE}/decisions",
        Scope.READ,
        admin.get_decisions,
        "What was decided about a site's items",
        answers=list[Decision],
    ),
    _admin(
        "POST",
        f"{_OF_SITE}/decisions",
        Scope.REVIEW,
        admin.post_decision,
        "Decide about an item",
        status=201,
        takes=Decision,
        answers=Decision,
        problems=_BODY,
    ),
    _admin(
        "GET",
        f"{_OF_SITE}/discovered",
        Scope.READ,
        self_check.get_discovered,
        "What pages met and no scan knows",
        answers=list[Discovered],
        problems=(400,),
        query=("days",),
    ),
    _admin(
        "GET",
        f"{_OF_SITE}/statistics",
        Scope.READ,
        admin_statistics.get_statistics,
        "What a site's visitors were shown and answered",
        answers=Statistics,
        media=("text/csv",),
        problems=(400,),
        query=("from", "to", "by", "format"),
    ),
    _admin(
        "GET",
        "records/{consent_id}",
        Scope.READ,
        admin.get_records,
        "One visitor's records",
        answers=list[ConsentRecord],
    ),
    _admin(
        "DELETE",
        "records/{consent_id}",
        Scope.ERASE,
        admin.delete_records,
        "Erase one visitor's records",
        answers=Erased,
    ),
    _admin(
        "GET",
        "anchor",
        Scope.ADMIN,
        admin.get_anchor,
        "The heads of the chains",
        all_sites=True,
        answers=Anchors,
    ),
    _admin(
        "POST",
        "anchor",
        Scope.ADMIN,
        admin.compare_anchor,
        "Compare the log with an anchor",
        all_sites=True,
        takes=Anchors,
        answers=admin.AnchorComparison,
        problems=_BODY,
    ),
    _admin(
        "GET",
        "audit",
        Scope.ADMIN,
        admin.get_audit,
        "What administrators did",
        answers=list[AuditEntry],
        problems=(400,),
        query=("before", "limit"),
    ),
    *ALERTS,
    *ANNOUNCEMENTS,
    *PEOPLE,
    *RIGHTS,
    *SCANS,
    *REVIEW,
)

ROUTES = (*PUBLIC, *ADMIN)
