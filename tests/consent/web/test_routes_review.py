"""What each route answers is in test_admin_review.py; here is what the list as a whole promises."""

from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes import ADMIN
from consent.web.routes_review import REVIEW


def test_they_are_among_the_routes_of_the_administration() -> None:
    assert set(REVIEW) <= set(ADMIN)


def test_only_what_changes_something_needs_more_than_to_read() -> None:
    changing = {route.path for route in REVIEW if route.scope is not Scope.READ}
    assert [path.rpartition("/")[2] for path in changing] == ["take-back"]
