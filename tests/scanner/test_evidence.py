from __future__ import annotations

from consent.model.categories import Category, ConsentState, Party
from scanner.evidence import (
    EXAMPLES,
    applied,
    by_service,
    counted,
    evidence_of,
    label_of,
    severity_of,
    strictest,
)
from tests.scanner.factories import BEFORE, REJECT, item, passed, report, request


def test_the_state_before_counts_without_a_pass_and_no_other_does() -> None:
    nothing = report(passes=())
    assert applied(nothing, BEFORE)
    assert not any(applied(nothing, state) for state in ConsentState if state is not BEFORE)
    assert not applied(report(passes=(passed(BEFORE, applied=False),)), BEFORE)
    assert applied(report(passes=(passed(REJECT),)), REJECT)


def test_a_thing_is_named_by_service_then_vendor_then_domain() -> None:
    assert label_of(item(service="S", vendor="V")) == "S"
    assert label_of(item(vendor="V")) == "V"
    assert label_of(item(host="www.larkspur.example")) == "larkspur.example"
    assert label_of(request("https://a.b.shop.co.uk/")) == "shop.co.uk"


def test_the_unclassified_makes_a_group_of_its_own() -> None:
    groups = [
        (label, len(things))
        for label, _, things in by_service([item(), item(category=Category.UNCLASSIFIED)])
    ]
    assert groups == [("larkspur.example", 1), ("larkspur.example", 1)]


def test_advertising_outweighs_and_the_unclassified_never_does() -> None:
    assert strictest([item(), item(category=Category.ADVERTISING)]) is Category.ADVERTISING
    assert strictest([item(category=Category.UNCLASSIFIED), item()]) is Category.PERFORMANCE


def test_an_unknown_third_party_is_not_called_severe() -> None:
    assert severity_of([request(category=Category.UNCLASSIFIED)]) == "medium"
    assert severity_of([request(category=Category.PERFORMANCE, party=Party.THIRD)]) == "high"


def test_evidence_counts_all_and_shows_some() -> None:
    evidence = evidence_of([item(f"c{number}", pattern=f"c{number}") for number in range(50)])
    assert evidence["count"] == 50
    assert len(evidence["names"]) == EXAMPLES


def test_evidence_of_requests_sums_repeats_and_tells_the_earliest() -> None:
    evidence = evidence_of([request(count=3, time_ms=90.0), request(count=2, time_ms=40.5)])
    assert evidence["count"] == 5
    assert evidence["first_ms"] == 40.5


def test_a_long_address_is_shortened_and_an_empty_value_left_out() -> None:
    evidence = evidence_of([request("https://x.example/" + "a" * 5_000)])
    assert len(evidence["urls"][0]) == 300
    assert "initiators" not in evidence


def test_counts_have_their_word() -> None:
    assert counted(1, "cookie") == "1 cookie"
    assert counted(12_000, "request") == "12,000 requests"
    assert counted(2, "new_kind") == "2 new kind"
