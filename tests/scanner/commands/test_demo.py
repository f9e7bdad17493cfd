"""What the command itself does; tests/e2e/test_journey.py runs the loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from scanner.commands import demo


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    out = demo._fresh(tmp_path / "new" / "out")
    assert [path.name for path in out.iterdir()] == [demo.MARKER]


def test_an_earlier_demo_is_cleared_away(tmp_path: Path) -> None:
    out = demo._fresh(tmp_path / "out")
    (out / "1-unprotected").mkdir()
    (out / "1-unprotected/report.html").write_text("old")
    (out / "consentry.db-wal").touch()
    demo._fresh(out)
    assert [path.name for path in out.iterdir()] == [demo.MARKER]


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match="no demo wrote"):
        demo._fresh(tmp_path)
    assert (tmp_path / "thesis.txt").exists()


def test_notes_in_a_demos_folder_are_never_cleared_away(tmp_path: Path) -> None:
    out = demo._fresh(tmp_path / "out")
    (out / "notes.txt").write_text("an afternoon of work")
    with pytest.raises(ConfigError, match=r"no demo wrote \(notes\.txt\)"):
        demo._fresh(out)
    assert (out / "notes.txt").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigError, match="cannot be used"):
        demo._fresh(tmp_path / "file" / "out")
