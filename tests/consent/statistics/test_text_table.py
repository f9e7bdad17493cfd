from __future__ import annotations

import datetime as dt

import msgspec

from consent.statistics.comparisons import comparisons
from consent.statistics.queries import By, Statistics
from consent.statistics.text_table import to_text
from tests.consent.statistics.grouping import group

DAY = dt.date(2026, 11, 24)


def test_a_table_is_aligned_and_followed_by_what_the_comparisons_say() -> None:
    groups = (
        group("a" * 64, 20_700, shown=1000, accepted=500, refused=400),
        group("b" * 64, 20_750, accepted=700, refused=300),
    )
    found = Statistics(
        site="larkspur", since=DAY, until=DAY, by=By.NOTICE, waiting=1200, total=group(accepted=1200, refused=700),
        groups=groups, comparisons=tuple(comparisons("notice", groups)),
    )  # fmt: skip
    lines = to_text(found).splitlines()
    assert lines[0] == "larkspur, 2026-11-24 (days in UTC)"
    table = lines[2:6]
    assert len({len(line) for line in table}) == 1
    assert table[1].startswith("aaaaaaaa (2026-09-04)")
    assert "55.6 % (52.3 to 58.8)" in table[1]
    assert table[3].startswith("all")
    assert any("points higher" in line for line in lines)
    assert any(line.startswith("Notices were shown one after the other.") for line in lines)
    assert lines[-1] == "1,200 entries of the log are not counted yet."


def test_days_on_which_nothing_happened_are_left_out() -> None:
    found = Statistics(
        site="larkspur", since=DAY - dt.timedelta(days=1), until=DAY, by=By.DAY, waiting=0, total=group(accepted=1),
        groups=(group(20_780), group(20_781, accepted=1)), comparisons=(),
    )  # fmt: skip
    text = to_text(found)
    assert "2026-11-23 to 2026-11-24" in text
    assert "\n2026-11-24  " in text
    assert "\n2026-11-23  " not in text
    assert "not counted yet" not in text
    assert to_text(msgspec.structs.replace(found, since=DAY)).startswith("larkspur, 2026-11-24 ")
