from __future__ import annotations

from pathlib import Path

import pytest

from consent.announcement_files import from_data, from_markdown, is_data, read
from consent.model.errors import ConfigError


def test_markdown_becomes_a_title_plain_text_and_a_link() -> None:
    made, link = from_markdown(
        "# New *policy*\n\nFrom **1 May**\non, `all` of\\_it. [Here](https://b.example/).\n\n"
        "* One \\& <b>two</b>\n* Three\n  1. deeper\n\n## Why\n\n> Because &#64; <script>alert(1)</script>\n\n"
        "All of it: <https://www.larkspur.example/next>\n"
    )
    assert made.title == "New policy"
    assert made.text == (
        "From 1 May on, all of_it. Here.\n\n- One & <b>two</b>\n- Three\n- deeper\n\nWhy\n\n"
        "Because @ <script>alert(1)</script>"
    )
    assert link == "https://www.larkspur.example/next"


def test_plain_text_stays_as_it_is_and_has_no_title() -> None:
    made, link = from_markdown("From May on.\n\n\\- no list\n\nSee [https://a.example](https://a.example).")
    assert (made.title, link) == ("", "")
    assert made.text == "From May on.\n\n\u2013 no list\n\nSee https://a.example."
    assert made.blocks() == ("From May on.", "\u2013 no list", "See https://a.example.")


def test_data_is_told_from_text_and_what_is_wrong_in_it_is_named() -> None:
    text = ' {"until": "2026-12-25", "texts": {"en": {"text": "One."}}}'
    assert is_data(text)
    assert not is_data("# Title")
    assert from_data(text, "n.json").texts["en"].text == "One."
    with pytest.raises(ConfigError, match=r"n\.json: is no announcement: .*`\$\.texts\[\.\.\.\]`"):
        from_data('{"until": "2026-12-25", "texts": {"en": {"txt": ""}}}', "n.json")
    with pytest.raises(ConfigError, match=r"n\.json: is no announcement"):
        from_data("{", "n.json")


def test_a_file_that_is_none_no_text_or_too_large_is_named(tmp_path: Path) -> None:
    file = tmp_path / "notice.md"
    with pytest.raises(ConfigError, match=r"notice\.md: cannot be read"):
        read(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="UTF-8"):
        read(file)
    file.write_bytes(b"a" * 200_001)
    with pytest.raises(ConfigError, match="at most 200000 bytes"):
        read(file)
    file.write_bytes(b"\xef\xbb\xbfGr\xc3\xbcn")
    assert read(file) == "Grün"
