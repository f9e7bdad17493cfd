from __future__ import annotations

import re

from consent.model.categories import Category
from scanner.reports.md_report import render
from tests.scanner.factories import HOSTILE, item, judged, report, shop_report
from tests.scanner.mail import letters
from tests.scanner.reports.test_mail_tables import made


def test_it_tells_verdict_states_findings_inventory_and_limits() -> None:
    text = render(shop_report()).decode("utf-8")
    assert text.startswith("# Cookie scan of www.larkspur.example\n")
    for heading in ("## States", "## Findings", "## Inventory", "## Coverage and limits"):
        assert f"\n{heading}\n" in text
    assert "not a legal verdict" in text
    assert "| Performance | 2 | 2 | 5 |" in text


def test_a_name_from_the_page_is_no_markup_and_stays_in_its_cell() -> None:
    name = "a|b\n# heading `code` [x](javascript:alert(1)) <script> @everyone " + HOSTILE
    text = render(judged(report(items=(item(name, category=Category.UNCLASSIFIED),)))).decode("utf-8")
    outside = re.sub(r"(?s)```.*?```", "", text)
    assert "<script>" not in outside.replace("\\<script\\>", "")
    assert "\n# heading" not in text
    assert "@everyone" not in outside
    assert "](javascript" not in outside
    row = next(line for line in outside.splitlines() if line.startswith("| a\\|b"))
    assert len(re.findall(r"(?<!\\)\|", row)) == 9


def test_a_fence_is_longer_than_any_run_of_backticks_in_it() -> None:
    text = render(judged(report(items=(item("a```\nevil", category=Category.UNCLASSIFIED),)))).decode("utf-8")
    assert "\n````\n[[sites.larkspur.decisions]]" in text


def test_a_report_without_findings_says_so() -> None:
    assert "Nothing was found on what could be measured." in render(report()).decode("utf-8")


def test_what_messages_do_is_told_in_tables_with_the_reader_cut_out_and_no_markup_of_theirs() -> None:
    hostile = letters.letter(
        letters.page('<img src="https://x.example/p?a=1" width="1" height="1">'), subject=HOSTILE + " | @all"
    )
    text = render(made(letters.sendgrid(), letters.constant_contact(), hostile)).decode("utf-8")
    for heading in ("## What the messages do", "### Messages", "### Opening counters", "### Counted links"):
        assert f"\n{heading}\n" in text
    assert "SendGrid" in text
    assert "one click \\(RFC 8058\\), a link in the text" in text
    told = text[text.index("## What the messages do") : text.index("## Inventory")]
    assert "<script>" not in told.replace("\\<script\\>", "")
    assert "@" not in told
    columns = {len(re.findall(r"(?<!\\)\|", line)) for line in told.splitlines() if line.startswith("|")}
    assert columns == {4, 5}
    assert "What the messages do" not in render(shop_report()).decode("utf-8")
