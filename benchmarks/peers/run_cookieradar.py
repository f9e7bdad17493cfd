"""Runs cookieradar's scan on pages, by its own API: the command prints for people and looks up laws on the internet."""

import asyncio
import dataclasses
import json
import sys
from pathlib import Path

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
Path(task["out"]).write_text(json.dumps(found, default=str), encoding="utf-8")
