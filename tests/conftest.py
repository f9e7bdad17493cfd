"""Shared fixtures: a clean environment and factories for the model's objects."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.model.errors import ScanError
from scanner.browser.driver import use_working_node
from tests.schemas import faults_of_file
from tests.spreading import Spreading


def pytest_configure() -> None:
    """Some tests start Playwright by themselves; it must run on this machine as it does in a scan."""
    try:
        use_working_node()
    except ScanError as error:
        raise pytest.UsageError(str(error)) from error


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Spreading:
    """Spread the tests over the processors as `tests.spreading` says."""
    return Spreading(config, log)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the machine that runs the tests may reach them, nor what its user has imported."""
    for name in list(os.environ):
        if name.startswith("CONSENTRY_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CONSENTRY_PICTURES", "0")  # publishing would start a browser each time
    monkeypatch.setenv("CONSENTRY_DATA", str(tmp_path_factory.getbasetemp() / "no-data"))


@pytest.fixture(autouse=True)
def reports_keep_to_their_schema(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold every report.json that a test leaves in its own folder to the published schema."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None:
        found = {str(path): faults_of_file(path) for path in folder.rglob("report.json")}
        assert {path: faults for path, faults in found.items() if faults} == {}
