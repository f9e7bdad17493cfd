from __future__ import annotations

import pytest

from scanner.accesslogs.roles import role_of


@pytest.mark.parametrize(
    ("name", "role"),
    [("remote_addr", "address"), ("c-ip", "address"), ("ClientHost", "address"), ("cs(User-Agent)", "agent"), ("X-Forwarded-For", "forwarded"),
     ("cs-uri-query", "query"), ("geoip_city", "geo"), ("s-ip", "plain"), ("status", "plain"), ("something", "other")],
)  # fmt: skip
def test_fields_are_known_by_the_names_that_servers_give(name: str, role: str) -> None:
    assert role_of(name) == role
