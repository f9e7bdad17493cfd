from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge import formats
from scanner.knowledge.formats import read_source

KLARO = "var c = {services: [{name: 'x', purposes: ['analytics'], cookies: ['abcd', 'abcd']}]}"


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_file_is_recognised_and_kept_with_its_licence_and_digest(tmp_path: Path) -> None:
    source = read_source(written(tmp_path, "My Site.js", KLARO))
    assert (source.format, source.id) == ("klaro", "klaro-configuration-my-site-js")
    assert len(source.facts) == 1  # each once
    assert source.licence.startswith("not stated")
    assert len(source.sha256) == 64


def test_a_licence_is_taken_from_the_option_then_from_the_file(tmp_path: Path) -> None:
    text = (
        '{"licence": "CC0-1.0", "cookies": [{"name": "abcd", "host": "a.example", "category": "marketing"}]}'
    )
    path = written(tmp_path, "d.json", text)
    assert read_source(path).licence == "CC0-1.0"
    assert read_source(path, licence="MIT").licence == "MIT"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hello", "has none of the formats cookieconsent, declaration, klaro, ocd"),
        ("", "has none of the formats"),
        ("[" * 100_000, "has none of the formats"),
        (b"\xff\xfe", "is not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_told(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_source(written(tmp_path, "x.txt", text))


def test_a_named_format_that_finds_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="names no cookie"):
        read_source(written(tmp_path, "x.js", "var a = {}"), format="klaro")


def test_size_and_number_of_facts_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MOST_FACTS", 1)
    with pytest.raises(ConfigError, match="more than 1 things"):
        read_source(written(tmp_path, "a.js", KLARO.replace("'abcd'", "'abcd', 'efgh'")))
    monkeypatch.setattr(formats, "LARGEST", 10)
    with pytest.raises(ConfigError, match="larger than 10 bytes"):
        read_source(written(tmp_path, "a.js", KLARO))
