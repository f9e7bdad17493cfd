"""What each collector costs: milliseconds a page on the demo shop, with all of them and with one left out at a time.

Run: ``.venv/bin/python benchmarks/collectors.py [--rounds N] [--concurrency N] [--pages N]``. Rounds are interleaved, so that a busy
machine slows every variant alike; the median counts.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

# A program in this folder may be named as a package is; the packages are what is meant.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

import scanner.collectors
import scanner.states
from benchmarks.stored import keep
from scanner.crawl import CrawlPlan, crawl
from scanner.demo.front import DemoWorld

BASE = {"cookies", "network", "storage"}


async def one(world: DemoWorld, kinds: tuple[type, ...], concurrency: int, pages: int) -> float:
    """Crawl the shop once in the state before and return the milliseconds a page."""
    scanner.collectors.collector_types = lambda: kinds
    scanner.states.collector_types = lambda: kinds
    plan = CrawlPlan(
        site="larkspur",
        start_url=world.url,
        pages=pages,
        concurrency=concurrency,
        states=(),
        resolve=tuple(world.resolve),
        ignore_certificate_errors=True,
    )
    started = time.perf_counter()
    seen = await crawl(plan)
    return (time.perf_counter() - started) * 1000 / len(seen.visits)


async def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--pages", type=int, default=25)
    options = parser.parse_args()
    every = scanner.collectors.collector_types()
    added = [kind for kind in every if kind.id not in BASE]
    variants = {"all": every, "cookies, storage and network only": tuple(k for k in every if k.id in BASE)}
    variants |= {f"without {kind.id}": tuple(k for k in every if k is not kind) for kind in added}
    times: dict[str, list[float]] = defaultdict(list)
    async with DemoWorld() as world:
        await one(world, every, options.concurrency, options.pages)  # warm
        for _ in range(options.rounds):
            for name, kinds in variants.items():
                times[name].append(await one(world, kinds, options.concurrency, options.pages))
    whole = statistics.median(times["all"])
    rows = []
    for name in variants:
        median = statistics.median(times[name])
        rows.append(
            {"collectors": name, "ms a page": round(median), "less than with all": round(whole - median)}
        )
        print(f"{name:40} {median:7.0f} ms/page  best {min(times[name]):5.0f}  {whole - median:+6.0f} of all")
    keep("collectors", "cost", rows)


if __name__ == "__main__":
    asyncio.run(main())
