"""Measure, keep what was measured, and write it into docs/benchmarks.md (`make bench`).

    python scripts/bench.py [NAME …]        these benchmarks, or all: about half an hour, on a machine that does nothing else
    python scripts/bench.py --quick [NAME …]  each as small as it goes, ended after 90 s: does it run here? Five minutes
    python scripts/bench.py --page          only write the page anew from what is kept

Figures are kept in benchmarks/results/, one JSON file a benchmark; those of --quick in .cache/benchmarks, and no page is
written of them: they are too small to be told. The page has a table wherever it says ``<!-- measured: FILE/TABLE … -->``.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
QUICK_RESULTS = ROOT / ".cache" / "benchmarks"
PAGE = ROOT / "docs" / "benchmarks.md"
QUICK_S = 90
SLOT = re.compile(r"(<!-- measured: ([^>]*?) -->\n).*?(<!-- end of what was measured -->)", re.DOTALL)


class Program(NamedTuple):
    """How a benchmark is called in full, and how where it is only to be seen that it runs; each call is a program of its own."""

    full: tuple[str, ...] = ("",)
    quick: tuple[str, ...] = ("",)


PROGRAMS = {
    "classify": Program(quick=("--rows 5000",)),
    "collectors": Program(full=("--rounds 3 --pages 10",), quick=("--rounds 1 --pages 2",)),
    "consent": Program(full=("--quiet 300",), quick=("--rounds 1 --seconds 1 --records 2000 --minutes 0.1",)),
    "dashboard": Program(quick=("--sites 10 --scans 4 --items 200 --records 100",)),
    "frontier": Program(quick=("--pages 500",)),
    "logs": Program(quick=("--megabytes 2",)),
    "rollups": Program(quick=("--rounds 1 --records 5000 --seconds 1",)),
    "scan": Program(full=("", "memory"), quick=("6 4", "memory 4")),
    "scan_peers": Program(quick=("--sites planted --rounds 1 --tools Consentry",)),
    "scans": Program(full=("--sites 4 --workers 2",), quick=("--sites 1 --pages 3",)),
    "widget": Program(full=("--runs 15",), quick=("--runs 1",)),
}


def run(name: str, *, quick: bool) -> list[str]:
    """Run one benchmark; returns what went wrong, nothing where all did."""
    wrong = []
    program = PROGRAMS[name]
    for arguments in program.quick if quick else program.full:
        command = ["benchmarks/" + name + ".py", *arguments.split()]
        told = "python " + " ".join(command)
        print(f"\n== {told}", flush=True)
        folder = QUICK_RESULTS if quick else RESULTS
        environment = os.environ | {"CONSENTRY_RESULTS": str(folder), "CONSENTRY_RESULTS_COMMAND": told}
        # A session of its own, so that servers and browsers end along with a benchmark whose time is up.
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=environment, start_new_session=True
        )
        try:
            if code := process.wait(QUICK_S if quick else None):
                wrong.append(f"{told} ended with {code}")
        except subprocess.TimeoutExpired:
            wrong.append(f"{told} was not done after {QUICK_S} s")
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return wrong


def page(text: str, results: Path = RESULTS) -> str:
    """The page with each of its tables as it is kept in ``results``; what was never measured says so."""

    def filled(slot: re.Match[str]) -> str:
        tables = [one for name in slot[2].split() if (one := table(results, name))]
        lines = rendered(tables) if tables else ["Not measured yet."]
        return slot[1] + "\n" + "\n".join(lines) + "\n\n" + slot[3]

    return SLOT.sub(filled, text)


def table(results: Path, name: str) -> dict[str, Any] | None:
    """One table of one benchmark's file, by ``FILE/TABLE``; None where it was not measured."""
    file, _, inner = name.partition("/")
    path = results / f"{file}.json"
    kept: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return kept.get(inner)


def rendered(tables: list[dict[str, Any]]) -> list[str]:
    """Tables of the same columns as one, and below it when, where and by what it was measured."""
    columns = tables[0]["columns"]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    rows = [row for one in tables for row in one["rows"]]
    lines += [f"| {' | '.join(map(shown, row['cells']))} |" for row in rows]
    days = sorted({row["measured"] for row in rows})
    loads = sorted(row["load"] for row in rows if row["load"] is not None)
    versions = {name: version for one in tables for name, version in one["versions"].items()}
    said = f"Measured {' and '.join(days)}: {', '.join(dict.fromkeys(one['machine'] for one in tables))}"
    if loads:
        said += f", load {loads[0]:g} to {loads[-1]:g}" if loads[0] != loads[-1] else f", load {loads[0]:g}"
    said += f"; {', '.join(dict.fromkeys('`' + one['command'] + '`' for one in tables))}."
    if versions:
        said += f" Versions: {', '.join(f'{name} {version}' for name, version in versions.items())}."
    return [*lines, "", said]


def shown(cell: str | float | None) -> str:
    """A cell as people read it: thousands apart, no needless digits."""
    if cell is None:
        return "-"
    return cell.replace("|", "/") if isinstance(cell, str) else f"{cell:,}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PROGRAMS)}")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    if unknown := set(options.names) - set(PROGRAMS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(PROGRAMS)}")
    wrong = []
    if not options.page:
        for name in options.names or PROGRAMS:
            wrong += run(name, quick=options.quick)
    if not options.quick:
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"\n{PAGE.relative_to(ROOT)} tells what is kept in {RESULTS.relative_to(ROOT)}")
    print(*(f"\nNot measured: {one}" for one in wrong), sep="")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
