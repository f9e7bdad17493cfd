"""What each route answers is in test_admin_scans.py; here is what the list as a whole promises."""

from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes import ADMIN
from consent.web.routes_scans import SCANS


def test_they_are_among_the_routes_of_the_administration() -> None:
    assert set(SCANS) <= set(ADMIN)


def test_reading_needs_the_scope_to_read_and_everything_else_the_one_to_scan() -> None:
    assert {route.scope for route in SCANS if route.method == "GET"} == {Scope.READ}
    assert {route.scope for route in SCANS if route.method != "GET"} == {Scope.SCAN}
