"""The figures of the statistics, each with its baseline beside it.

    .venv/bin/python benchmarks/rollups.py [--only CASE,…] [--rounds 7] [--records 200000] [--seconds 4]

    query   a year of a site with 100 million records, asked of the rollup; beside it the same answer counted from the raw
            records of a log of --records, which is smaller: nothing is extrapolated
    count   counting --records records from the log; beside it reading and unpacking them without counting
    post    POST /v1/consent with the background counting every second; beside it without

The rollup is generated: the rows that such a site would have (366 days, a new notice each quarter with an overlap of a week,
24 languages, 5 devices, 60 countries, 2 variants), whose numbers add up to 100 million. The program's own code answers, on a
SQLite file.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

# This program has the name of a module of the standard library, and its folder would be looked through first.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from statistics import median

from benchmarks.consent_log import filling, load, servers
from benchmarks.stored import keep
from consent.log import decode_record
from consent.model.records import EventKind
from consent.model.sites import load_sites
from consent.statistics import rollup
from consent.statistics.counting import DEVICES, day_number
from consent.statistics.queries import By, span_of, statistics_of
from consent.store import open_store
from consent.store.statistics_store import COUNTS, Chain, Tally
from consent.web.app import make_app

RECORDS = 100_000_000
DAYS = 366
LAST = dt.date(2026, 11, 24)
KEYS = {
    "": [""],
    "language": [f"l{number:02}" for number in range(24)],
    "device": [*DEVICES, "automated"],
    "country": [f"C{number:02}" for number in range(60)],
    "jurisdiction": ["EU"],
    "variant": ["a", "b"],
}
ROWS_A_PAGE = 20_000


def year(site: str) -> list[Tally]:
    """Return the rows of one site's year; in each dimension its displays and answers add up to `RECORDS`."""
    rows = []
    first = day_number(LAST) - DAYS + 1
    for day in range(first, first + DAYS):
        quarter, within = divmod(day - first, 92)
        notices = [quarter, quarter - 1] if within < 7 and quarter else [quarter]
        for dimension, keys in KEYS.items():
            shown = RECORDS * 6 // 10 // DAYS // len(notices) // len(keys)
            answers = RECORDS * 4 // 10 // DAYS // len(notices) // len(keys)
            numbers = {
                "shown": shown,
                "shown_weight": 1000 * shown,
                "accepted": answers // 2,
                "refused": answers // 3,
                "partial": answers - answers // 2 - answers // 3,
                "performance_granted": answers // 2,
                "performance_denied": answers // 2,
            }
            counts = tuple(numbers.get(name, 0) for name in COUNTS)
            rows += [
                Tally(site, dimension, day, f"{notice:064}", key, counts)
                for notice in notices
                for key in keys
            ]
    return rows


async def timed(work: Callable[[], Awaitable[object]], rounds: int) -> list[float]:
    """Return how many milliseconds each round took."""
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1000)
    return took


def told(name: str, took: list[float]) -> None:
    """Print one line, and keep it."""
    print(
        f"  {name:46} median {median(took):9.1f} ms   slowest {max(took):9.1f} ms   ({len(took)} rounds)",
        flush=True,
    )
    row = {
        "question": name,
        "median": f"{median(took):,.0f} ms",
        "slowest": f"{max(took):,.0f} ms",
        "rounds": len(took),
    }
    keep("rollups", "query", [row])


def filled(folder: Path, records: int) -> str:
    """Make a log with so many records; returns its URL."""
    url = f"sqlite:///{folder}/log.db"
    version = servers.published(folder, url)
    took = filling.fill(folder, folder / "log.db", load.event(version), records)
    print(f"  a log of {records:,} records, made in {took:.0f} s", flush=True)
    return url


def size_mb(folder: Path) -> float:
    """Return what the rollup takes on the disk."""
    return sum(path.stat().st_size for path in folder.glob("rollup.db*")) / 1e6


async def query(args: argparse.Namespace, folder: Path) -> None:
    """Ask for a year."""
    store = await open_store(f"sqlite:///{folder}/rollup.db")
    rows = year("larkspur") + year("thyme")
    [chain] = await store.counted()
    for start in range(0, len(rows), ROWS_A_PAGE):
        assert await store.count(
            Chain(chain.writer, start, 0), start + ROWS_A_PAGE, rows[start : start + ROWS_A_PAGE]
        )
    size = size_mb(folder)
    span = span_of(LAST - dt.timedelta(days=DAYS - 1), LAST, today=LAST)
    whole = (await statistics_of(store, "larkspur", span, By.DAY)).total
    print(
        f"  {len(rows) // 2:,} rows a site, two sites, {size:.0f} MB; {whole.shown + whole.answers:,} records a site",
        flush=True,
    )
    for by in By:
        told(
            f"a year by {by}",
            await timed(lambda by=by: statistics_of(store, "larkspur", span, by), args.rounds),
        )

    async def page() -> None:
        await asyncio.gather(*(statistics_of(store, "larkspur", span, by) for by in By))

    told("all of them together, as the page asks", await timed(page, args.rounds))
    await store.close()
    url = await asyncio.to_thread(filled, folder, args.records)
    store = await open_store(url)

    async def raw() -> None:
        counts: dict[tuple[str, EventKind], int] = {}
        for writer in await store.writers():
            after = 0
            while page := await store.entries(writer, after=after, limit=2000):
                after = page[-1].position
                for entry in page:
                    if entry.kind == 0 and entry.payload:
                        record = decode_record(entry.payload)
                        key = (record.server_time[:10], record.event)
                        counts[key] = counts.get(key, 0) + 1

    told(f"baseline: by day from {args.records:,} raw records", await timed(raw, min(3, args.rounds)))
    connection = sqlite3.connect(folder / "log.db")
    sql = "SELECT time / 86400000, count(*) FROM entry WHERE kind = 0 AND site = 'larkspur' GROUP BY 1"

    async def grouped() -> None:
        connection.execute(sql).fetchall()

    told("baseline: SQL over them, without the event", await timed(grouped, min(3, args.rounds)))
    await store.close()


