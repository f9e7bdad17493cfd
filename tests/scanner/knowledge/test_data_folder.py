from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.knowledge.data_folder import data_folder, write_whole


def test_the_setting_names_the_folder_and_without_it_the_user_has_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONSENTRY_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("CONSENTRY_DATA")
    assert data_folder().name == "consentry"


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    write_whole(path, b"1")
    write_whole(path, b"2")
    assert path.read_bytes() == b"2"
    assert [one.name for one in path.parent.iterdir()] == ["a.json"]


def test_a_place_that_cannot_be_written_is_told_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written") as error:
        write_whole(tmp_path / "file" / "a.json", b"1")
    assert "CONSENTRY_DATA" in error.value.hint
