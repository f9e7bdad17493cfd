"""Lists of pages and logins, read from files and variables."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.scan_inputs import basic_auth, header_of, headers_of, seeds_of, without_secrets

START = "https://www.shop.example/"


def test_seeds_are_whole_addresses_or_paths(tmp_path: Path) -> None:
    file = tmp_path / "seeds.txt"
    file.write_text(f"# campaign pages\n{START}sale\n\n/tea?b=1&a=2\n/sale\n", encoding="utf-8")
    assert seeds_of(file, START) == (f"{START}sale", f"{START}tea?a=2&b=1")


@pytest.mark.parametrize("line", ["sale", "ftp://www.shop.example/", "https://"])
def test_a_line_that_is_no_page_is_told_with_its_number(tmp_path: Path, line: str) -> None:
    file = tmp_path / "seeds.txt"
    file.write_text(f"/a\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"seeds\.txt, line 2"):
        seeds_of(file, START)


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        seeds_of(tmp_path / "none", START)
    (tmp_path / "latin").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        headers_of((), tmp_path / "latin", {})


def test_headers_come_from_the_line_a_file_and_the_login_from_a_file_or_the_variable(tmp_path: Path) -> None:
    secrets, login = tmp_path / "headers", tmp_path / "login"
    secrets.write_text("# staging\nX-Token: t\n\nX-More: m\n", encoding="utf-8")
    login.write_text("a:b\n", encoding="utf-8")
    variable = {"CONSENTRY_BASIC_AUTH": "c:d"}
    assert headers_of(("X-A: 1", f"@{secrets}"), login, variable) == (
        ("X-A", "1"),
        ("X-Token", "t"),
        ("X-More", "m"),
        ("Authorization", "Basic YTpi"),
    )
    assert headers_of((), None, variable) == (("Authorization", "Basic Yzpk"),)
    assert headers_of((), None, {}) == ()


def test_a_command_line_is_told_without_the_values_of_headers() -> None:
    told = without_secrets(
        ["scan", "--header", "X-T: secret", "--header=X-U: secret", "--header", "@f", "--pages", "5"]
    )
    assert told == ["scan", "--header", "X-T: …", "--header=X-U: …", "--header", "@f", "--pages", "5"]


def test_a_header_is_read_with_colons_in_its_value() -> None:
    assert header_of(" X-Staging :  a:b ") == ("X-Staging", "a:b")


@pytest.mark.parametrize(
    "text", ["secret", ": secret", "a b: secret", "X: sec\r\nret: 1", "Host: secret", "cookie: secret"]
)
def test_a_header_that_cannot_be_sent_is_told_without_its_value(text: str) -> None:
    with pytest.raises(ConfigError) as told:
        header_of(text)
    assert "secret" not in str(told.value)


def test_a_login_becomes_the_basic_scheme_and_a_wrong_one_is_told_without_repeating_it() -> None:
    assert basic_auth("Aladdin:open sesame\n", "FILE") == (
        "Authorization",
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    )
    for text in ("secret", "", "secret:\n", "a:secret\nb:c"):
        with pytest.raises(ConfigError, match=r"login\.txt: expected USER:PASSWORD") as told:
            basic_auth(text, "login.txt")
        assert "secret" not in str(told.value)


def test_no_login_of_an_address_is_repeated() -> None:
    told = without_secrets(
        ["scan", "https://user:s3cret@shop.example/a@b", "--database=postgresql://me:s3cret@db.example/log"]
    )
    assert told == [
        "scan",
        "https://\u2026@shop.example/a@b",
        "--database=postgresql://\u2026@db.example/log",
    ]
