from __future__ import annotations

import datetime as dt

import pytest

from consent.statistics.groups import added_up, group_of, size_of
from consent.store.statistics_store import Sum
from tests.consent.statistics.grouping import counts, group


def test_a_group_has_its_numbers_by_name_and_their_shares() -> None:
    found = group(
        shown=1000, accepted=300, refused=200, partial=100, withdrawn=12, changed=3, renewed=2, opt_out=40, by_code=5,
        shown_signal=50, performance_granted=350, performance_denied=250,
    )  # fmt: skip
    assert (found.shown, found.no_decision, found.answers) == (1000, 400, 600)
    assert (found.by_code, found.changed, found.withdrawn, found.renewed, found.signals) == (5, 3, 12, 2, 40)
    values = {name: rate and rate.value for name, rate in found.rates.items()}
    assert values == {
        "accepted": 0.5,
        "refused": pytest.approx(1 / 3),
        "partial": pytest.approx(1 / 6),
        "no_decision": pytest.approx(0.4),
        "withdrawn": 0.03,
        "signal": 0.05,
    }
    performance = found.categories["performance"]
    assert (performance.granted, performance.denied) == (350, 250)
    assert performance.rate is not None
    assert performance.rate.value == pytest.approx(350 / 600)
    assert found.categories["advertising"].rate is None


def test_displays_that_stand_for_several_are_added_up_as_that() -> None:
    found = group(shown=50, shown_weight=500_000, shown_variance=4_500_000, accepted=200)
    assert (found.shown, found.shown_recorded, found.no_decision) == (500, 50, 300)
    exact = group(shown=500, accepted=200).rates["no_decision"]
    sampled = found.rates["no_decision"]
    assert exact is not None
    assert sampled is not None
    assert sampled.value == exact.value
    assert sampled.low < exact.low < exact.high < sampled.high


def test_where_the_log_was_told_of_fewer_displays_than_answers_nothing_is_said_of_no_decision() -> None:
    found = group(shown=10, accepted=12)
    assert found.no_decision is None
    assert found.rates["no_decision"] is None
    nothing_told = group(accepted=12)
    assert nothing_told.no_decision is None


def test_a_day_without_anything_has_zeros_and_no_shares() -> None:
    found = group(20_781)
    assert (found.key, found.first_day) == ("2026-11-24", dt.date(2026, 11, 24))
    assert (found.shown, found.no_decision) == (0, 0)
    assert set(found.rates.values()) == {None}


def test_sums_are_added_up_with_their_first_and_last_day() -> None:
    both = added_up(
        "other", [Sum("a", 3, 5, counts(accepted=1)), Sum("b", 1, 4, counts(accepted=2, shown=7))]
    )
    assert (both.key, both.first_day, both.last_day) == ("other", 1, 5)
    assert (group_of(both).accepted, size_of(both)) == (3, 10)
