from __future__ import annotations

from consent.tokens import Scope
from consent.web.routes import ROUTES
from consent.web.routes_alerts import ALERTS


def test_reading_alerts_takes_a_token_that_may_read() -> None:
    assert [route.scope for route in ALERTS] == [Scope.READ]
    assert set(ALERTS) <= set(ROUTES)
