from __future__ import annotations

from scanner.findings.not_measured import find
from tests.scanner.factories import SHOP, page, report


def test_withheld_pages_are_told_as_one_finding() -> None:
    pages = (
        page(),
        page(SHOP + "a", "not_measured", error="bot challenge"),
        page(SHOP + "b", "not_measured"),
    )
    (finding,) = find(report(pages=pages))
    assert finding.title == "2 pages were not measured"
    assert finding.severity == "info"
    assert finding.evidence["errors"] == ["bot challenge"]


def test_measured_pages_are_silent() -> None:
    assert list(find(report())) == []
