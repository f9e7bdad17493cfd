"""The administration's routes for alerts."""

from __future__ import annotations

from consent.alerts.listing import SentAlert
from consent.tokens import Scope
from consent.web import admin_alerts
from consent.web.admin_route import OF_SITE, admin_route
from consent.web.route import Route

ALERTS: tuple[Route, ...] = (
    admin_route(
        "GET",
        f"{OF_SITE}/alerts",
        Scope.READ,
        admin_alerts.list_alerts,
        "Who was told what scans changed, the latest first",
        answers=list[SentAlert],
        problems=(400,),
        query=("limit",),
    ),
)
