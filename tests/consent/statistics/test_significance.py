from __future__ import annotations

import random

import pytest

from consent.statistics.significance import Share, _fisher, compared, difference, holm


def test_two_shares_of_many_are_compared_by_the_z_test() -> None:
    outcome = compared(Share(56, 70), Share(48, 80))
    assert outcome.name == "z"
    assert outcome.p == pytest.approx(0.00805, abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        (Share(3, 4), Share(1, 4), 0.485714),  # the lady who tastes tea
        (Share(1, 10), Share(11, 14), 0.002759),
        (Share(9, 10), Share(3, 14), 0.002759),  # the same, counted from the other side
        (Share(11, 14), Share(1, 10), 0.002759),
        (Share(0, 5), Share(0, 7), 1.0),
        (Share(5, 5), Share(7, 7), 1.0),
    ],
)
def test_the_exact_test_is_fishers(one: Share, other: Share, p: float) -> None:
    assert _fisher(one, other) == pytest.approx(p, abs=1e-6)


def test_the_exact_test_takes_over_where_a_cell_expects_fewer_than_five() -> None:
    assert compared(Share(4, 9), Share(5, 9)).name == "fisher"
    assert compared(Share(4, 10), Share(6, 10)).name == "z"
    assert compared(Share(0, 900), Share(4, 900)).name == "fisher"


def test_a_rare_answer_among_millions_is_compared_exactly_and_at_once() -> None:
    outcome = compared(Share(2, 3_000_000), Share(4, 1_000_000))
    assert outcome.name == "fisher"
    assert 0.01 < outcome.p < 0.1


def test_equal_shares_differ_by_chance() -> None:
    assert compared(Share(500, 1000), Share(50, 100)).p == pytest.approx(1)


def test_a_difference_has_newcombes_interval() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10.
    assert difference(Share(56, 70), Share(48, 80)) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert difference(Share(9, 10), Share(3, 10)) == pytest.approx((0.1705, 0.8090), abs=5e-5)
    assert difference(Share(10, 10), Share(0, 10)) == pytest.approx((0.6075, 1.0), abs=5e-5)


def test_several_p_values_are_corrected_after_holm() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_groups_that_do_not_differ_are_rarely_told_apart_however_many_there_are() -> None:
    """Twenty comparisons of equal shares: without the correction two tables of three would show a difference."""
    chance = random.Random(11)
    tables, wrong, wrong_alone = 150, 0, 0
    for _ in range(tables):
        shares = [Share(sum(chance.random() < 0.3 for _ in range(200)), 200) for _ in range(21)]
        values = [compared(share, shares[0]).p for share in shares[1:]]
        wrong += min(holm(values)) < 0.05
        wrong_alone += min(values) < 0.05
    assert wrong / tables < 0.08
    assert wrong_alone / tables > 0.3
