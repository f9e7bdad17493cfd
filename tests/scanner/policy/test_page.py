from __future__ import annotations

import re

from scanner.policy import page, read
from scanner.policy.page import detail_of
from tests.scanner.factories import HOSTILE, shop_report
from tests.scanner.policy.texts import SAMPLES, audited, statements


def test_the_page_shows_every_finding_with_its_quote_and_loads_nothing() -> None:
    done = audited(read.read_file(SAMPLES / "agency.txt"), shop_report())
    text = page.html(done).decode()
    assert text.count('<details class="finding">') == len(done.findings)
    assert "default-src 'none'" in text
    assert not re.search(r"<(?:script|img|link|iframe)\b", text)


def test_what_a_policy_writes_is_escaped_in_both_formats() -> None:
    hostile = HOSTILE.replace("\x00", "")
    done = audited(f"By using our site you agree to our cookies {hostile}. We use Hotjar {hostile} | x.")
    written = page.html(done).decode()
    assert "<img src=x" not in written
    assert "\u202e" not in written
    assert "&lt;img src=x" in written
    lines = page.markdown(done).decode()
    assert not re.search(r"(?<!\\)<img", lines)
    assert "\u202e" not in lines
    assert "\\<img" in lines


def test_markdown_holds_the_same_findings() -> None:
    done = audited(read.read_file(SAMPLES / "shop.html"))
    text = page.markdown(done).decode()
    assert text.count("\n### High") + text.count("\n### Medium") + text.count("\n### Low") + text.count(
        "\n### Info"
    ) == len(done.findings)
    assert "| \\_fbp | Facebook |" in text


def test_a_statement_is_told_in_words() -> None:
    (one,) = [one for one in statements("Last Updated: 20 May 2018") if one.topic == "date"]
    assert detail_of(one) == "updated, 2018-05-20"
