"""What holds do is tested in test_holds.py, the commands as a journey in commands/test_log.py."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from consent.hold_commands import hold_group
from tests.consent.factories import database, fill, opened_log


async def test_a_hold_needs_its_reason(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 1)
    words = ["add", "--database", database(tmp_path), "larkspur"]
    result = CliRunner().invoke(hold_group, words)
    assert (result.exit_code, "--reason" in result.output) == (2, True)
