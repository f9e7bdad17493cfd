from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent import users
from tests.consent.web.dashboard.signing_in import CHEAP, Desk, desk


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "hasher", CHEAP)


@pytest.fixture
async def nobody(tmp_path: Path) -> AsyncIterator[Desk]:
    """The dashboard before anybody has signed in."""
    async with desk(tmp_path) as opened:
        yield opened


@pytest.fixture
async def ada(nobody: Desk) -> Desk:
    """An admin of all sites has signed in."""
    await nobody.sign_in("ada")
    return nobody


@pytest.fixture
async def bo(nobody: Desk) -> Desk:
    """A reviewer of all sites has signed in."""
    await nobody.sign_in("bo")
    return nobody


@pytest.fixture
async def cy(nobody: Desk) -> Desk:
    """An admin of one site, thyme, has signed in."""
    await nobody.sign_in("cy")
    return nobody
