"""The customers' world, and a client that speaks to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from scanner.demo.customers import CustomersWorld
from tests.scanner.demo.client import Client


@pytest.fixture
async def town() -> AsyncIterator[CustomersWorld]:
    async with CustomersWorld() as opened:
        yield opened


@pytest.fixture
async def caller(town: CustomersWorld) -> AsyncIterator[Client]:
    made = Client(town)
    yield made
    await made.session.close()
