from __future__ import annotations

from scanner.findings.plain_http import find
from tests.scanner.factories import SHOP, page, report, request


def test_pages_and_services_without_tls_are_told() -> None:
    own, service = find(
        report(
            pages=(page(), page("http://www.larkspur.example/old")),
            requests=(request("http://px.ads.example/p"), request("ws://px.ads.example/live"), request()),
        )
    )
    assert own.title == "1 page is served over plain HTTP"
    assert "Strict-Transport-Security" in own.fix
    assert (service.title, service.evidence["count"]) == ("ads.example is asked over plain HTTP", 2)


def test_a_redirect_to_tls_and_what_was_never_sent_are_not() -> None:
    redirected = page("http://www.larkspur.example/", final_url=SHOP)
    failed = request("http://px.ads.example/p", failed="mixed-content")
    assert list(find(report(pages=(redirected,), requests=(failed,)))) == []
