from __future__ import annotations

import pytest

from scanner.report import Report
from scanner.reports import Beside, formats
from tests.scanner.factories import huge_report, report, shop_report

BESIDE = Beside(printer=lambda page, header, footer: b"%PDF " + page + header.encode() + footer.encode())


def test_each_file_is_a_format_named_after_it() -> None:
    assert {"csv", "html", "json", "md", "pack", "pdf", "sarif"} <= set(formats())
    assert formats()["md"].file == "report.md"
    assert formats()["pack"].file == "evidence.zip"
    assert formats()["pdf"].needs_more
    assert not formats()["json"].needs_more
    assert {name for name, made in formats().items() if made.records} == {"pack"}


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize(
    "content",
    [shop_report(), report(), report(pages=(), passes=(), tool={}, start_url="", started="", finished="")],
    ids=["shop", "unjudged", "empty"],
)
def test_every_format_renders_every_report(name: str, content: Report) -> None:
    data = formats()[name](content, BESIDE)
    assert data.startswith(b"PK") if name == "pack" else data.decode("utf-8").strip()


@pytest.mark.parametrize("name", formats())
def test_rendering_twice_gives_the_same_bytes(name: str) -> None:
    assert formats()[name](shop_report(), BESIDE) == formats()[name](shop_report(), BESIDE)


def test_a_page_of_a_huge_report_stays_small() -> None:
    """2,000 entries of 1.1 kB, 1,200 addresses and 600 services of 0.5 kB, 250 findings of 2.3 kB: each list has its bound."""
    assert len(formats()["html"](huge_report())) < 4_000_000
    assert len(formats()["html"](huge_report(items=6_000))) < 4_200_000
