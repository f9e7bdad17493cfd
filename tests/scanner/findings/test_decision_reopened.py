from __future__ import annotations

from consent.model.categories import Category
from scanner.findings import decision_reopened
from tests.scanner.factories import item, report

CHANGED = "it stays up to 13 months, and stayed for the session then"


def test_an_exemption_made_on_another_lifetime_is_told_with_a_table_to_decide_again() -> None:
    made = report(
        items=(
            item(
                "lk_basket",
                category=Category.NECESSARY,
                reopened=CHANGED,
                set_by=("https://cdn.shop.test/a.js",),
            ),
        )
    )
    (finding,) = decision_reopened.find(made)
    assert finding.severity == "medium"
    assert finding.evidence["changed"] == [CHANGED]
    assert 'lifetime = "up to a month"' in finding.fix
    assert 'set_by = "shop.test"' in finding.fix


def test_one_that_needs_consent_anyway_is_less_grave() -> None:
    (finding,) = decision_reopened.find(report(items=(item(reopened=CHANGED),)))
    assert finding.severity == "low"


def test_a_decision_that_still_fits_is_not_told() -> None:
    settled = item(criterion="B", category=Category.NECESSARY)
    assert list(decision_reopened.find(report(items=(settled,)))) == []
