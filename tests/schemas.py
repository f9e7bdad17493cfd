"""The published schema as a check, open as readers have it or closed to prove that it names all that is written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import msgspec

from scanner.schema import report_schema

OPEN = frozenset({"Evidence"})
"""Objects to which each rule adds its own fields."""

_LARGEST = 2_000_000


@cache
def validator(*, closed: bool = False) -> jsonschema.Draft202012Validator:
    """The validator; ``closed`` allows no field that the schema does not name."""
    schema = report_schema()
    if closed:
        for name, shape in [("", schema), *schema["$defs"].items()]:
            if "properties" in shape and name not in OPEN:
                shape["additionalProperties"] = False
    return jsonschema.Draft202012Validator(schema)


def faults(report: Any, *, closed: bool = False) -> list[str]:
    """What is wrong with a decoded report, with its place."""
    return [
        f"{error.json_path}: {error.message[:300]}" for error in validator(closed=closed).iter_errors(report)
    ][:10]


def faults_of_file(path: Path) -> list[str]:
    """What is wrong with a report.json; a test's own huge or broken file is left alone."""
    if path.stat().st_size > _LARGEST:
        return []
    try:
        return faults(msgspec.json.decode(path.read_bytes()), closed=True)
    except msgspec.DecodeError:
        return []
