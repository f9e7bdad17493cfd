from __future__ import annotations

from consent.model.categories import ConsentState
from scanner.findings.private_address import find
from scanner.private_addresses import PrivateAddress
from tests.scanner.factories import SHOP, report


def test_a_finding_says_who_reached_for_what_and_how_to_allow_it() -> None:
    address = PrivateAddress(
        host="cms.inner.example:8080",
        address="10.0.0.5",
        kind="a private network",
        url="http://cms.inner.example:8080/x.js",
        states=(ConsentState.BEFORE,),
        pages=(SHOP,),
        initiators=(SHOP,),
    )
    (finding,) = find(report(private_addresses=(address,)))
    assert finding.title == (
        "The page reaches for cms.inner.example:8080 (10.0.0.5), which is a private network; the scan refused it"
    )
    assert (finding.severity, finding.page, finding.state) == ("low", SHOP, ConsentState.BEFORE)
    assert finding.evidence["urls"] == ["http://cms.inner.example:8080/x.js"]
    assert "--allow-private cms.inner.example," in finding.fix


def test_a_literal_address_is_not_told_twice() -> None:
    address = PrivateAddress(host="::1:80", address="::1", kind="this machine itself (loopback)")
    (finding,) = find(report(private_addresses=(address,)))
    assert finding.title.startswith("The page reaches for ::1:80, which is this machine itself")


def test_nothing_refused_is_no_finding() -> None:
    assert list(find(report())) == []
