"""The loop's checks, on reports made for it; tests/e2e/test_journey.py runs the loop itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from consent.model.categories import Category, ConsentState, Party
from consent.model.sites import load_sites
from scanner.demo.front import DemoWorld
from scanner.demo.loop import PUBLIC_URL, SITES_TOML, Loop, Step, StepFailed, _pages, _run
from scanner.report import Item, Report, Request

BEFORE, REJECT, ACCEPT = ConsentState.BEFORE, ConsentState.REJECT, ConsentState.ACCEPT


def made(*states: ConsentState, requests: tuple[Request, ...] = ()) -> Report:
    item = Item(
        kind="cookie",
        name="_ga",
        pattern="_ga",
        host="larkspur.example",
        party=Party.FIRST,
        category=Category.PERFORMANCE,
        states=states,
    )
    return Report(
        tool={}, site="larkspur", started="", finished="", items=(item,) if states else (), requests=requests
    )


def tracker(state: ConsentState) -> Request:
    url = "https://www.google-analytics.com/g/collect"
    return Request(
        url=url, host="www.google-analytics.com", party=Party.THIRD, type="image", state=state, page="",
        tracker=True, category=Category.PERFORMANCE,
    )  # fmt: skip


async def checked(tmp_path: Path, bare: Report, protected: Report) -> list[tuple[bool, str]]:
    steps: list[Step] = []
    Loop(tmp_path, DemoWorld(), tell=steps.append)._check_protected(bare, protected)
    return [(step.held, step.detail) for step in steps]


async def test_a_clean_second_scan_holds_in_all_three_checks(tmp_path: Path) -> None:
    bare = made(BEFORE, requests=(tracker(BEFORE),))
    protected = made(ACCEPT, requests=(tracker(ACCEPT),))
    steps = await checked(tmp_path, bare, protected)
    assert [held for held, _ in steps] == [True, True, True]
    assert steps[2][1] == "2 of 2 hosts and items"


@pytest.mark.parametrize(
    ("protected", "held"),
    [
        (made(BEFORE, ACCEPT), [False, True, True]),
        (made(REJECT, ACCEPT), [True, False, True]),
        (made(ACCEPT, requests=(tracker(BEFORE),)), [False, True, True]),
        (made(ACCEPT, requests=(tracker(REJECT),)), [True, False, True]),
        (made(), [True, True, False]),
    ],
)
async def test_one_leak_or_one_missing_item_breaks_exactly_its_check(
    tmp_path: Path, protected: Report, held: list[bool]
) -> None:
    assert [step for step, _ in await checked(tmp_path, made(BEFORE), protected)] == held


async def test_a_program_that_fails_is_told_with_what_it_said() -> None:
    with pytest.raises(StepFailed, match="consentry scan nosuch ended with 2"):
        await _run("scan", "nosuch")


def test_the_demos_own_sites_file_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "sites.toml"
    values: dict[str, Any] = {"database": "x.db", "public_url": PUBLIC_URL, "url": DemoWorld.url}
    path.write_text(SITES_TOML.format(**values))
    assert load_sites(path).site("larkspur").languages == ("en", "de", "fr")


def test_pages_are_counted_as_in_the_report() -> None:
    seen = msgspec.structs.replace(made(), summary={"pages": {"planned": 23, "measured": 22, "failed": 1}})
    assert _pages(seen) == "22 of 23 pages"
