from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.errors import ConfigError
from consent.model.files import read_bounded


def test_a_file_is_read_up_to_its_bound(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert read_bounded(tmp_path / "a", 5) == b"12345"
    with pytest.raises(ConfigError, match="larger than 4 bytes"):
        read_bounded(tmp_path / "a", 4)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_bounded(tmp_path / "b", 4)
