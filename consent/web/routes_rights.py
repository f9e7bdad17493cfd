"""The routes of the rights desk: a visitor's own, and the administration's."""

from __future__ import annotations

from consent.model.rights import Asked, DeskCase, DeskRequest, NewAnswer, NewRequest, RightsRequest
from consent.tokens import Scope
from consent.web import admin_rights, handlers, rights
from consent.web.admin_route import BODY, OF_SITE, admin_route
from consent.web.route import Route

_OWN = "/v1/consent/{consent_id}/requests"
_REQUEST = OF_SITE + r"/requests/{request_id:[0-9a-f-]{36}}"

OWN_RIGHTS: tuple[Route, ...] = (
    Route(
        "GET", _OWN, rights.get_requests, "What a visitor asked of their rights, and how it stands",
        answers=list[RightsRequest], problems=(404, 429, 503), limit="history",
    ),
    Route(
        "POST", _OWN, rights.post_request, "Withdraw, object, restrict, erase, or ask for correction or access",
        status=201, takes=NewRequest, answers=Asked, problems=(400, 403, 404, 408, 409, 413, 415, 429, 503),
        limit="history",
    ),
    Route("OPTIONS", _OWN, handlers.preflight, "CORS preflight", status=204),
)  # fmt: skip

RIGHTS: tuple[Route, ...] = (
    admin_route(
        "GET", f"{OF_SITE}/requests", Scope.READ, admin_rights.list_requests,
        "What visitors asked of their rights, the next deadline first", answers=list[DeskRequest], problems=(400,),
        query=("state", "limit"),
    ),
    admin_route(
        "GET", _REQUEST, Scope.READ, admin_rights.get_request, "One request with the visitor's records",
        answers=DeskCase,
    ),
    admin_route(
        "POST", f"{_REQUEST}/steps", Scope.RIGHTS, admin_rights.post_step,
        "Answer, extend, refuse or close a request", status=201, takes=NewAnswer, answers=DeskCase,
        problems=(*BODY, 409),
    ),
)  # fmt: skip
