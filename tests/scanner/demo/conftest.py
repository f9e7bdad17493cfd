"""The demo world, a client that speaks to it, and what a browser found on each of its pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from scanner.demo.front import DemoWorld
from tests.scanner.demo.client import Client
from tests.scanner.demo.visitor import Visits, visit_everything


@pytest.fixture
async def world() -> AsyncIterator[DemoWorld]:
    async with DemoWorld() as opened:
        yield opened


@pytest.fixture
async def client(world: DemoWorld) -> AsyncIterator[Client]:
    made = Client(world)
    yield made
    await made.session.close()


@pytest.fixture(scope="session")
def visits() -> Visits:
    """Every page of the shop, each in a fresh context of one real browser; done once."""
    return asyncio.run(visit_everything())
