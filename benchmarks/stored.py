"""What the benchmarks measured, kept: one JSON file a benchmark under benchmarks/results/, from which docs/benchmarks.md has its tables.

A program calls ``keep`` once for each table. Nothing is written unless ``CONSENTRY_RESULTS`` names the folder, which
``make bench`` sets; a run by hand only prints. A row that was measured before under the same first cell is replaced, the
others stay with the date of theirs, so that one case can be measured again by itself.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = "CONSENTRY_RESULTS"
Cell = str | int | float | None
"""None is shown as a dash: not measured, or there is no such thing."""


def keep(
    benchmark: str,
    table: str,
    rows: Sequence[Mapping[str, Cell]],
    *,
    versions: Mapping[str, str] | None = None,
) -> None:
    """Store ``rows``, each with the same columns, as one table; ``versions`` are those of what is compared besides."""
    if not (folder := os.environ.get(FOLDER)) or not rows:
        return
    path = Path(folder) / f"{benchmark}.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    old = known.get(table, {})
    columns = list(rows[0])
    new = [
        {
            "cells": [row[column] for column in columns],
            "measured": dt.datetime.now(dt.UTC).date().isoformat(),
            "load": round(os.getloadavg()[0], 1),
        }
        for row in rows
    ]
    if old.get("columns") == columns:
        fresh = {row["cells"][0]: row for row in new}
        new = [fresh.pop(row["cells"][0], row) for row in old["rows"]] + list(fresh.values())
    known[table] = {
        "command": os.environ.get("CONSENTRY_RESULTS_COMMAND")
        or " ".join(["python", *map(_short, sys.argv)]),
        "machine": machine(),
        "versions": {**old.get("versions", {}), **(versions or {})},
        "columns": columns,
        "rows": new,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    written.replace(path)


def machine() -> str:
    """Processors, Python and system, without anything that names the machine itself."""
    return f"{os.cpu_count()} processors ({_processor()}), Python {platform.python_version()}, {platform.system()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _short(argument: str) -> str:
    """An argument without the folders of this machine."""
    path = Path(argument)
    root = Path(__file__).resolve().parent.parent
    return (
        str(path.resolve().relative_to(root))
        if path.is_absolute() and path.is_relative_to(root)
        else argument
    )