async def count(args: argparse.Namespace, folder: Path) -> None:
    """Count a log."""
    url = await asyncio.to_thread(filled, folder, args.records)
    store = await open_store(url)

    async def reading() -> None:
        [chain] = await store.counted()
        chain = chain._replace(counted=0)
        while chain.counted < chain.last:
            page = await store.uncounted(chain, limit=rollup.PAGE)
            assert sum(1 for _ in page.payloads)
            chain = chain._replace(counted=page.last)

    async def counting() -> None:
        await store.forget_counts()
        counted = await rollup.RollUp(store).catch_up()
        assert counted == args.records

    for name, work in (("reading and unpacking alone", reading), ("counting, 2,000 a transaction", counting)):
        used = resource.getrusage(resource.RUSAGE_SELF)
        took = await timed(work, min(3, args.rounds))
        now = resource.getrusage(resource.RUSAGE_SELF)
        processor = (
            (now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime) / len(took) / args.records * 1e6
        )
        told(name, took)
        print(
            f"    {args.records / median(took):,.0f} thousand records a second; {processor:.1f} us of processor a record",
            flush=True,
        )
    await store.close()


def serve(folder: str, url: str, every_s: str) -> None:
    """Run a server whose background counts every so many seconds, as `consentry serve` would."""
    from aiohttp import web  # noqa: PLC0415 - the process that is measured

    async def run() -> None:
        store = await open_store(url, exclusive=True)
        settings = load_sites(Path(folder) / "sites.toml")
        app = make_app(settings, store, public_url="http://127.0.0.1", statistics_s=float(every_s))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        host, port = runner.addresses[0][:2]
        print(f"http://{host}:{port}", flush=True)
        await asyncio.Event().wait()

    sys.setswitchinterval(0.000_1)
    with contextlib.suppress(KeyboardInterrupt):
        try:
            import uvloop  # noqa: PLC0415 - optional

            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(run())
        except ImportError:
            asyncio.run(run())


def post(args: argparse.Namespace, folder: Path) -> None:
    """Post with and without the background."""
    url, other = f"sqlite:///{folder}/with.db", f"sqlite:///{folder}/without.db"
    body = load.event(servers.published(folder, url))
    servers.published(folder, other)
    command = [sys.executable, __file__, "--serve", str(folder)]
    rounds: dict[str, list[dict[str, float]]] = {"without": [], "with": []}
    with (
        servers.started([*command, url, "1"]) as counting,
        servers.started([*command, other, "100000"]) as plain,
    ):
        for _ in range(args.rounds):
            for name, server in (("without", plain), ("with", counting)):
                used = servers.processor_s(server.pid)
                busy, had = servers.machine_s()
                one = load.most(
                    f"{server.address}/v1/consent", body, seconds=args.seconds, connections=64, folder=folder
                )
                busy, had = (now - then for now, then in zip(servers.machine_s(), (busy, had), strict=True))
                one["cpu"] = (servers.processor_s(server.pid) - used) / (one["rps"] * args.seconds) * 1e6
                rounds[name].append(one | {"busy": busy / had})
    for name, found in rounds.items():
        rps, p99, cpu, busy = (median(one[key] for one in found) for key in ("rps", "p99", "cpu", "busy"))
        print(
            f"  {name:8} counting: {rps:8,.0f} requests/s   p99 {p99:7.1f} ms   {cpu:5.1f} us of processor a request"
            f"   machine {busy:.0%} busy   ({', '.join(format(one['rps'], ',.0f') for one in found)})"
        )
    ratios = [one["rps"] / two["rps"] for one, two in zip(rounds["with"], rounds["without"], strict=True)]
    costs = [one["cpu"] / two["cpu"] for one, two in zip(rounds["with"], rounds["without"], strict=True)]
    print(
        f"  with / without: throughput {median(ratios):.2f}, processor {median(costs):.2f}; load by {load.tool()}"
    )


CASES = ("query", "count", "post")


def main() -> None:
    """Run the cases."""
    if sys.argv[1:2] == ["--serve"]:
        serve(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--seconds", type=int, default=4)
    args = parser.parse_args()
    for name in args.only.split(","):
        print(name, flush=True)
        with tempfile.TemporaryDirectory(prefix="consentry-bench-") as folder:
            if name == "post":
                post(args, Path(folder))
            else:
                asyncio.run({"query": query, "count": count}[name](args, Path(folder)))


if __name__ == "__main__":
    main()
