from __future__ import annotations

import pytest

from consent.model.categories import Category
from scanner.findings.load_order import find
from scanner.markup import Head, HeadElement
from scanner.report import Finding
from tests.scanner.factories import SHOP, report


def banner(loading: str = "", url: str = "https://consent.larkspur.example/w/larkspur.js") -> HeadElement:
    return HeadElement(
        kind="script",
        url=url,
        loading=loading,
        category=Category.NECESSARY,
        service="Consentry",
        consent_tool=True,
    )


def tag(
    kind: str = "inline script", loading: str = "", category: Category = Category.ADVERTISING
) -> HeadElement:
    return HeadElement(
        kind=kind, url="https://t.example/t.js", loading=loading, category=category, service="Ads"
    )


def found(*elements: HeadElement) -> list[Finding]:
    return list(find(report(heads=(Head(elements=elements, page=SHOP, pages=(SHOP,), page_count=7),))))


def test_what_loads_before_the_banner_is_told_with_the_mark_up_to_paste() -> None:
    (finding,) = found(tag(), banner())
    assert finding.severity == "medium"
    assert finding.title == "The mark-up loads Ads before the consent banner"
    assert finding.evidence["page_count"] == 7
    assert '<script src="https://consent.larkspur.example/w/larkspur.js"></script>' in finding.fix


@pytest.mark.parametrize("loading", ["async", "defer", "module"])
def test_a_banner_that_does_not_hold_up_the_page_may_be_overtaken(loading: str) -> None:
    (finding,) = found(banner(loading), tag())
    assert (finding.severity, finding.evidence["banner_loading"]) == ("low", loading)


def test_a_hint_reaches_a_third_party_whatever_the_banner_does() -> None:
    (finding,) = found(banner(), tag("preconnect"))
    assert finding.title == "Resource hints reach Ads before the visitor decides"
    assert "hints out" in finding.fix


@pytest.mark.parametrize(
    "elements",
    [
        (banner(), tag()),
        (tag(loading="held"), banner()),
        (tag(category=Category.NECESSARY), banner()),
        (tag(category=Category.UNCLASSIFIED), banner()),
        (tag("stylesheet"), banner()),
        (tag("dns-prefetch"), banner()),
        (tag(),),
        (),
    ],
)
def test_a_right_order_and_a_page_without_banner_are_no_finding(elements: tuple[HeadElement, ...]) -> None:
    assert found(*elements) == []


def test_another_makes_tag_is_escaped() -> None:
    other = HeadElement(
        kind="script", url='https://cmp.example/"><b>', loading="async", consent_tool=True, service="Other"
    )
    (finding,) = found(other, tag())
    assert "&quot;&gt;&lt;b&gt;" in finding.fix
