from __future__ import annotations

import pytest

from scanner.findings.identifier_in_link import find, identifiers_in
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, passed, report, request


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://a.example/?gclid=abc", {"gclid"}),
        ("https://a.example/?dl=https%3A%2F%2Fs.example%2F%3Ffbclid%3D1%26x%3D2", {"fbclid"}),
        ("https://a.example/?_gl=1*a&li_fat_id=b&msclkid=c", {"_gl", "li_fat_id", "msclkid"}),
        ("https://a.example/?gclid=", set()),
        ("https://a.example/gclid=1", set()),
        ("https://a.example/?" + "&".join("a=1" for _ in range(2_000)), set()),
        ("https://[broken/?gclid=1", set()),
    ],
)
def test_identifiers_are_found_in_the_address_and_in_addresses_that_it_carries(
    url: str, names: set[str]
) -> None:
    assert identifiers_in(url) == names


def test_without_consent_it_is_medium_and_after_consent_information() -> None:
    url = "https://a.example/?gclid=abc"
    found = list(find(report(requests=(request(url, service="S"), request(url, service="S", state=ACCEPT)))))
    assert [(one.severity, one.state) for one in found] == [("medium", BEFORE), ("info", ACCEPT)]
    assert found[0].title == "S receives gclid without consent"
    assert found[0].evidence["read_by"] == ["Google Ads"]


def test_a_pass_that_was_not_applied_gives_no_verdict() -> None:
    passes = (passed(BEFORE), passed(REJECT, applied=False))
    assert (
        list(find(report(passes=passes, requests=(request("https://a.example/?gclid=1", state=REJECT),))))
        == []
    )
