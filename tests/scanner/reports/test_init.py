from __future__ import annotations

import pytest

from scanner.report import Report
from scanner.reports import formats
from tests.scanner.factories import huge_report, report, shop_report


def test_each_file_is_a_format_named_after_it() -> None:
    assert {"csv", "html", "json", "md", "sarif"} <= set(formats())


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize(
    "content",
    [shop_report(), report(), report(pages=(), passes=(), tool={}, start_url="", started="", finished="")],
    ids=["shop", "unjudged", "empty"],
)
def test_every_format_renders_every_report(name: str, content: Report) -> None:
    assert formats()[name](content).decode("utf-8").strip()


@pytest.mark.parametrize("name", formats())
def test_rendering_twice_gives_the_same_bytes(name: str) -> None:
    assert formats()[name](shop_report()) == formats()[name](shop_report())


def test_a_page_of_a_huge_report_stays_small() -> None:
    assert len(formats()["html"](huge_report())) < 3_000_000
