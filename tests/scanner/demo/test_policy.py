"""The shop's policy against the truth table: right rows are right, and flaws are those that it names."""

from __future__ import annotations

import fnmatch

import pytest

from scanner.demo import truth
from scanner.demo.policy import DECLARED, Declared
from tests.scanner.demo.client import Client

UNITS = {"hours": 3_600, "days": 86_400, "months": 30 * 86_400, "year": 365 * 86_400}
ROWS = pytest.mark.parametrize("row", DECLARED, ids=lambda row: row.name)


def seconds(duration: str) -> int | None:
    if duration == "Session":
        return None
    amount, unit = duration.split()
    return int(amount) * UNITS[unit]


@ROWS
def test_each_row_has_exactly_the_flaw_that_it_names(row: Declared) -> None:
    found = [item for item in truth.ITEMS if fnmatch.fnmatchcase(item.name, row.name)]
    if not found:
        assert row.flaw.startswith("gone")
        return
    assert (found[0].lifetime_s != seconds(row.duration)) == row.flaw.startswith("lifetime")


async def test_the_policy_page_shows_each_row(client: Client) -> None:
    page = (await client.get("https://www.larkspur.example/privacy")).text
    for row in DECLARED:
        assert f"<code>{row.name}</code>" in page
        assert row.duration in page


def test_most_of_what_happens_is_not_declared() -> None:
    declared = {row.name for row in DECLARED}
    assert len({item.name for item in truth.ITEMS} - declared) > 40
