from __future__ import annotations

import csv
import datetime as dt
import io

from consent.statistics.csv_table import to_csv
from consent.statistics.groups import Group
from consent.statistics.queries import By, Statistics
from tests.consent.statistics.grouping import group


def statistics(by: By, *groups: Group) -> Statistics:
    day = dt.date(2026, 11, 24)
    return Statistics(
        site="larkspur", since=day, until=day, by=by, waiting=0, total=group(), groups=groups, comparisons=()
    )


def rows(*groups: Group, by: By = By.DEVICE) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(statistics(by, *groups)))))


def test_each_group_is_a_line_with_its_numbers_and_shares() -> None:
    [phone, tablet] = rows(
        group("phone", shown=100, accepted=30, refused=20, performance_granted=30, performance_denied=20),
        group("tablet"),
    )
    assert (phone["device"], phone["shown"], phone["accepted"], phone["no_decision"]) == (
        "phone",
        "100",
        "30",
        "50",
    )
    assert (phone["accepted_rate"], phone["performance_rate"], phone["performance_granted"]) == (
        "0.6",
        "0.6",
        "30",
    )
    assert float(phone["accepted_rate_low"]) < 0.6 < float(phone["accepted_rate_high"])
    assert (tablet["shown"], tablet["accepted_rate"], tablet["no_decision"]) == ("0", "", "0")


def test_what_is_not_known_is_empty_and_nothing_is_a_formula() -> None:
    [odd] = rows(group("-1", accepted=3), by=By.VARIANT)
    assert (odd["variant"], odd["no_decision"], odd["no_decision_rate"]) == ("'-1", "", "")


def test_days_are_named_as_dates() -> None:
    [day] = rows(group(20_781), by=By.DAY)
    assert (day["day"], day["first_day"]) == ("2026-11-24", "2026-11-24")
