from __future__ import annotations

from consent.statistics.comparisons import MOST, REST, comparisons
from tests.consent.statistics.grouping import group


def test_each_notice_is_compared_with_the_one_before_it() -> None:
    groups = [
        group("a" * 64, 1, accepted=500, refused=500),
        group("b" * 64, 2, accepted=700, refused=300),
        group("c" * 64, 3, accepted=690, refused=310),
    ]
    found = comparisons("notice", groups)
    assert [(one.one[0], one.other[0], one.measure) for one in found] == [
        ("b", "a", "accepted"), ("b", "a", "refused"), ("c", "b", "accepted"), ("c", "b", "refused"),
    ]  # fmt: skip
    assert [one.significant for one in found] == [True, True, False, False]
    first = found[0]
    assert (first.shares, first.answers) == ((0.7, 0.5), (1000, 1000))
    assert 0.1 < first.low < first.difference < first.high < 0.3
    assert "20.0 points higher" in first.sentence
    assert "No difference that the numbers can show" in found[2].sentence


def test_two_groups_are_compared_with_each_other_and_several_each_with_all_others() -> None:
    phone, desktop = group("phone", accepted=50, refused=50), group("desktop", accepted=60, refused=40)
    tablet, program = group("tablet", accepted=5, refused=5), group("automated", accepted=900)
    two = comparisons("device", [desktop, phone, program])
    assert {(one.one, one.other) for one in two} == {("desktop", "phone")}
    three = comparisons("device", [desktop, phone, tablet, program])
    assert [(one.one, one.other) for one in three if one.measure == "accepted"] == [
        ("desktop", REST), ("phone", REST), ("tablet", REST),
    ]  # fmt: skip
    assert three[0].shares[1] == 55 / 110  # without what says that it is a program
    assert "all other devices together" in three[0].sentence


def test_what_would_be_a_difference_alone_is_none_among_many() -> None:
    alone = comparisons(
        "language", [group("de", accepted=560, refused=440), group("en", accepted=510, refused=490)]
    )
    assert alone[0].significant
    many = [group("de", accepted=560, refused=440)]
    many += [group(f"x{number}", accepted=510, refused=490) for number in range(12)]
    of_german = next(one for one in comparisons("language", many) if one.one == "de")
    assert not of_german.significant
    assert of_german.p > 0.05


def test_what_is_significant_has_an_interval_without_nothing() -> None:
    for accepted in range(400, 600, 5):
        groups = [
            group("de", accepted=accepted, refused=1000 - accepted),
            group("en", accepted=500, refused=500),
        ]
        for one in comparisons("language", groups):
            assert one.significant is (one.p < 0.05 and not one.low <= 0 <= one.high)


def test_days_and_groups_without_answers_are_not_compared() -> None:
    assert comparisons("day", [group(1, accepted=5), group(2, accepted=7)]) == []
    assert comparisons("language", [group("de", shown=10), group("en", accepted=7)]) == []
    assert comparisons("notice", [group("a", shown=10), group("b", accepted=7)]) == []
    assert comparisons("language", []) == []


def test_of_very_many_groups_the_largest_are_compared() -> None:
    groups = [group(f"k{number:02}", accepted=10 + number, refused=10) for number in range(MOST + 10)]
    compared = {one.one for one in comparisons("country", groups)}
    assert compared == {f"k{number:02}" for number in range(10, MOST + 10)}
