from __future__ import annotations

import pytest

from consent.model.categories import Category, Party
from scanner.findings.before_consent import find
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, item, passed, report, request


def test_many_cookies_of_one_service_make_one_finding() -> None:
    items = tuple(item(f"_ga_{number}", pattern="_ga_*", service="Google Analytics") for number in range(30))
    (finding,) = find(report(items=items))
    assert finding.title == "Google Analytics: 30 cookies before consent"
    assert finding.evidence["names"] == ["_ga_*"]
    assert finding.state is BEFORE


def test_cookies_and_requests_of_one_service_are_told_apart() -> None:
    found = list(find(report(items=(item(service="S"),), requests=(request(service="S", count=4),))))
    assert [(one.evidence["kind"], one.evidence["count"]) for one in found] == [("cookie", 1), ("request", 4)]


@pytest.mark.parametrize(
    ("category", "party", "severity"),
    [
        (Category.ADVERTISING, Party.FIRST, "high"),
        (Category.PERFORMANCE, Party.THIRD, "high"),
        (Category.PERFORMANCE, Party.FIRST, "medium"),
        (Category.FUNCTIONALITY, Party.THIRD, "medium"),
        (Category.UNCLASSIFIED, Party.THIRD, "medium"),
    ],
)
def test_severity_follows_category_and_party(category: Category, party: Party, severity: str) -> None:
    (finding,) = find(report(requests=(request(category=category, party=party),)))
    assert finding.severity == severity


def test_the_necessary_and_the_accepted_are_no_finding() -> None:
    items = (item(category=Category.NECESSARY), item(states=(REJECT, ACCEPT)))
    assert list(find(report(items=items, requests=(request(state=ACCEPT),)))) == []


def test_a_pass_that_was_not_applied_gives_no_verdict() -> None:
    assert list(find(report(items=(item(),), passes=(passed(BEFORE, applied=False),)))) == []


def test_the_unclassified_of_a_host_is_told_apart_and_says_so() -> None:
    found = list(find(report(items=(item("a"), item("b", category=Category.UNCLASSIFIED)))))
    assert [one.title for one in found] == [
        "larkspur.example: 1 cookie before consent",
        "larkspur.example: 1 cookie before consent (not classified yet)",
    ]


def test_the_evidence_proves_it_and_the_fix_holds_back_the_tag_manager() -> None:
    chain = (
        "https://s.example/tag.js",
        "https://tm.example/gtm.js?id=GTM-1&l=x",
        "https://www.larkspur.example/",
    )
    (finding,) = find(report(items=(item(service="S", set_by=chain),)))
    assert finding.evidence["initiators"] == list(chain)
    assert finding.evidence["pages"] == ["https://www.larkspur.example/"]
    assert '<script src="https://consent.larkspur.example/w/larkspur.js"></script>' in finding.fix
    assert (
        '<script type="text/plain" data-category="performance" data-src="https://tm.example/gtm.js?id=GTM-1&amp;l=x">'
        in finding.fix
    )
