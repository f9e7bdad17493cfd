from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes_people import PEOPLE


def test_people_and_tokens_are_for_admins_and_records_for_readers() -> None:
    for route in PEOPLE:
        assert route.scope is (Scope.READ if "/records" in route.path else Scope.ADMIN)
