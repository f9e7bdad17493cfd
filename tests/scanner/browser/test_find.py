from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.model.errors import BrowserNotFound
from scanner.browser import find
from scanner.browser.find import BROWSER_VARIABLE, find_browser

Program = Callable[..., Path]


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; returns the only folder on its PATH."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(find, "APPLICATIONS", ())
    return programs


@pytest.fixture
def program() -> Program:
    def write(path: Path, answer: str = "Chromium 156.0.8078.79", *, code: int = 0) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{answer}'\nexit {code}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


def test_this_machine_has_a_browser_that_runs() -> None:
    found = find_browser()
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.\d+)?", found.version)


def test_a_headless_shell_comes_before_full_chromium(empty_machine: Path, program: Program) -> None:
    program(empty_machine / "chromium")
    shell = program(empty_machine / "chromium-headless-shell")
    found = find_browser()
    assert (found.path, found.kind, found.version) == (str(shell), "headless-shell", "156.0.8078.79")


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_full_chromium_is_found_under_its_usual_names(
    empty_machine: Path, program: Program, name: str
) -> None:
    program(empty_machine / name, "Google Chrome 155.0.1.2 beta")
    found = find_browser()
    assert (found.kind, found.version) == ("chromium", "155.0.1.2")


def test_a_program_that_does_not_run_is_passed_over(empty_machine: Path, program: Program) -> None:
    program(empty_machine / "chromium-headless-shell", "error while loading shared libraries", code=127)
    program(empty_machine / "chromium", "Command requires the chromium snap to be installed.")
    chrome = program(empty_machine / "google-chrome")
    assert find_browser().path == str(chrome)


def test_the_named_browser_comes_first(
    empty_machine: Path, tmp_path: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "chromium-headless-shell")
    mine = program(tmp_path / "mine" / "brave", "Chromium 150.0.0.1")
    monkeypatch.setenv(BROWSER_VARIABLE, str(mine))
    found = find_browser()
    assert (found.path, found.kind, found.version) == (str(mine), "chromium", "150.0.0.1")


def test_the_named_browser_may_be_a_name_on_the_path(
    empty_machine: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = program(empty_machine / "thorium")
    monkeypatch.setenv(BROWSER_VARIABLE, "thorium")
    assert find_browser().path == str(mine)


def test_a_named_browser_that_does_not_run_is_an_error_even_where_another_would(
    empty_machine: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "chromium")
    monkeypatch.setenv(BROWSER_VARIABLE, "/nowhere/chromium")
    with pytest.raises(BrowserNotFound, match="CONSENTRY_BROWSER=/nowhere/chromium") as caught:
        find_browser()
    assert "unset CONSENTRY_BROWSER" in caught.value.hint


def playwright_folder() -> Path:
    """Where Playwright would put its download, as it says itself."""
    command = [sys.executable, "-m", "playwright", "install", "--dry-run", "chromium-headless-shell"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Path(re.findall(r"Install location:\s+(\S+)", said)[0])


@pytest.mark.usefixtures("empty_machine")
def test_playwrights_own_download_is_found_and_left_to_playwright_to_start(program: Program) -> None:
    program(
        playwright_folder() / "chrome-headless-shell-linux64" / "chrome-headless-shell",
        "Chromium 159.0.8154.6",
    )
    found = find_browser()
    assert (found.path, found.kind, found.version) == (None, "playwright", "159.0.8154.6")


@pytest.mark.usefixtures("empty_machine")
def test_an_unpacked_npm_chromium_is_started_with_its_own_libraries_and_fonts(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = find.sparticuz_folder()
    program(folder / "chromium", "Chromium 153.0.8010.0 libraries=$LD_LIBRARY_PATH")
    found = find_browser()
    assert (found.path, found.kind) == (str(folder / "chromium"), "sparticuz")
    assert found.library_path == str(folder / "lib")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/lib")
    assert found.environment()["LD_LIBRARY_PATH"] == f"{folder / 'lib'}:/opt/lib"
    assert found.environment()["FONTCONFIG_FILE"] == str(folder / "fonts.conf")


def test_a_system_browser_is_started_in_the_environment_as_it_is(
    empty_machine: Path, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(empty_machine / "chromium")
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    assert "LD_LIBRARY_PATH" not in find_browser().environment()


@pytest.mark.usefixtures("empty_machine")
def test_no_browser_at_all_is_told_with_the_command_that_brings_one() -> None:
    with pytest.raises(BrowserNotFound) as caught:
        find_browser()
    assert caught.value.hint == "python -m scanner.browser.install"
