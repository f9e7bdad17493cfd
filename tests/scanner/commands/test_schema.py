from __future__ import annotations

import json

from click.testing import CliRunner

from scanner.commands.schema import command
from scanner.schema import encode_schema


def test_it_prints_the_schema_of_a_report() -> None:
    said = CliRunner().invoke(command, ["report"])
    assert said.output.encode() == encode_schema()
    assert json.loads(said.output)["title"] == "Consentry scan report"


def test_a_file_without_a_schema_is_told_with_those_that_have_one() -> None:
    said = CliRunner().invoke(command, ["inventory"])
    assert said.exit_code == 2
    assert "report" in said.output
