"""Start Playwright's driver so that it takes less memory, and so that no browser leaves core dumps.

The driver is a node, whose measure for the newest objects is made for long-lived servers: up to three times 16 MiB. With
the smallest it takes 20 to 40 MiB less in a scan, and no more time. How far a node lets old objects pile up before it
clears them away depends on the most that it may have, which is by default a share of the machine's memory: with a
bound of its own it took 40 MiB less at the peak of a scan of 50 pages in five states (131 MiB beside 171).

A renderer that a page keeps busy is ended by a crash (`scanner.tabs`), and pages crash theirs: where the system keeps core
dumps, each would leave 100 MiB.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from playwright.async_api import Playwright, async_playwright

if sys.platform != "win32":
    import resource

VARIABLE = "NODE_OPTIONS"
SPARING = "--max-semi-space-size=1 --max-old-space-size=512"
"""In MiB. Any node from 12 on knows both, also in the variable."""


@asynccontextmanager
async def sparing_driver() -> AsyncIterator[Playwright]:
    """Start Playwright, and stop it with the block; environment and limits are as they were once it runs."""
    with _sparing(), _no_core_dumps():
        playwright = await async_playwright().start()
    try:
        yield playwright
    finally:
        await playwright.stop()


@contextmanager
def _sparing() -> Iterator[None]:
    """Let processes that start in this block have `SPARING`."""
    given = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = f"{SPARING} {given or ''}".strip()  # whoever named another measure is heard last
    try:
        yield
    finally:
        if given is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = given


@contextmanager
def _no_core_dumps() -> Iterator[None]:
    """Let processes that start in this block, and those that they start, leave no core dumps."""
    if sys.platform == "win32":  # pragma: no cover - has none
        yield
        return
    given = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, given[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, given)
