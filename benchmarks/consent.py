"""The consent log's figures, each with its baseline beside it, in one run.

    .venv/bin/python benchmarks/consent.py [--only CASE,…] [--seconds 4] [--rounds 5] [--quiet 600] [--records 1000000]

    sqlite      durable POST /v1/consent on SQLite, synchronous=FULL, against aiohttp and msgspec that store nothing
    postgresql  the same on PostgreSQL, which is started for it with the settings that it has by default
    processes   two `consentry serve` on one SQLite file
    disk        a disk whose fsync takes 8 ms (a preloaded library), 256 connections
    rate        latency at 80 % of the peak, at a fixed rate, counted from the time at which each request was due
    widget      GET of the widget, against aiohttp that serves the same bytes from memory
    filled      a SQLite log that holds --records already, against an empty one
    endurance   memory while --records events are posted

The servers run in processes of their own, on uvloop where it is installed. Rounds alternate between a case and its
baseline, and a ratio is the median of the rounds' ratios. What other programs used of the machine meanwhile is printed;
with --quiet SECONDS a round in which they used more than a sixth is measured again, for so long at most.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import resource
import sqlite3
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import asyncpg

# This program has the name of the package that it measures, another one that of a module, and their folder would be looked
# through first.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import statistics

from benchmarks.consent_log import filling, load, servers
from benchmarks.consent_log.servers import Server
from benchmarks.stored import keep
from tests.consent import postgresql as databases

CONNECTIONS = 64
SLOW_CONNECTIONS = 256
SLOW_MS = 8
OTHERS = 1 / 6
"""With --quiet: what other programs may use of the machine in a round that counts."""
Round = dict[str, float]


class Bench(NamedTuple):
    """What every case is given: the options, a folder to write to, and a body for the published notice."""

    args: argparse.Namespace
    folder: Path
    body: str
    until: float

    def database(self, name: str) -> str:
        """Make a SQLite log that holds the notice and nothing else; returns its URL."""
        url = f"sqlite:///{self.folder}/{name}.db"
        servers.published(self.folder, url)
        return url

    @contextlib.contextmanager
    def serve(self, url: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
        """Run `consentry serve`."""
        with servers.started(servers.serve_command(self.folder, url), environment) as server:
            yield server

    @contextlib.contextmanager
    def bare(self, script: Path | None = None) -> Iterator[Server]:
        """Run the baselines."""
        command = [sys.executable, __file__, "--bare", *([str(script)] if script else [])]
        with servers.started(command) as server:
            yield server

    def most(self, *targets: Server, connections: int = CONNECTIONS, path: str = "") -> Round:
        """Put a server under as much load as it takes; adds ``cpu`` and ``loop``
        (us of processor time a request, in all and of the event loop's thread) and ``others`` (their share of the machine)."""
        return self.watched(
            targets,
            lambda: load.most(
                targets[0].address + (path or "/v1/consent"),
                None if path else self.body,
                seconds=self.args.seconds,
                connections=connections,
                folder=self.folder,
            ),
        )

    def watched(self, targets: tuple[Server, ...], measure: Callable[[], Round]) -> Round:
        """Measure with an eye on what the servers and other programs use."""
        while True:
            self._wait()
            busy, had = servers.machine_s()
            loop = sum(servers.processor_s(one.pid, one.pid) for one in targets)
            mine = _children_s() + (before := sum(servers.processor_s(one.pid) for one in targets))
            result = measure()
            used = sum(servers.processor_s(one.pid) for one in targets)
            busy, had = (now - then for now, then in zip(servers.machine_s(), (busy, had), strict=True))
            loop = sum(servers.processor_s(one.pid, one.pid) for one in targets) - loop
            others = (busy - (used + _children_s() - mine)) / had if had else 0.0
            answered = result["rps"] * self.args.seconds
            result |= {
                "cpu": (used - before) / answered * 1e6,
                "loop": loop / answered * 1e6,
                "others": max(others, 0.0),
            }
            if others <= OTHERS or time.monotonic() > self.until:
                return result

    def _wait(self) -> None:
        """Wait for a second in which hardly anybody uses the machine."""
        while time.monotonic() < self.until:
            busy, had = servers.machine_s()
            time.sleep(1)
            now_busy, now_had = servers.machine_s()
            if now_busy - busy <= OTHERS * (now_had - had):
                return


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    own = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime + own.ru_utime + own.ru_stime


def alternating(count: int, *measures: Callable[[], Round]) -> list[list[Round]]:
    """Measure each in turn, so often; returns the rounds of each."""
    rounds: list[list[Round]] = [[] for _ in measures]
    for _ in range(count):
        for one, measure in zip(rounds, measures, strict=True):
            one.append(measure())
    return rounds


def median(rounds: list[Round], key: str) -> float:
    """Return the median of one figure."""
    return statistics.median(one[key] for one in rounds)


def show(name: str, rounds: list[Round]) -> None:
    """Print one line of a case."""
    each = ", ".join(format(one["rps"], ",.0f") for one in rounds)
    print(
        f"  {name:28} {median(rounds, 'rps'):8,.0f} requests/s   p50 {median(rounds, 'p50'):7.2f} ms   p99"
        f" {median(rounds, 'p99'):7.2f} ms   {median(rounds, 'cpu'):4.0f} us of processor"
        f" ({median(rounds, 'loop'):.0f} in the event loop)   others"
        f" {median(rounds, 'others'):.0%}   ({each})",
        flush=True,
    )


def compare(key: str, name: str, case: list[Round], baseline: list[Round], target: float) -> None:
    """Print, and keep as the case ``key``, the medians of the rounds' ratios: of requests a second, and of processor time a request.

    A request that costs more is a ratio below 1 in both. Other programs hardly touch the second: it is the thread's own time
    that is counted. That of the event loop is what one process can reach where another processor is left for the writing thread.
    """
    pairs = list(zip(case, baseline, strict=True))
    medians = []
    for what, ratios, of in (
        ("requests a second", [one["rps"] / two["rps"] for one, two in pairs], f"target {target:.2f}; "),
        ("processor time, event loop", [two["loop"] / one["loop"] for one, two in pairs], ""),
        ("processor time, all threads", [two["cpu"] / one["cpu"] for one, two in pairs], ""),
    ):
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        medians.append((f"{statistics.median(ratios):.2f}", f"{min(ratios):.2f} to {max(ratios):.2f}"))
        print(f"  {name}, {what}: {statistics.median(ratios):.2f} ({of}rounds {each})", flush=True)

    said = f"{median(case, 'rps'):,.0f} beside {median(baseline, 'rps'):,.0f}; {len(pairs)} rounds, {medians[0][1]}"
    requests, event_loop, all_threads = (one[0] for one in medians)
    kept(key, [*case, *baseline], said, requests, event_loop=event_loop, all_threads=all_threads)


def kept(
    case: str, rounds: list[Round], said: str, ratio: str, *, event_loop: str = "", all_threads: str = ""
) -> None:
    """Keep one case's row for the page."""
    others = [one["others"] for one in rounds]
    row = {
        "case": f"`{case}`",
        "requests a second": said,
        "ratio": ratio,
        "processor time, event loop": event_loop,
        "all threads": all_threads,
        "others used": f"{min(others):.0%} to {max(others):.0%}",
    }
    keep("consent", "cases", [row])


# --- the cases


def sqlite(bench: Bench) -> None:
    """Durable on SQLite."""
    url = bench.database("sqlite")
    with bench.bare() as bare, bench.serve(url) as durable:
        baseline, case = alternating(bench.args.rounds, lambda: bench.most(bare), lambda: bench.most(durable))
        memory = servers.resident_mb(durable.pid)
    show("stores nothing", baseline)
    show("durable", case)
    compare("sqlite", "durable / stores nothing", case, baseline, 0.65)
    records, batches, size = size_of(url)
    print(f"  {records:,} records in {batches:,} batches, {size / max(records, 1):,.0f} bytes a record (target 700);"
          f" the server holds {memory:.0f} MB")  # fmt: skip


def postgresql(bench: Bench) -> None:
    """Durable on PostgreSQL."""
    with databases.server() as running:
        url = databases.new_database(running)
        servers.published(bench.folder, url)
        with bench.bare() as bare, bench.serve(url) as durable:
            baseline, case = alternating(
                bench.args.rounds, lambda: bench.most(bare), lambda: bench.most(durable)
            )
        show("stores nothing", baseline)
        show("durable", case)
        compare("postgresql", "durable / stores nothing", case, baseline, 0.65)
        records, batches, size = asyncio.run(size_in_postgresql(url))
    print(
        f"  {records:,} records in {batches:,} batches, {size / max(records, 1):,.0f} bytes a record (target 700);"
        " others' share counts the database"
    )


def processes(bench: Bench) -> None:
    """Two servers on one file, each under load at the same time."""
    url = bench.database("processes")
    with bench.serve(url) as alone:
        [one] = alternating(bench.args.rounds, lambda: bench.most(alone))
    with bench.serve(url) as first, bench.serve(url) as second:

        def both() -> Round:
            results: list[Round] = []

            def measure() -> Round:
                results[:] = asyncio.run(_together(bench, first, second))
                return {
                    "rps": sum(one["rps"] for one in results),
                    "p50": max(one["p50"] for one in results),
                    "p99": max(one["p99"] for one in results),
                }

            return bench.watched((first, second), measure)

        [two] = alternating(bench.args.rounds, both)
    show("one process", one)
    show("two processes, the slower", two)
    print(f"  p99 with two processes: {median(two, 'p99'):.0f} ms (target under 1,000)", flush=True)
    said = f"{median(two, 'rps'):,.0f} in both, {median(one, 'rps'):,.0f} in one; {len(two)} rounds"
    kept("processes", two, said, f"p99 {median(two, 'p99'):.0f} ms")


async def _together(bench: Bench, *targets: Server) -> list[Round]:
    folders = [bench.folder / f"load-{number}" for number in range(len(targets))]
    for folder in folders:
        folder.mkdir(exist_ok=True)
    return await asyncio.gather(
        *(
            asyncio.to_thread(
                load.most,
                f"{target.address}/v1/consent",
                bench.body,
                seconds=bench.args.seconds,
                connections=CONNECTIONS // len(targets),
                folder=folder,
            )
            for target, folder in zip(targets, folders, strict=True)
        )
    )


def disk(bench: Bench) -> None:
    """A slow disk, many connections."""
    slow = servers.slow_fsync(bench.folder, SLOW_MS)
    if slow is None:
        print("  not measured: that takes Linux and a C compiler")
        return
    url = bench.database("disk")
    with bench.bare() as bare, bench.serve(url, slow) as durable:
        baseline, case = alternating(
            bench.args.rounds,
            lambda: bench.most(bare, connections=SLOW_CONNECTIONS),
            lambda: bench.most(durable, connections=SLOW_CONNECTIONS),
        )
    show(f"stores nothing, {SLOW_CONNECTIONS} connections", baseline)
    show(f"durable, fsync {SLOW_MS} ms", case)
    compare("disk", "durable / stores nothing", case, baseline, 0.25)


def rate(bench: Bench) -> None:
    """Latency at 80 % of the peak."""
    url = bench.database("rate")
    with bench.serve(url) as durable:
        peak: list[Round] = []
        fixed: list[Round] = []
        for _ in range(bench.args.rounds):
            peak.append(bench.most(durable))
            wanted = 0.8 * peak[-1]["rps"]

            def measure(wanted: float = wanted) -> Round:
                return load.at_rate(
                    f"{durable.address}/v1/consent",
                    bench.body,
                    rate=wanted,
                    seconds=bench.args.seconds,
                    connections=4 * CONNECTIONS,
                )

            fixed.append(bench.watched((durable,), measure))
    show("peak", peak)
    show("80 % of it", fixed)
    print(
        f"  p99 at 80 % of the peak: {median(fixed, 'p99'):.1f} ms (target under 50; rounds"
        f" {', '.join(format(one['p99'], '.1f') for one in fixed)})",
        flush=True,
    )
    said = f"{median(fixed, 'rps'):,.0f} of a peak of {median(peak, 'rps'):,.0f}; {len(fixed)} rounds"
    kept("rate", fixed, said, f"p99 {median(fixed, 'p99'):.1f} ms")


def widget(bench: Bench) -> None:
    """The widget from memory."""
    url = bench.database("widget")
    path = "/w/larkspur.js"
    with bench.serve(url) as ours:
        with urllib.request.urlopen(ours.address + path) as answer:
            script = bench.folder / "script.js"
            script.write_bytes(answer.read())
        with bench.bare(script) as bare:
            baseline, case = alternating(
                bench.args.rounds,
                lambda: bench.most(bare, path=path),
                lambda: bench.most(ours, path=path),
            )
    show(f"aiohttp, {script.stat().st_size:,} bytes", baseline)
    show("widget", case)
    compare("widget", "widget / aiohttp", case, baseline, 0.80)


def filled(bench: Bench) -> None:
    """A log that holds millions of records."""
    records: int = bench.args.records
    full = bench.folder / "filled.db"
    if bench.args.filled:
        full = Path(bench.args.filled).resolve()
        records = size_of(f"sqlite:///{full}")[0]
    else:
        took = filling.fill(bench.folder, _path(bench.database("filled")), bench.body, records)
        print(
            f"  {records:,} records written in {took:.0f} s, {full.stat().st_size / records:.0f} bytes each"
        )
    with bench.serve(bench.database("empty")) as empty, bench.serve(f"sqlite:///{full}") as holding:
        memory = [servers.resident_mb(holding.pid)]
        for server in (empty, holding):
            bench.most(server)  # warms the page cache, and the statements
        baseline, case = alternating(
            bench.args.rounds, lambda: bench.most(empty), lambda: bench.most(holding)
        )
        memory.append(servers.resident_mb(holding.pid))
        both = memory[1], servers.resident_mb(empty.pid)
    show("empty", baseline)
    show(f"{records:,} records", case)
    compare("filled", f"{records:,} records / empty", case, baseline, 0.90)
    print(
        f"  memory: {memory[0]:.0f} MB when it was opened, {both[0]:.0f} MB after the load, and {both[1]:.0f} MB in the"
        " server whose log was empty"
    )


def endurance(bench: Bench) -> None:
    """Memory over many events: one server under load until it has stored --records, for --minutes at most."""
    url = bench.database("endurance")
    end = time.monotonic() + 60 * bench.args.minutes
    memory = {}
    with bench.serve(url) as durable:
        stored, shown = 0, -1
        while True:
            if stored * 10 // bench.args.records > shown:
                shown = stored * 10 // bench.args.records
                memory[f"{stored:,}"] = round(servers.resident_mb(durable.pid))
                print(
                    f"  {stored:10,} records: the server holds {servers.resident_mb(durable.pid):.0f} MB",
                    flush=True,
                )
            if stored >= bench.args.records or time.monotonic() > end:
                break
            bench.most(durable)
            stored = size_of(url)[0]
    print(
        f"  {stored:10,} records in the end, {size_of(url)[2] / max(stored, 1):,.0f} bytes each (target 700)"
    )
    keep(
        "consent",
        "endurance",
        [{"records stored": count, "memory of the server, MB": mb} for count, mb in memory.items()],
    )


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def size_of(url: str) -> tuple[int, int, int]:
    """Return records, batches, and bytes on the disk, the write-ahead log not counted."""
    with contextlib.closing(sqlite3.connect(_path(url))) as connection:
        records, batches = connection.execute(
            "SELECT (SELECT max(position) FROM entry), (SELECT max(number) FROM seal)"
        ).fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return records or 0, batches or 0, pages * size


async def size_in_postgresql(url: str) -> tuple[int, int, int]:
    """Return the same of PostgreSQL: tables with their indexes, without the write-ahead log."""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(
            "SELECT count(*), (SELECT count(*) FROM seal),"
            " pg_total_relation_size('entry') + pg_total_relation_size('seal') FROM entry"
        )
    finally:
        await connection.close()
    return tuple(row)


CASES = {
    case.__name__: case for case in (sqlite, postgresql, processes, disk, rate, widget, filled, endurance)
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(CASES), help="cases, with commas between")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quiet", type=float, default=0, help="seconds in which to wait for a quiet machine")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--minutes", type=float, default=5, help="how long `endurance` may take")
    parser.add_argument(
        "--filled", help="a log of an earlier run with its notice, instead of --records new ones"
    )
    parser.add_argument("--folder", help="where the logs are written, on the disk to be measured")
    parser.add_argument("--bare", nargs="?", const="", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.bare is not None:
        servers.serve_bare(Path(args.bare) if args.bare else None)
        return
    with ExitStack() as stack:
        name = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="consentry-benchmark-", dir=args.folder)
        )
        folder = Path(name)
        body = load.event(servers.published(folder, f"sqlite:///{folder}/notice.db"))
        bench = Bench(args, folder, body, time.monotonic() + args.quiet)
        print(
            f"{os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}, {CONNECTIONS} connections,"
            f" {args.rounds} rounds of {args.seconds} s, load by {load.tool()}"
        )
        for name in args.only.split(","):
            print(f"{name}: {CASES[name].__doc__}", flush=True)
            CASES[name](bench)


if __name__ == "__main__":
    main()
