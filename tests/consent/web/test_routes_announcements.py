from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes import ROUTES
from consent.web.routes_announcements import ANNOUNCEMENTS


def test_who_announces_may_publish_and_who_reads_may_read() -> None:
    assert {route.method: route.scope for route in ANNOUNCEMENTS} == {
        "GET": Scope.READ,
        "PUT": Scope.PUBLISH,
        "DELETE": Scope.PUBLISH,
    }
    assert set(ANNOUNCEMENTS) <= set(ROUTES)
