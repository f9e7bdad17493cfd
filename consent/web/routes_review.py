"""The administration's routes for the review and for publishing."""

from __future__ import annotations

from consent.model.inventory import Inventory
from consent.publication_plan import PublicationPlan
from consent.review import ReviewItem
from consent.tokens import Scope
from consent.web import admin_review
from consent.web.admin_route import BODY, OF_SITE, admin_route
from consent.web.route import Route

REVIEW: tuple[Route, ...] = (
    admin_route(
        "GET",
        "review",
        Scope.READ,
        admin_review.list_waiting,
        "What waits for a decision at all sites",
        answers=list[ReviewItem],
        problems=(400,),
        query=("limit",),
    ),
    admin_route(
        "GET",
        f"{OF_SITE}/review",
        Scope.READ,
        admin_review.list_waiting_of_site,
        "What waits for a decision",
        answers=list[ReviewItem],
        problems=(400,),
        query=("limit",),
    ),
    admin_route(
        "POST",
        f"{OF_SITE}/decisions/take-back",
        Scope.REVIEW,
        admin_review.take_decision_back,
        "Take a decision back",
        takes=admin_review.TakeBack,
        answers=admin_review.TakeBack,
        problems=BODY,
    ),
    admin_route(
        "GET",
        f"{OF_SITE}/publications",
        Scope.READ,
        admin_review.list_publications,
        "What was published, and by whom",
        answers=list[admin_review.PastPublication],
        problems=(400,),
        query=("before", "limit"),
    ),
    admin_route(
        "POST",
        f"{OF_SITE}/publications/preview",
        Scope.READ,
        admin_review.preview_publication,
        "What publishing an inventory would change",
        takes=Inventory,
        answers=PublicationPlan,
        problems=BODY,
    ),
)
