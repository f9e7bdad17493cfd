from __future__ import annotations

import pytest

from consent.model.categories import Category
from scanner.findings.choice_lifetime import find
from tests.scanner.factories import DAY, item, report


def choice(lifetime_s: float | None, rule: str = "onetrust.consent.OptanonConsent"):  # type: ignore[no-untyped-def]
    return item(
        "OptanonConsent", category=Category.NECESSARY, service="OneTrust", rule=rule, lifetime_s=lifetime_s
    )


@pytest.mark.parametrize(
    ("lifetime_s", "severity", "words"),
    [
        (365 * DAY, "info", "kept for 12 months, longer"),
        (400 * DAY, "low", "longer than six months"),
        (14 * DAY, "info", "kept for 14 days, shorter"),
        (None, "low", "until the browser is closed"),
    ],
)
def test_a_choice_far_from_six_months_is_told(lifetime_s: float | None, severity: str, words: str) -> None:
    (finding,) = find(report(items=(choice(lifetime_s),)))
    assert finding.severity == severity
    assert words in finding.title
    assert "consent_days = 180" in finding.fix


def test_six_months_and_what_is_no_choice_are_not() -> None:
    assert list(find(report(items=(choice(180 * DAY), choice(180 * DAY, rule="consentry"))))) == []
    assert (
        list(find(report(items=(choice(365 * DAY, rule="google.analytics._ga"), choice(None, rule="")))))
        == []
    )


def test_a_tools_short_lived_helper_does_not_count() -> None:
    helper = item("OptanonHelper", service="OneTrust", rule="onetrust.consent.x", lifetime_s=None)
    assert list(find(report(items=(helper, choice(180 * DAY))))) == []
