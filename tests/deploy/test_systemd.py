"""The systemd units, by systemd's own checks where it is here."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.test_images import DEPLOY

UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
EXPOSURE = {"consentry.service": 15, "consentry-worker@.service": 25}
"""The most that `systemd-analyze security` may find, of 100."""

analyzes = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")


def test_there_are_the_server_and_the_worker() -> None:
    assert {path.name for path in UNITS} == set(EXPOSURE)


@analyzes
def test_systemd_knows_every_key_and_value(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/consentry/bin/consentry", "/bin/true")
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / unit.name for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@analyzes
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_exposed_to_little(unit: Path) -> None:
    limit = f"--threshold={EXPOSURE[unit.name]}"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--no-pager", limit, unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-400:]


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_keeps_the_password_from_the_environment_and_waits_for_an_ordered_end(unit: Path) -> None:
    text = unit.read_text(encoding="utf-8")
    assert "LoadCredential=database-url:" in text
    assert "CONSENTRY_DATABASE=file:%d/database-url" in text
    assert re.search(r"(?m)^ProtectSystem=strict$", text)
    assert re.search(r"(?m)^TimeoutStopSec=30$", text)


def test_only_the_worker_may_make_memory_executable_since_a_browser_must() -> None:
    forbids = [unit.name for unit in UNITS if "\nMemoryDenyWriteExecute=yes\n" in unit.read_text("utf-8")]
    assert forbids == ["consentry.service"]
