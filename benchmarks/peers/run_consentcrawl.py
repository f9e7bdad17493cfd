"""Runs consentcrawl on pages, by its own API: its command insists on Edge and loads lists from the internet first."""

import asyncio
import json
import sys
from pathlib import Path

from consentcrawl import crawl

task = json.loads(sys.argv[1])
found = []


async def keep(results: list[dict[str, object]]) -> None:
    found.extend(results)


asyncio.run(
    crawl.crawl_batch(
        task["urls"],
        keep,
        batch_size=4,
        browser_config={"headless": True, "executable_path": task["browser"]},
    )
)
Path(task["out"]).write_text(json.dumps(found), encoding="utf-8")
