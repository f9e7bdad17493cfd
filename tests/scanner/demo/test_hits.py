"""How a request to a stub is described."""

from __future__ import annotations

from aiohttp.test_utils import make_mocked_request

from scanner.demo.hits import hit_of, host_of_request


def test_a_hit_keeps_what_was_sent() -> None:
    request = make_mocked_request(
        "POST",
        "/g/collect?v=2&dl=https%3A%2F%2Fa.example%2F",
        headers={
            "Host": "Region1.Google-Analytics.com:443",
            "Referer": "https://a.example/",
            "Cookie": "x=1; y=2",
        },
    )
    hit = hit_of(request, 204)
    assert hit.host == "region1.google-analytics.com"
    assert hit.path == "/g/collect"
    assert hit.query == "v=2&dl=https%3A%2F%2Fa.example%2F"
    assert (hit.method, hit.status, hit.referer) == ("POST", 204, "https://a.example/")
    assert hit.cookies == {"x": "1", "y": "2"}
    assert hit.time > 1_700_000_000
    assert hit.url == "region1.google-analytics.com/g/collect?v=2&dl=https%3A%2F%2Fa.example%2F"


def test_a_request_without_a_host_has_none() -> None:
    assert host_of_request(make_mocked_request("GET", "/")) == ""
