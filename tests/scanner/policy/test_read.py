from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.policy import read
from tests.scanner.policy.texts import FILLER

TEXT = f"Privacy policy\n\nWe use the cookie “basket” for your order.{FILLER}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_text_is_read_in_its_encoding(encoding: str) -> None:
    found = read.document_of(TEXT.encode(encoding), source="policy.txt")
    assert (found.media, found.language, found.title) == ("text", "en", "Privacy policy")
    assert "“basket”" in found.text


def test_html_is_told_by_its_mark_up_and_its_charset_is_followed() -> None:
    page = f"<html><meta charset=iso-8859-1><body><p>Müller {FILLER}</p>".encode("latin-1")
    found = read.document_of(page, source="policy.html")
    assert found.media == "html"
    assert "Müller" in found.text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "too few for a policy"),
        (b"Hello.", "too few for a policy"),
        (b"<html><body><div id=app></div></body></html>", "too few for a policy"),
        (b"\x7fELF\x00\x00" + b"x" * 200, "neither text nor HTML nor PDF"),
    ],
)
def test_what_is_no_policy_is_told(data: bytes, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read.document_of(data, source="policy")


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(ConfigError, match="cannot be read"):
            read.read_file(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(read.LARGEST + 1)
    with pytest.raises(ConfigError, match="at most"):
        read.read_file(path)


def test_a_text_that_is_too_long_is_told() -> None:
    with pytest.raises(ConfigError, match="expected at most"):
        read.document_of(b"policy " * 200_000, source="policy.txt")
