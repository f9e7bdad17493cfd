"""Our scanner and others side by side: what each finds, misses and takes, on the same sites, in the same browser.

    python benchmarks/scan_peers.py [--peers FOLDER] [--install] [--sites planted,second]
                                    [--tools NAME,…] [--rounds N] [--each N] [--markdown]

FOLDER (or CONSENTRY_PEERS) is a scratch folder outside the project that holds the other scanners and the site that nobody
here wrote; ``--install`` fills it from the package registries. What is missing there is skipped, with a message. Each tool
runs in processes of its own and is timed as a whole. Pages and loads are counted by the site, not by the tool; memory is
the peak sum of PSS of all its processes. Tools that look at one page a run are given every page, or the first N by
``--each``. Of several rounds the median time and the best finds count.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

# A program here has the name of a package, and would be found first: this folder comes last.
sys.path.remove(str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from peers import measured, sites, tools

from benchmarks.stored import keep
from consent.model.categories import ConsentState
from scanner.demo.planted.verdict import comparable, judge
from scanner.report import load_report

ARCHIVES = ("gentelella@4.2.0", "vanilla-cookieconsent@3.1.0")
STATES = tuple(str(state) for state in ConsentState)


@dataclasses.dataclass(kw_only=True)
class Row:
    """One tool on one site."""

    tool: str
    version: str
    found: tools.Found
    pages: int
    loads: int
    given: int
    seconds: float
    cpu_s: float
    peak_mb: float
    load: float
    command: str
    same: str = ""


async def measure(
    tool: tools.Tool, site: sites.Site, peers: Path, *, rounds: int, each: int | None
) -> Row | None:
    """Run one tool on one site; None where it failed, with its last words."""
    if tool.one_page:
        site = dataclasses.replace(site, paths=site.paths[:each])
    times: list[float] = []
    cpu: list[float] = []
    peak = 0.0
    rows: list[tuple[tools.Found, int, int]] = []
    commands: list[list[str]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder)
            env = tools.environment(out, peers, site)
            site.world.counting.loads.clear()
            commands = tool.commands(peers, site, out)
            seconds = cpu_s = 0.0
            for command in commands:
                done = await measured.run(command, env=env, cwd=out)
                seconds += done.seconds
                cpu_s += done.cpu_s
                peak = max(peak, done.peak_mb)
            try:
                found = tool.read(site, out)
                if found.report is not None:
                    found.report = _kept(found.report)
            except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
                said = (done.err or done.out).strip().splitlines()[-3:]
                print(
                    f"  {tool.name}: failed ({type(error).__name__}: {error}); {' '.join(said)[:400]}",
                    flush=True,
                )
                return None
            times.append(seconds)
            cpu.append(cpu_s)
            loads = list(site.world.counting.loads)
            rows.append((found, len(set(loads)), len(loads)))
    best = max(rows, key=lambda row: sum(len(state.cookies) for state in row[0].states.values()))
    return Row(
        tool=tool.name,
        version=tool.version(peers),
        found=best[0],
        pages=best[1],
        loads=best[2],
        given=len(site.paths),
        seconds=statistics.median(times),
        cpu_s=statistics.median(cpu),
        peak_mb=peak,
        load=os.getloadavg()[0],
        command=" ".join(commands[0][:4]),
        same=_sameness([row[0] for row in rows]),
    )


def _kept(report: Path) -> Path:
    """Copy a report out of the folder that is about to vanish."""
    handle, name = tempfile.mkstemp(suffix=".json")
    os.close(handle)
    Path(name).write_bytes(report.read_bytes())
    return Path(name)


def _sameness(found: list[tools.Found]) -> str:
    """Whether the runs agree: ours on the whole report, others on cookies and hosts of each state."""
    if len(found) < 2:
        return "one run"
    if all(one.report for one in found):
        reports = [comparable(load_report(one.report)) for one in found if one.report]
        return "same report" if all(report == reports[0] for report in reports) else "reports differ"
    told = [{state: (seen.cookies, seen.hosts) for state, seen in one.states.items()} for one in found]
    return "same finds" if all(one == told[0] for one in told) else "finds differ"


def _bare(hosts: set[str] | frozenset[str]) -> set[str]:
    return {host.removeprefix("www.") for host in hosts}


def tell(site: sites.Site, rows: list[Row]) -> list[list[str]]:
    """Return the table's rows: each state's cookies and hosts as found of all that are there."""
    known = bool(site.cookies)
    own = (site.world.url.split("/")[2]).removeprefix("www.")
    cookies = {s: site.cookies[s] if known else frozenset().union(*(r.found.states[s].cookies for r in rows if s in r.found.states)) for s in STATES}  # fmt: skip
    hosts = {s: site.hosts[s] if known else frozenset().union(*(r.found.states[s].hosts for r in rows if s in r.found.states)) for s in STATES}  # fmt: skip
    table = []
    for row in rows:
        states = row.found.states
        of_cookies = [
            f"{len(states[state].cookies & cookies[state])}/{len(cookies[state])}" if state in states else "-"
            for state in STATES
        ]
        before = states.get("before", tools.State())
        wanted = _bare(hosts["before"]) - {own}
        storage = "-" if before.storage is None else str(before.storage)
        right = sum(
            row.found.setters.get(cookie, "").startswith(site.setters[cookie])
            for cookie in before.cookies & cookies["before"]
            if cookie in site.setters
        )
        attributed = f"{right}/{len(cookies['before'])}" if row.found.setters and known else "-"
        if row.found.setters and not known:
            attributed = (
                f"{sum(bool(row.found.setters.get(c)) for c in before.cookies)}/{len(before.cookies)} named"
            )
        table.append(
            [
                row.tool, row.version, f"{row.pages}", f"{row.loads}", f"{row.seconds:.1f}",
                f"{row.seconds / max(row.loads, 1):.2f}",
                f"{row.seconds / max(row.given * max(len(states), 1), 1):.2f}",
                f"{row.cpu_s:.0f}", f"{row.peak_mb:.0f}", *of_cookies, f"{len(_bare(before.hosts) & wanted)}/{len(wanted)}", storage,
                attributed, row.same, f"{row.load:.1f}",
            ]
        )  # fmt: skip
    return table


HEAD = [
    "tool", "version", "pages", "loads", "s", "s/load", "s/page and state", "CPU s", "peak MB", *STATES, "hosts before",
    "storage before", "right setter", "runs", "load",
]  # fmt: skip


KEPT = {"tool": "tool", "version": "version", "pages": "pages", "loads": "loads", "seconds": "s", "per page and state": "s/page and state",
        "peak MB": "peak MB"} | {state if state != "gpc" else "GPC": state for state in STATES} | {
        "hosts before": "hosts before", "right setter": "right setter", "load": "load"}  # fmt: skip
"""The columns that docs/benchmarks.md has, by their name there."""


def show(table: list[list[str]], *, markdown: bool) -> None:
    """Print a table for people, or one for a page of documentation."""
    rows = [HEAD, *table]
    if markdown:
        rows.insert(1, ["---"] * len(HEAD))
        print("\n".join(f"| {' | '.join(row)} |" for row in rows))
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


async def compare(site: sites.Site, chosen: list[tools.Tool], options: argparse.Namespace) -> None:
    """Run every chosen tool on one site and print what it found."""
    async with site.world:
        print(f"\n{site.name}: {len(site.paths)} pages, load {os.getloadavg()[0]:.1f}", flush=True)
        rows = []
        for tool in chosen:
            rounds = options.rounds if not tool.install else 1
            row = await measure(tool, site, options.peers, rounds=rounds, each=options.each)
            if row is not None:
                rows.append(row)
                print(
                    f"  {tool.name}: {row.seconds:.1f} s, {row.peak_mb:.0f} MB {'; '.join(row.found.notes)}",
                    flush=True,
                )
        print()
        show(told := tell(site, rows), markdown=options.markdown)
        keep(
            "scan_peers",
            site.name,
            [{name: cells[HEAD.index(column)] for name, column in KEPT.items()} for cells in told],
        )
        for row in rows:
            _missed(site, row)
            if row.found.report and site.name == "planted":
                verdict = judge(load_report(row.found.report), states=tuple(ConsentState))
                print(
                    f"{row.tool}: whole table of truth {'held' if verdict.is_perfect else f'not held: {verdict}'}"
                )
            if row.found.report:
                row.found.report.unlink()


def _missed(site: sites.Site, row: Row) -> None:
    for state, seen in row.found.states.items():
        if site.cookies and (gone := site.cookies[state] - seen.cookies):
            print(f"{row.tool} missed in {state}: {', '.join(sorted(name for name, _ in gone))}")
        if site.cookies and (more := seen.cookies - site.cookies[state]):
            print(f"{row.tool} told besides in {state}: {', '.join(sorted(name for name, _ in more))}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", type=Path, default=os.environ.get("CONSENTRY_PEERS", ""))
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--sites", default="planted,second")
    parser.add_argument("--tools", default="")
    parser.add_argument("--rounds", type=int, default=2, help="of ours and the baseline; peers run once")
    parser.add_argument("--each", type=int, help="pages that a tool of one page a run is given")
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    options.peers = (
        Path(options.peers) if str(options.peers) not in ("", ".") else Path(tempfile.gettempdir()) / "none"
    )
    if options.install:
        options.peers.mkdir(parents=True, exist_ok=True)
        (options.peers / "sites").mkdir(exist_ok=True)
        for archive in ARCHIVES:
            subprocess.run(["npm", "pack", "--silent", archive], check=True, cwd=options.peers / "sites")
        for tool in tools.tools():
            tools.install(tool, options.peers)
    options.peers = options.peers.resolve()
    chosen = []
    wanted = [name.strip() for name in options.tools.split(",") if name.strip()]
    for tool in tools.tools():
        if wanted and tool.name not in wanted:
            continue
        try:
            tool.version(options.peers)
        except (OSError, KeyError, subprocess.CalledProcessError):
            print(f"{tool.name}: not in {options.peers}, skipped (--peers FOLDER --install puts it there)")
            continue
        chosen.append(tool)
    made = {"planted": sites.planted, "second": lambda: sites.second(options.peers)}
    for name in options.sites.split(","):
        site = made[name]()
        if site is None:
            print(f"{name}: not in {options.peers}, skipped (--peers FOLDER --install puts it there)")
            continue
        asyncio.run(compare(site, chosen, options))


if __name__ == "__main__":
    main()
