from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.checks import Outcome
from scanner.browser import checks, find
from scanner.browser.checks import browser_checks


def test_the_browser_of_this_machine_is_found_and_proves_itself() -> None:
    browser, selftest = browser_checks()
    assert browser.outcome is Outcome.OK
    assert find.find_browser().version in browser.detail
    assert selftest.outcome is Outcome.OK
    assert "accepts third-party cookies" in selftest.detail


def test_no_browser_is_a_failed_check_with_the_command_that_brings_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONSENTRY_BROWSER", str(tmp_path / "chromium"))
    (check,) = browser_checks()
    assert check.outcome is Outcome.FAILED
    assert "unset CONSENTRY_BROWSER" in check.mend


def test_a_browser_that_answers_its_version_but_does_not_start_is_a_failed_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "headless-shell"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Chromium 156.0.8078.79\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("CONSENTRY_BROWSER", str(program))
    browser, selftest = browser_checks()
    assert browser.outcome is Outcome.OK
    assert selftest.outcome is Outcome.FAILED
    assert "does not start" in selftest.detail
    assert selftest.mend == find.MEND


def test_without_the_extra_the_browser_is_a_warning_because_the_server_needs_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checks.importlib.util, "find_spec", lambda _: None)
    (check,) = browser_checks()
    assert check.outcome is Outcome.WARNING
    assert check.mend == "pip install 'consentry[scan]'"
