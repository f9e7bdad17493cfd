"""The planted world, and a client that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from scanner.demo.planted import PlantedWorld
from tests.scanner.demo.client import Client


@pytest.fixture
async def planted() -> AsyncIterator[PlantedWorld]:
    async with PlantedWorld() as opened:
        yield opened


@pytest.fixture
async def guest(planted: PlantedWorld) -> AsyncIterator[Client]:
    made = Client(planted)
    yield made
    await made.session.close()
