from __future__ import annotations

import msgspec
import pytest

from consent.model.categories import ConsentState
from scanner.limits import LIMITS, VERDICT_LIMIT, coverage_of, limits_of
from scanner.reports import formats
from scanner.summary import summary
from tests.scanner.factories import page, passed, report, shop_report


def test_a_report_of_an_older_version_has_the_limits_of_every_report() -> None:
    assert limits_of(report()) == LIMITS
    assert limits_of(report(limits=("only this",))) == ("only this",)


def test_coverage_tells_pages_and_states_in_sentences() -> None:
    seen = report(
        pages=(page(), page("https://www.larkspur.example/b", "failed")),
        passes=(passed(ConsentState.BEFORE), passed(ConsentState.REJECT, applied=False)),
        not_visited=1,
    )
    assert coverage_of(seen) == (
        "1 of 2 pages were measured. 1 more known page was not visited.",
        "Consent states measured: before. not applied: reject. not scanned: accept, withdraw, gpc.",
    )
    assert coverage_of(report())[0] == "1 of 1 page was measured."


def test_a_link_to_a_download_is_told_as_no_page() -> None:
    seen = report(pages=(page(), page("https://www.larkspur.example/guide.pdf", "download")))
    assert coverage_of(seen)[0] == "1 of 1 page was measured. 1 link leads to a download, not to a page."
    html = formats()["html"](msgspec.structs.replace(seen, summary=summary(seen))).decode()
    assert "1 link leads to a download, not to a page" in html
    assert "not measured:" not in html


@pytest.mark.parametrize("name", ["json", "html", "md", "csv", "sarif"])
def test_every_format_states_its_limits_and_its_coverage(name: str) -> None:
    text = formats()[name](msgspec.structs.replace(shop_report(), limits=LIMITS)).decode()
    assert VERDICT_LIMIT.split(".", maxsplit=1)[0] in text
    if name != "json":  # there, pages and passes are the coverage
        assert "pages were measured" in text


def test_a_report_of_a_scan_that_broke_off_says_so_first() -> None:
    partial = {
        "why": ["https://a.example/ gives no answer any more"],
        "pages_missing": {"before": 0, "reject": 3},
    }
    broken = msgspec.structs.replace(report(), tool={"partial": partial})
    assert coverage_of(broken)[0] == (
        "This report is partial: https://a.example/ gives no answer any more. Pages missing: 3 in reject."
    )
    assert "broke off" in str(summary(broken)["verdict_text"])
