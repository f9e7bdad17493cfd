from __future__ import annotations

import datetime as dt

import pytest

from consent.model.categories import Category
from tests.scanner.factories import item, report, request
from tests.scanner.policy.texts import audited, rules_of


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ("17 May 2018", "medium"),
        ("1 March 2022", "medium"),
        ("1 August 2024", "low"),
        ("1 August 2026", None),
    ],
)
def test_an_old_policy_is_told_by_its_age(changed: str, severity: str | None) -> None:
    found = [one for one in audited(f"Last updated: {changed}").findings if one.rule == "policy-outdated"]
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_a_policy_of_before_the_gdpr_is_told_so() -> None:
    assert "before the GDPR applied" in rules_of(audited("Last updated: 17 May 2018"))["policy-outdated"][0]


def test_a_policy_without_a_date_is_told() -> None:
    found = [
        one
        for one in audited("We use cookies.", today=dt.date(2026, 1, 2)).findings
        if one.rule == "policy-no-date"
    ]
    assert found[0].fix == "Last changed on 2026-01-02."


@pytest.mark.parametrize(
    ("text", "rule", "subject"),
    [
        ("We use convertfox for our campaigns.", "policy-vendor-renamed", "convertfox"),
        ("Our pages have a Twitter button.", "policy-vendor-renamed", "Twitter"),
        ("Tests are run with Google Optimize.", "policy-vendor-gone", "Google Optimize"),
        ("We use Universal Analytics.", "policy-vendor-gone", "Universal Analytics"),
    ],
)
def test_former_names_are_told(text: str, rule: str, subject: str) -> None:
    assert rules_of(audited(text))[rule] == [subject]


@pytest.mark.parametrize(
    "text", ["We use X (formerly Twitter).", "We use Gist (formerly ConvertFox).", "We do not use Twitter."]
)
def test_a_name_that_is_told_as_former_is_none(text: str) -> None:
    assert "policy-vendor-renamed" not in rules_of(audited(text))


def test_a_service_younger_than_the_policy_is_told() -> None:
    seen = report(
        items=(item("_ga_4L2K9QW1", pattern="_ga_*", rule="google.analytics._ga_*"),),
        requests=(request("https://www.clarity.ms/tag/abc", category=Category.PERFORMANCE),),
    )
    old = rules_of(audited("Last updated: 1 March 2019", seen))
    assert sorted(old["policy-older-than-vendor"]) == ["Google Analytics 4", "Microsoft Clarity"]
    assert "policy-older-than-vendor" not in rules_of(audited("Last updated: 1 March 2025", seen))
