"""Runs cookieradar's scan on pages, by its own API: the command prints for people and looks up laws on the internet."""

import asyncio
import dataclasses
import json
import sys

from cookieradar.scanner import scan

task = json.loads(sys.argv[1])
found = []
for url in task["urls"]:
    result = asyncio.run(scan(url))
    found.append(
        {
            name: dataclasses.asdict(getattr(result, name))
            for name in ("pre_consent", "post_accept", "post_reject")
        }
    )
with open(task["out"], "w", encoding="utf-8") as file:  # noqa: PTH123 - runs under the peer's own Python
    json.dump(found, file, default=str)
