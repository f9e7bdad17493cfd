from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes import ADMIN, PUBLIC
from consent.web.routes_rights import OWN_RIGHTS, RIGHTS


def test_reading_takes_a_token_that_may_read_and_acting_one_for_rights() -> None:
    assert {(route.method, route.scope) for route in RIGHTS} == {("GET", Scope.READ), ("POST", Scope.RIGHTS)}
    assert set(RIGHTS) <= set(ADMIN)


def test_a_visitor_needs_no_token_and_is_held_to_the_limit_of_histories() -> None:
    assert set(OWN_RIGHTS) <= set(PUBLIC)
    assert {(route.scope, route.limit) for route in OWN_RIGHTS if route.method != "OPTIONS"} == {
        (None, "history")
    }
