"""What a large crawl costs in memory of our own: the frontier of 10,000 pages, and the report of 10,000 visits.

No browser is started: the browser's memory is its own, and bounded by recycled contexts. Links are found as on a shop
whose every page links a hundred others; visits are as a small page gives them. Each part runs in a process of its own, so
that the peak (VmHWM) is that part's alone.

    python benchmarks/frontier.py [--pages 10000] [--observations 20]
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from pathlib import Path

# A program here has the name of a package, and would be found first.
if str(Path(__file__).parent) in sys.path:
    sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep
from consent.model.categories import ConsentState
from consent.model.sites import Site
from scanner.classify import Classifier
from scanner.frontier import Frontier
from scanner.knowledge import Knowledge
from scanner.observations import Crawl, Observation, PageVisit, StatePass
from scanner.pipeline import report_of
from scanner.report import encode_report

SHOP = "https://www.shop.example"
MIB = 1024**2


def links_of(number: int, pages: int) -> list[str]:
    """A hundred links of page ``number``: its neighbours, so that the crawl finds ever more."""
    kinds = ("product", "article", "help")
    return [
        f"{SHOP}/{kinds[other % 3]}/{other}-{'long-speaking-name' * 2}?colour={other % 7}"
        for other in range(number, min(number + 100, pages + 2_000))
    ]


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def frontier(pages: int, _observations: int) -> dict[str, float]:
    begun = time.perf_counter()
    before = peak_mib()
    plan = Frontier(f"{SHOP}/", pages=pages)

    async def crawl() -> None:
        seen = 0
        while level := await plan.next_level():
            for _ in level:
                plan.found(links_of(seen, pages), f"{SHOP}/")
                seen += 1

    asyncio.run(crawl())
    return {
        "planned": len(plan.planned),
        "known but not planned": plan.not_visited,
        "links read": 100.0 * pages,
        "seconds": time.perf_counter() - begun,
        "process grew by MiB": peak_mib() - before,
    }


def report(pages: int, observations: int) -> dict[str, float]:
    classifier = Classifier(Knowledge.load(), site_host="www.shop.example")
    state = ConsentState.BEFORE
    before = peak_mib()
    begun = time.perf_counter()
    visits = tuple(
        PageVisit(url=f"{SHOP}/p/{number}", state=state, status="ok", title=f"Page {number}")
        for number in range(pages)
    )
    seen = tuple(
        Observation(
            kind="request",
            name=f"https://{'t' if count % 4 == 0 else 'www'}.{'track' if count % 4 == 0 else 'shop'}.example/{count}.js?p={number}",
            host="t.track.example" if count % 4 == 0 else "www.shop.example",
            state=state,
            page=visits[number].url,
            initiators=(visits[number].url,),
            details={
                "type": "script",
                "method": "GET",
                "status": 200,
                "stack": [],
                "frame": visits[number].url,
            },
        )
        for number in range(pages)
        for count in range(observations)
    )
    crawl = Crawl(
        site="shop", start_url=f"{SHOP}/", started="2026-01-01T00:00:00Z", finished="2026-01-01T01:00:00Z", tool={},
        passes=(StatePass(state=state, applied=True, banner_found=False),), visits=visits, observations=seen,
    )  # fmt: skip
    held = peak_mib()
    done = report_of(crawl, Site(id="shop", url=f"{SHOP}/"), classifier)
    judged = peak_mib()
    size = len(encode_report(done))
    return {
        "visits": len(visits),
        "observations": len(seen),
        "observations and visits MiB": held - before,
        "report_of adds MiB": judged - held,
        "writing report.json adds MiB": peak_mib() - judged,
        "report.json MiB": size / MIB,
        "seconds": time.perf_counter() - begun,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--observations", type=int, default=20, help="of one visit")
    parser.add_argument("--part", choices=["frontier", "report"], help="only this one, in this process")
    arguments = parser.parse_args()
    if arguments.part is None:
        for part in ("frontier", "report"):
            subprocess.run([sys.executable, *sys.argv, "--part", part], check=True, timeout=600)
        return
    part = frontier if arguments.part == "frontier" else report
    print(f"{arguments.part}:")
    found = part(arguments.pages, arguments.observations)
    for name, value in found.items():
        print(f"  {name:32} {value:12,.1f}")
    keep(
        "frontier",
        arguments.part,
        [{"what": name, "figure": round(value, 1)} for name, value in found.items()],
    )


if __name__ == "__main__":
    main()
