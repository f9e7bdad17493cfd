from __future__ import annotations

from scanner.findings import page_failed
from scanner.findings.page_stopped import find
from scanner.report import Page
from tests.scanner.factories import BEFORE, SHOP, report


def page(path: str, error: str) -> Page:
    return Page(url=SHOP + path, status="timeout", states=(BEFORE,), error=error)


def test_pages_that_were_stopped_for_one_reason_are_one_finding_and_are_not_told_twice() -> None:
    reason = "stopped after 20 dialogs: the page asks for ever"
    seen = report(
        pages=(
            page("a", reason),
            page("b", reason),
            page("c", "stopped after 48 MiB: …"),
            page("d", "no answer"),
        )
    )
    first, second = find(seen)
    assert first.title == f"2 pages were {reason}"
    assert first.evidence["pages"] == [SHOP + "a", SHOP + "b"]
    assert second.title == "1 page was stopped after 48 MiB: …"
    (other,) = page_failed.find(seen)
    assert other.evidence["pages"] == [SHOP + "d"]
