"""One scan for all modules of this folder."""

from __future__ import annotations

import asyncio

import pytest

from tests.scanner.hostile.world import World, run


@pytest.fixture(scope="session")
def world() -> World:
    """The hostile site, scanned."""
    made = World()
    asyncio.run(run(made))
    return made
