from __future__ import annotations

from consent.model.categories import Category
from scanner.findings.after_reject import find
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, item, passed, report, request


def test_what_is_set_or_sent_after_an_applied_refusal_is_high() -> None:
    items = (item(service="S", states=(BEFORE, REJECT), set_after_action=(REJECT, ACCEPT)),)
    found = list(find(report(items=items, requests=(request(service="S", state=REJECT),))))
    assert [(one.severity, one.evidence["kind"]) for one in found] == [
        ("high", "cookie"),
        ("high", "request"),
    ]
    assert found[0].evidence["refused_by"] == "consentry-button"


def test_what_merely_stayed_is_told_elsewhere() -> None:
    assert list(find(report(items=(item(states=(BEFORE, REJECT)),)))) == []


def test_a_refusal_that_was_not_applied_gives_no_verdict() -> None:
    seen = report(requests=(request(state=REJECT),), passes=(passed(BEFORE), passed(REJECT, applied=False)))
    assert list(find(seen)) == []


def test_a_state_that_was_not_scanned_gives_no_verdict() -> None:
    assert list(find(report(requests=(request(state=REJECT),), passes=(passed(BEFORE),)))) == []


def test_the_unclassified_is_medium() -> None:
    (finding,) = find(report(requests=(request(state=REJECT, category=Category.UNCLASSIFIED),)))
    assert finding.severity == "medium"
    assert "not classified yet" in finding.title
