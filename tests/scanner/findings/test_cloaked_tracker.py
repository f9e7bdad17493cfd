from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.findings.cloaked_tracker import find
from tests.scanner.factories import ACCEPT, item, report, request

COLLECTOR = "https://metrics.larkspur.example/b/ss/1"
CLOAKED = {
    "party": Party.FIRST,
    "vendor": "Adobe",
    "service": "Adobe Analytics",
    "category": Category.PERFORMANCE,
}


def test_a_first_party_host_of_a_tracking_vendor_is_told_with_its_cookies() -> None:
    cookie = item("s_vi", host="metrics.larkspur.example")
    (finding,) = find(report(items=(cookie, item()), requests=(request(COLLECTOR, **CLOAKED),)))
    assert finding.subject == "metrics.larkspur.example"
    assert finding.severity == "medium"
    assert finding.evidence["cookies"] == ["s_vi"]
    assert "Adobe" in finding.title


def test_it_is_low_where_it_waits_for_consent() -> None:
    (finding,) = find(report(requests=(request(COLLECTOR, **CLOAKED, state=ACCEPT),)))
    assert finding.severity == "low"
    assert "publish" not in finding.fix
    assert finding.fix.startswith("It was asked after consent only")


def test_third_parties_and_unattributed_hosts_are_not_cloaked() -> None:
    own = request("https://www.larkspur.example/x", party=Party.FIRST, tracker=True)
    assert list(find(report(requests=(request(vendor="V"), own)))) == []
