from __future__ import annotations

import pytest

from consent.web.origins import Origins
from tests.consent.factories import site

SITES = (
    site(hosts=("larkspur.shop.example",)),
    site(id="local", url="http://127.0.0.1:8080/"),
)


@pytest.mark.parametrize(
    ("name", "origin", "allowed"),
    [
        ("larkspur", "https://www.larkspur.example", True),
        ("larkspur", "https://larkspur.shop.example", True),
        ("larkspur", "http://www.larkspur.example", False),
        ("larkspur", "https://thyme.example", False),
        ("larkspur", "http://127.0.0.1:8080", False),
        ("local", "http://127.0.0.1:9000", True),
        ("local", "http://127.0.0.2:8080", False),
        ("local", "null", False),
        ("local", "file://", False),
        ("nobody", "https://www.larkspur.example", False),
        ("larkspur", "https://[::1", False),
        ("larkspur", "", False),
    ],
)
def test_an_origin_is_allowed_where_its_host_is_the_sites_own(
    name: str, origin: str, *, allowed: bool
) -> None:
    headers = dict(Origins(SITES).site(name, origin))
    assert bool(headers) is allowed
    assert headers.get("Access-Control-Allow-Origin", origin) == origin


def test_a_preflight_does_not_say_for_which_site_it_is() -> None:
    origins = Origins(SITES)
    assert origins.preflight("http://127.0.0.1:9000")
    assert origins.preflight("https://evil.example") == ()
    assert origins.any_site("https://www.larkspur.example")
