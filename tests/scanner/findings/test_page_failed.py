from __future__ import annotations

from scanner.findings.page_failed import WORDS, find
from tests.scanner.factories import SHOP, page, report


def test_failed_pages_are_told_once_for_each_way() -> None:
    pages = (
        page(),
        page(SHOP + "a", "failed", error="connection refused"),
        page(SHOP + "b", "failed", error="connection refused"),
        page(SHOP + "c", "http_error", http_status=500),
    )
    found = list(find(report(pages=pages)))
    assert [one.title for one in found] == [
        "2 pages could not be loaded",
        "1 page answered with an error",
    ]
    assert {one.severity for one in found} == {"info"}
    assert found[0].evidence["errors"] == ["connection refused"]
    assert found[1].evidence["http_statuses"] == [500]


def test_measured_redirected_and_withheld_pages_and_downloads_are_not_failed() -> None:
    others = ("redirected", "not_measured", "download")
    assert not {"ok", *others} & set(WORDS)
    assert list(find(report(pages=(page(), *(page(SHOP + status, status) for status in others))))) == []
