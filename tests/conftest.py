"""Shared fixtures: a clean environment and factories for the model's objects."""

from __future__ import annotations

import os

import pytest

from consent.model.errors import ScanError
from scanner.browser.driver import use_working_node


def pytest_configure() -> None:
    """Some tests start Playwright by themselves; it must run on this machine as it does in a scan."""
    try:
        use_working_node()
    except ScanError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the machine that runs the tests may reach them, nor what its user has imported."""
    for name in list(os.environ):
        if name.startswith("CONSENTRY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONSENTRY_DATA", str(tmp_path_factory.getbasetemp() / "no-data"))
