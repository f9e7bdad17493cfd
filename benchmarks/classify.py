"""How fast `consentry classify` is on one core: rows with a known name, each name, host and site different.

    python benchmarks/classify.py [--rows 400000]

The command runs as a program of its own; its start (reading the rules) is measured apart and told.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# A program in this folder may be named as a package is; the packages are what is meant.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep
from scanner.knowledge import Knowledge

SEED = 20260101


def write_rows(path: Path, count: int, *, distinct: bool) -> None:
    """Write ``count`` rows whose names rules know; distinct ones so that no answer comes from memory."""
    random.seed(SEED)
    rules = [
        rule
        for service in Knowledge.load().services
        for rule in service.items
        if not rule.order and not rule.name.startswith("^") and "," not in rule.name
    ]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "host", "site"])
        for number in range(count):
            rule = random.choice(rules)
            site = f"www.shop{number if distinct else number % 500}.example"
            host = rule.hosts[0].replace(".*", ".com") if rule.hosts else site.removeprefix("www.")
            writer.writerow([rule.name.replace("*", f"{number:x}" if distinct else "1a2b"), host, site])


def run(path: Path) -> float:
    """Return the CPU seconds of one run, start included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Path("/dev/null").open("w") as nowhere:
        subprocess.run(
            [sys.executable, "-m", "consent.cli", "classify", str(path)], check=True, stdout=nowhere
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=400_000)
    rows = options.parse_args().rows
    start = time.process_time()
    knowledge = Knowledge.load()
    loaded = time.process_time() - start
    names = sum(not rule.order for service in knowledge.services for rule in service.items)
    print(f"rules: {len(knowledge.services)} services, {names} names, read in {loaded * 1000:.0f} ms of CPU")
    told = {
        f"reading the rules ({len(knowledge.services)} services, {names:,} names)": f"{loaded * 1000:.0f} ms"
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text("name,host\n_ga,a.example\n", encoding="utf-8")
        idle = min(run(path) for _ in range(3))
        print(f"start of the program: {idle:.2f} s of CPU")
        told["start of the program"] = f"{idle * 1000:.0f} ms"
        for distinct in (True, False):
            write_rows(path, rows, distinct=distinct)
            spent = min(run(path) for _ in range(3)) - idle
            kind = "every row different" if distinct else "as in a crawl, names repeat"
            print(f"{rows} rows, {kind}: {rows / spent:,.0f} rows/s a core")
            told[f"rows classified, {kind}"] = f"{rows / spent:,.0f} a second"
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"largest memory: {peak:.0f} MiB")
        told[f"largest memory, {rows:,} rows"] = f"{peak:.0f} MiB"
    keep(
        "classify", "speed", [{"what, on one core": what, "figure": figure} for what, figure in told.items()]
    )


if __name__ == "__main__":
    main()
