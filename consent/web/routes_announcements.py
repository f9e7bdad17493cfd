"""The administration's routes for what a site announces to visitors who come back."""

from __future__ import annotations

from consent.model.announcements import NewAnnouncement
from consent.tokens import Scope
from consent.web import admin_announcements as handlers
from consent.web.admin_route import BODY, OF_SITE, admin_route
from consent.web.route import Route

_HERE = f"{OF_SITE}/announcement"

ANNOUNCEMENTS: tuple[Route, ...] = (
    admin_route(
        "GET", _HERE, Scope.READ, handlers.get_announcement, "What visitors who come back are told now",
        answers=handlers.Standing,
    ),
    admin_route(
        "PUT", _HERE, Scope.PUBLISH, handlers.put_announcement, "Tell visitors who come back of a change, until a day",
        takes=NewAnnouncement, answers=handlers.Standing, problems=BODY,
    ),
    admin_route(
        "DELETE", _HERE, Scope.PUBLISH, handlers.delete_announcement, "Take back what visitors are told",
        answers=handlers.Standing,
    ),
)  # fmt: skip
