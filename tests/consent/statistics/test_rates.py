from __future__ import annotations

import random

import pytest

from consent.statistics.rates import (
    complement,
    interval,
    ratio_of,
    share_of,
    share_of_estimate,
    z_of,
)


def test_the_interval_is_wilsons() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
    for part, whole, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        rate = share_of(part, whole)
        assert rate is not None
        assert (rate.low, rate.high) == pytest.approx((low, high), abs=5e-5)
        assert rate.of == whole


def test_a_share_of_nothing_is_no_share() -> None:
    assert share_of(0, 0) is None
    assert share_of_estimate(0, 0.0, 0.0) is None
    assert ratio_of(3, 0) is None
    assert complement(None) is None


def test_an_interval_ends_at_nothing_and_at_all_where_the_share_is_that() -> None:
    nothing, everything = share_of(0, 50), share_of(50, 50)
    assert nothing is not None
    assert everything is not None
    assert nothing.low == 0
    assert 0 < nothing.high < 0.1
    assert everything.high == 1
    assert everything.low == pytest.approx(1 - nothing.high)


def test_more_confidence_makes_a_wider_interval() -> None:
    assert z_of(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert interval(0.5, 100, confidence=0.99)[0] < interval(0.5, 100)[0]


def test_a_share_of_a_whole_that_was_counted_is_the_plain_one_nearly() -> None:
    plain, estimated = share_of(300, 1000), share_of_estimate(300, 1000.0, 0.0)
    assert plain is not None
    assert estimated is not None
    assert (estimated.low, estimated.high) == pytest.approx((plain.low, plain.high))


def test_a_sampled_whole_makes_the_interval_wider_and_it_still_holds() -> None:
    """Of many simulated days the interval must hold the true share in about 95 of 100."""
    chance = random.Random(7)
    true, displays, told, days = 0.4, 2000, 0.1, 400
    held = 0
    for _ in range(days):
        answered = sum(chance.random() < true for _ in range(displays))
        recorded = sum(chance.random() < told for _ in range(displays))
        rate = share_of_estimate(answered, recorded / told, recorded * (1 - told) / told**2)
        assert rate is not None
        held += rate.low <= true <= rate.high
    assert 0.92 <= held / days <= 0.99


def test_more_answers_than_displays_give_no_share() -> None:
    assert share_of_estimate(11, 10.0, 0.0) is None


def test_a_ratio_may_be_above_one_and_its_interval_holds_it() -> None:
    rate = ratio_of(30, 20)
    assert rate is not None
    assert rate.value == 1.5
    assert 0.8 < rate.low < 1.5 < rate.high < 2.8
    none = ratio_of(0, 100)
    assert none is not None
    assert (none.value, none.low) == (0, 0)


def test_the_share_of_all_others_turns_the_interval_round() -> None:
    rate = share_of(81, 263)
    others = complement(rate)
    assert rate is not None
    assert others is not None
    assert (others.value, others.low, others.high) == pytest.approx(
        (1 - rate.value, 1 - rate.high, 1 - rate.low)
    )
