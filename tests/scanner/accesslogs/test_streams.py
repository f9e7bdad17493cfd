from __future__ import annotations

import io
from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.accesslogs import streams
from scanner.accesslogs.streams import Copy, lines_of, opened


def test_lines_come_without_their_ends_and_endless_ones_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "MAX_LINE", 10)
    assert list(lines_of(io.BytesIO(b"one\r\ntwo\n" + b"x" * 35 + b"\nlast"))) == [
        b"one",
        b"two",
        None,
        b"last",
    ]


def test_a_copy_takes_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    copy = Copy(tmp_path / "a.log")
    copy.write(b"one\n")
    assert not (tmp_path / "a.log").exists()
    copy.finish()
    assert (tmp_path / "a.log").read_bytes() == b"one\n"
    Copy(tmp_path / "b.log").discard()
    assert [path.name for path in tmp_path.iterdir()] == ["a.log"]


def test_places_that_cannot_be_read_or_written_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"), opened(str(tmp_path)):
        pass
    with pytest.raises(ConfigError, match="cannot be written"):
        Copy(tmp_path / "none" / "a.log")
