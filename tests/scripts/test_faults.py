"""The faults of scripts/faults.py in small; `make faults` runs them in full."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import faults

SMALL = ["--rounds", "3", "--events", "60", "--slow-clients", "60", "--flood", "200"]


@pytest.mark.parametrize("name", faults.SCENARIOS)
async def test_nothing_that_was_acknowledged_is_lost_or_stored_twice(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        found = await faults.SCENARIOS[name](tmp_path, faults.parser().parse_args(SMALL))
    except faults.NotPossibleHereError as error:
        pytest.skip(str(error))
    assert found.acknowledged
    assert (found.lost, found.duplicated, found.invented, found.problem) == (0, 0, 0, "")
    if name == "full-disk":
        assert found.notes["refused"]
        assert found.notes["ready while full"] == 503
    if name == "slow-clients":
        assert found.notes["served beside them"] >= 100
