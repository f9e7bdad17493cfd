from __future__ import annotations

from consent.model.categories import Category
from scanner.findings.no_banner import find
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, item, passed, report

IN_VAIN = {
    "banner_found": False,
    "applied": False,
    "reason": "no consent banner was found on https://s.example/",
}


def test_consent_needed_and_no_banner_is_high() -> None:
    passes = (passed(BEFORE, banner_found=False), passed(REJECT, **IN_VAIN))
    (finding,) = find(report(items=(item(service="S"), item("_gid", service="S")), passes=passes))
    assert finding.severity == "high"
    assert finding.evidence["services"] == ["S"]
    assert finding.title == "No consent banner was found, and 1 service needs consent"
    assert "/w/larkspur.js" in finding.fix


def test_a_banner_in_any_pass_is_enough() -> None:
    passes = (passed(ACCEPT, **IN_VAIN), passed(REJECT))
    assert list(find(report(items=(item(),), passes=passes))) == []


def test_a_site_that_needs_no_consent_needs_no_banner() -> None:
    passes = (passed(REJECT, **IN_VAIN),)
    assert list(find(report(items=(item(category=Category.NECESSARY),), passes=passes))) == []


def test_a_pass_that_could_not_look_is_no_evidence() -> None:
    unopened = passed(REJECT, banner_found=False, applied=False, reason="the first page could not be opened")
    assert list(find(report(items=(item(),), passes=(passed(BEFORE, banner_found=False), unopened)))) == []
