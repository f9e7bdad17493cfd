from __future__ import annotations

import pytest

from consent.model.errors import ConfigError
from scanner.accesslogs.detect import layout_of
from tests.scanner.accesslogs import samples


def test_most_lines_decide_so_that_attacks_do_not() -> None:
    lines = [samples.COMBINED.encode()] * 3 + [b'\x16\x03 "broken', b"nonsense"]
    assert layout_of(lines).name == "combined"


def test_a_named_format_is_taken_at_its_word() -> None:
    assert [layout_of([], name).name for name in ("json", "w3c", "alb")] == ["json", "w3c", "alb"]


@pytest.mark.parametrize("lines", [[], [b"one", b"two"]])
def test_what_is_not_known_is_told_with_what_to_do(lines: list[bytes]) -> None:
    with pytest.raises(ConfigError) as error:
        layout_of(lines)
    assert error.value.hint
