"""Which tests stay together on one processor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spreading import SCANNED_ONCE, Spreading, unit_of


@pytest.mark.parametrize(
    ("nodeid", "unit"),
    [
        ("tests/scanner/hostile/test_lies.py::test_its_links_are_found", "tests/scanner/hostile/"),
        ("tests/scanner/demo/truth/test_pages.py::test_one[a::b]", "tests/scanner/demo/"),
        ("tests/scanner/test_visit.py::test_one[tests/scanner/demo/]", "tests/scanner/test_visit.py"),
    ],
)
def test_a_test_stays_with_its_file_or_with_the_folder_that_is_scanned_once(nodeid: str, unit: str) -> None:
    assert unit_of(nodeid) == unit


def test_each_folder_of_the_scanner_with_a_fixture_for_the_session_stays_together() -> None:
    root = Path(__file__).parent.parent
    made_once = {
        f"{path.parent.relative_to(root)}/"
        for path in (root / "tests" / "scanner").rglob("conftest.py")
        if 'scope="session"' in path.read_text(encoding="utf-8")
    }
    assert made_once == set(SCANNED_ONCE)


def test_xdist_is_told_the_same() -> None:
    file = "tests/scanner/hostile/test_lies.py::test_its_links_are_found"
    assert object.__new__(Spreading)._split_scope(file) == unit_of(file)
