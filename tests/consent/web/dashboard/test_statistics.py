from __future__ import annotations

import datetime as dt
import re

import pytest

from consent.statistics.counting import day_number
from consent.store.statistics_store import Tally
from tests.consent.statistics.grouping import counts
from tests.consent.web.dashboard.signing_in import Desk

PATH = "/admin/statistics?site=larkspur&from=2026-11-01&to=2026-11-30"
LIMIT = 100 * 1024


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


@pytest.fixture
async def filled(nobody: Desk) -> Desk:
    """Two notices, two devices and one language; phones accept less often."""
    first, second = day("2026-11-03"), day("2026-11-20")
    rows = [
        Tally("larkspur", "", first, "a" * 64, "", counts(shown=4000, accepted=1000, refused=1000, performance_granted=900, performance_denied=600)),
        Tally("larkspur", "", second, "b" * 64, "", counts(shown=4000, accepted=1010, refused=1000)),
        Tally("larkspur", "device", first, "a" * 64, "desktop", counts(shown=4000, accepted=1300, refused=700)),
        Tally("larkspur", "device", second, "b" * 64, "phone", counts(shown=4000, accepted=710, refused=1300)),
        Tally("larkspur", "device", second, "b" * 64, "automated", counts(shown=9, accepted=9)),
        Tally("larkspur", "language", first, "a" * 64, "en", counts(shown=8000, accepted=2010, refused=2000)),
        Tally("larkspur", "jurisdiction", first, "a" * 64, "EU", counts(accepted=2010)),
    ]  # fmt: skip
    [chain] = await nobody.store.counted()
    assert await nobody.store.count(chain, chain.last, rows)
    await nobody.sign_in("bo")
    return nobody


async def test_a_site_is_shown_with_charts_tables_and_what_comparisons_show(filled: Desk) -> None:
    text = await filled.page(PATH)
    assert len(text.encode()) < LIMIT
    assert "8,000" in text
    assert text.count('<svg class="chart" role="img"') == 5  # days, categories, notices, languages, devices
    assert len(re.findall(r"<table", text)) == 5
    assert "Desktop computers: 65.0 % accepted everything; phones: 35.3 %" in text
    assert "driven by a program" in text
    assert "No difference that the numbers can show" in text  # between the notices
    assert "Notices were shown one after the other." in text
    assert "Jurisdictions" not in text  # there is one: nothing to tell apart


async def test_the_page_has_no_style_or_script_of_its_own_and_names_are_unique(filled: Desk) -> None:
    text = await filled.page(PATH)
    assert not re.search(r"\sstyle=|<style|<script", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


async def test_a_year_of_many_notices_languages_and_countries_stays_a_small_page(filled: Desk) -> None:
    rows = [
        Tally("larkspur", dimension, day("2026-01-01") + number, f"{number % 20:064}", f"{key:02}" if dimension else "", counts(shown=900, accepted=300 + number, refused=200))
        for dimension in ("", "language", "country", "variant")
        for number in range(330)
        for key in (range(0, 60, 7) if dimension else (0,))
    ]  # fmt: skip
    [chain] = await filled.store.counted()
    assert await filled.store.count(chain, chain.last + 1, rows)
    text = await filled.page("/admin/statistics?site=larkspur&from=2026-01-01&to=2026-12-31")
    assert "Week by week" in text
    assert len(text.encode()) < LIMIT
    assert "more comparisons are in the API" in text


async def test_without_a_site_in_the_address_the_persons_first_one_is_shown(filled: Desk) -> None:
    assert "Statistics of Larkspur" in await filled.page("/admin/statistics")
    assert "nothing is published" in await filled.page("/admin/statistics?site=thyme")
    text = await filled.page("/admin/statistics?site=larkspur&from=2020-01-01&to=2020-01-02")
    assert "Nothing was shown to people in these days." in text
    assert "Visits that a program drives, such as scans" in text


async def test_a_person_of_one_site_sees_nothing_of_another(nobody: Desk) -> None:
    await nobody.sign_in("cy")
    assert "larkspur" not in (await nobody.page("/admin/statistics")).lower()
    await nobody.page("/admin/statistics?site=larkspur", 404)
    await nobody.page("/admin/sites/larkspur/statistics.csv", 404)


async def test_what_cannot_be_asked_is_told_as_a_page(filled: Desk) -> None:
    assert "comes after" in await filled.page("/admin/statistics?from=2026-11-30&to=2026-11-01", 400)
    await filled.page("/admin/sites/larkspur/statistics.csv?by=moon", 400)


async def test_the_numbers_of_a_chart_can_be_had_as_csv(filled: Desk) -> None:
    answer = await filled.get("/admin/sites/larkspur/statistics.csv?by=device&from=2026-11-01&to=2026-11-30")
    assert answer.headers["Content-Type"].startswith("text/csv")
    lines = (await answer.text()).splitlines()
    assert lines[0].startswith("device,first_day,last_day,shown")
    assert [line.split(",")[0] for line in lines[1:]] == ["desktop", "phone", "automated"]


async def test_it_is_in_the_navigation_of_everybody_and_asks_for_a_session(nobody: Desk) -> None:
    assert (await nobody.get("/admin/statistics")).headers["Location"].startswith("/admin/sign-in")
    await nobody.sign_in("bo")
    assert 'href="/admin/statistics"' in await nobody.page("/admin/sites")
