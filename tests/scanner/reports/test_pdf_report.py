from __future__ import annotations

import re

import pytest

from consent.model.errors import ConfigError
from scanner.reports import Beside, formats
from scanner.reports.pdf_report import render
from tests.scanner.factories import HOSTILE, huge_report, report, shop_report


class Printer:
    """Stands in for the browser, and keeps what it was given."""

    def __init__(
        self,
        answer: bytes = b"%PDF-1.4 /CreationDate (D:20261124233100+00'00') /ModDate (D:20261124233100+00'00')",
    ) -> None:
        self.answer = answer

    def __call__(self, page: bytes, header: str, footer: str) -> bytes:
        self.page, self.header, self.footer = page.decode(), header, footer
        return self.answer


def test_every_folded_part_is_open_on_paper_and_the_page_is_that_of_the_html_report() -> None:
    printer = Printer()
    render(shop_report(), Beside(printer=printer))
    opened = re.findall(r"<details[^>]*>", printer.page)
    assert len(opened) > 20
    assert [tag for tag in opened if " open" not in tag] == []
    html = formats()["html"](shop_report()).decode()
    on_paper, on_screen = (text.partition("<body>")[2].replace(" open", "") for text in (printer.page, html))
    assert on_paper == on_screen
    assert "body:has(" in html
    assert "body:has(" not in printer.page


def test_a_huge_inventory_is_cut_on_paper_and_the_sheet_says_where_the_rest_is() -> None:
    printer = Printer()
    render(huge_report(items=600, requests=100), Beside(printer=printer))
    assert printer.page.count('data-kind="entries"') == 500
    assert printer.page.count("20 more are in report.json and in the CSV report.") == 5


def test_each_sheet_names_site_date_and_page_and_says_that_it_is_no_verdict() -> None:
    printer = Printer()
    render(report(start_url=f"https://{HOSTILE[:28]}/", site=HOSTILE), Beside(printer=printer))
    assert "2026-03-02 09:14:05 UTC" in printer.header
    assert "<img" not in printer.header
    assert "Technical findings, not a legal verdict" in printer.footer
    assert 'class="pageNumber"' in printer.footer
    assert 'class="totalPages"' in printer.footer


def test_the_time_of_printing_is_the_scans_end_so_that_one_report_gives_one_file() -> None:
    made = render(report(), Beside(printer=Printer()))
    assert made.count(b"(D:20260302091441+00'00')") == 2
    odd = render(report(finished="soon"), Beside(printer=Printer()))
    assert odd == Printer().answer


def test_the_marks_of_the_structure_are_counted_from_one_in_their_order() -> None:
    first = b"%PDF /ID (node00000083) /ID (node00000099) /K (node00000083)"
    second = first.replace(b"83", b"84").replace(b"99", b"95")
    made = {render(report(), Beside(printer=Printer(answer))) for answer in (first, second)}
    assert made == {b"%PDF /ID (node00000001) /ID (node00000002) /K (node00000001)"}


def test_without_a_browser_it_says_what_to_do_instead() -> None:
    with pytest.raises(ConfigError, match=r"needs a browser\..*Print report\.html"):
        render(report(), Beside())
