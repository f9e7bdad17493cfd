from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.model.schedule import ScheduleSettings, Window, duration_s, schedule_problems, window_of, zone_of
from consent.model.sites import load_sites


def test_what_is_meant_is_read() -> None:
    assert duration_s("7 days") == 7 * 86_400
    assert duration_s("90 minutes") == 5_400
    assert duration_s("1 week") == 7 * 86_400
    assert window_of("22:30-05:00") == Window(dt.time(22, 30), dt.time(5))
    assert zone_of("Europe/Dublin") is not None


def test_a_window_may_go_past_midnight() -> None:
    window = Window(dt.time(22), dt.time(5))
    assert [window.holds(dt.time(hour)) for hour in (21, 22, 23, 0, 4, 5)] == [
        False,
        True,
        True,
        True,
        True,
        False,
    ]
    assert window.length_s == 7 * 3_600
    day = Window(dt.time(1), dt.time(5))
    assert [day.holds(dt.time(hour)) for hour in (0, 1, 4, 5)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("", ': expected one of cron = "0 3 * * 1" and every = "7 days"'),
        ('cron = "0 3 * * 1"\nevery = "7 days"', ": expected one of cron"),
        ('cron = "0 3 * *"', ".cron: expected five fields"),
        ('cron = "61 3 * * *"', "got '61 3 * * *': bad minute"),
        ('cron = "0 0 31 2 *"', ".cron: expected five fields"),
        ('every = "often"', ".every: expected a number of hours, days or weeks up to a year"),
        ('every = "5 minutes"', ".every: expected"),
        ('every = "9000 days"', ".every: expected"),
        (
            'every = "7 days"\ntimezone = "Dublin"',
            ".timezone: expected a name of the IANA time zone database",
        ),
        ('every = "7 days"\ntimezone = "../../etc/passwd"', ".timezone: expected"),
        (
            'every = "7 days"\njitter = "a bit"',
            '.jitter: expected minutes, hours or days, such as "30 minutes"',
        ),
        (
            'every = "7 days"\nwindow = "1-5"',
            '.window: expected two different times of the day, such as "01:00-05:00"',
        ),
        ('every = "7 days"\nwindow = "01:00-01:00"', ".window: expected two different times"),
        ('every = "7 days"\nstates = ["reject"]', '.states: expected "before" among them'),
        ('every = "7 days"\nstates = ["refuse"]', ".states"),
        ('every = "7 days"\npages = 0', ".pages"),
        ('every = "7 days"\nzone = "UTC"', "schedule.zone: unknown key"),
    ],
)
def test_each_mistake_is_told_with_its_key_and_what_was_expected(
    tmp_path: Path, keys: str, said: str
) -> None:
    path = tmp_path / "sites.toml"
    path.write_text(
        f'[sites.larkspur]\nurl = "https://www.larkspur.example/"\n[sites.larkspur.schedule]\n{keys}\n'
    )
    with pytest.raises(ConfigError) as told:
        load_sites(path)
    assert "sites.larkspur.schedule" in told.value.message
    assert said in told.value.message


def test_a_good_schedule_has_no_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    path.write_text(
        '[sites.a]\nurl = "https://a.example/"\n[sites.a.schedule]\nevery = "7 days"\nwindow = "22:00-05:00"\n'
    )
    schedule = load_sites(path).site("a").schedule
    assert schedule == ScheduleSettings(every="7 days", window="22:00-05:00")
    assert list(schedule_problems(schedule)) == []
