"""How many sites a worker covers a day: scans of the demo shop with a real browser, by `consentry work` on SQLite or PostgreSQL.

    python benchmarks/scans.py --sites 6 --pages 20 --workers 1
    python benchmarks/scans.py --sites 12 --workers 2 --database postgresql://…/empty

The shop answers from loopback at once, so what is measured is the machine's own work; a site on the network adds its waiting,
which costs no processor, and more `concurrency` hides it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

# A program in this folder may be named as a package is; the packages are what is meant.
sys.path.remove(str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.stored import keep
from consent.scans import new_run
from consent.store import open_store
from scanner.demo.front import DemoWorld

STATES = ("before", "reject", "accept")


async def main(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="consentry-scans-") as name:
        folder = Path(name)
        url = arguments.database or f"sqlite:///{folder}/log.db"
        names = [f"shop-{number}" for number in range(arguments.sites)]
        async with DemoWorld() as world:
            resolve = ", ".join(f'"{entry}"' for entry in world.resolve)
            (folder / "sites.toml").write_text(
                "".join(
                    f'[sites.{site}]\nurl = "{world.url}"\n[sites.{site}.scan]\npages = {arguments.pages}\n'
                    f"ignore_certificate_errors = true\nresolve = [{resolve}]\n"
                    for site in names
                )
            )
            store = await open_store(url)
            for site in names:
                await store.queue_scan(new_run(site, trigger="command"))
            command = [sys.executable, "-m", "consent.cli", "work", "--sites", str(folder / "sites.toml")]
            workers = [
                await asyncio.create_subprocess_exec(
                    *command, env=os.environ | {"CONSENTRY_DATABASE": url}, stderr=asyncio.subprocess.DEVNULL
                )
                for _ in range(arguments.workers)
            ]
            while len(runs := await store.latest_scans()) < len(names):
                if failed := [run for run in await store.scans(None, limit=99) if run.status == "failed"]:
                    sys.exit(f"{failed[0].site}: {failed[0].message}")
                await asyncio.sleep(0.5)
            for worker in workers:
                worker.terminate()
                await worker.wait()
            seconds = [((run.finished_ms or 0) - (run.started_ms or 0)) / 1_000 for run in runs]
            span = max(run.finished_ms or 0 for run in runs) - min(run.started_ms or 0 for run in runs)
            stored = [len(await store.scan_artefact(run.scan_id, "report.json") or b"") for run in runs]
            await store.close()
    visits = sum(run.pages_done for run in runs) / len(runs)
    print(
        f"{len(names)} scans of {visits:g} page visits ({', '.join(STATES)}), {arguments.workers} worker(s)"
    )
    print(f"{sum(seconds) / len(seconds):.1f} s a scan ({min(seconds):.1f} to {max(seconds):.1f})")
    print(f"{len(names) / (span / 1_000) * 86_400:,.0f} sites a day, all workers together")
    print(f"{sum(stored) / len(stored) / 1_000:,.0f} KB a report.json before it is compressed")
    row = {
        "workers on this machine": arguments.workers,
        "scans": f"{len(names)} of {visits:g} page visits",
        "seconds a scan": round(sum(seconds) / len(seconds), 1),
        "sites a day": round(len(names) / (span / 1_000) * 86_400),
    }
    keep("scans", "worker", [row])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sites", type=int, default=6)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--database", help="an empty one; by default a SQLite file that is thrown away")
    asyncio.run(main(parser.parse_args()))
