from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from consent import sessions, users
from consent.store.sqlite import SqliteStore
from consent.times import now_ms
from consent.users import Role, User
from tests.consent.factories import published


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[SqliteStore, User]]:
    async with published(tmp_path) as (store, _):
        yield store, await users.add(store, name="ada", role=Role.ADMIN)


async def test_a_session_is_found_by_its_secret_until_it_is_ended(opened: tuple[SqliteStore, User]) -> None:
    store, ada = opened
    secret = await sessions.begin(store, ada)
    found = await sessions.find(store, secret)
    assert found is not None
    assert (found.user, found.csrf) == (ada, sessions.csrf_of(secret))
    assert await sessions.end(store, secret)
    assert not await sessions.end(store, secret)
    assert await sessions.find(store, secret) is None
    for wrong in ("", "x", sessions.new_secret(), secret[:-1], secret + "A", "é" * 43):
        assert await sessions.find(store, wrong) is None
        assert not await sessions.end(store, wrong)


async def test_the_database_does_not_know_the_secret(opened: tuple[SqliteStore, User]) -> None:
    store, ada = opened
    secret = await sessions.begin(store, ada)
    with closing(sqlite3.connect(store.path)) as connection:
        assert secret not in str(connection.execute("SELECT * FROM account_session").fetchall())
        assert secret.encode() not in "\n".join(connection.iterdump()).encode()


async def test_a_session_ends_an_hour_after_its_last_request_and_twelve_after_it_began(
    opened: tuple[SqliteStore, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ada = opened
    began, passed = now_ms(), 0
    monkeypatch.setattr(sessions, "now_ms", lambda: began + passed)
    idle = await sessions.begin(store, ada)
    used = await sessions.begin(store, ada)
    for passed in range(0, sessions.LONGEST_MS, sessions.IDLE_MS - 1):
        assert await sessions.find(store, used) is not None, passed
    assert await sessions.find(store, idle) is None
    passed = sessions.LONGEST_MS
    assert await sessions.find(store, used) is None
    passed = 0
    assert await sessions.find(store, used) is None  # ended is ended, whatever the clock says later


async def test_a_request_is_noted_once_a_minute_and_not_each_time(
    opened: tuple[SqliteStore, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ada = opened
    touched = []
    began, clock = now_ms(), [0]
    monkeypatch.setattr(sessions, "now_ms", lambda: began + clock[0])
    secret = await sessions.begin(store, ada)
    touch = store.touch_session

    async def counted(sha256: bytes, time: int) -> None:
        touched.append(time - began)
        await touch(sha256, time)

    monkeypatch.setattr(store, "touch_session", counted)
    for clock[0] in (0, 59_999, 60_000, 70_000, 119_999, 120_000):
        assert await sessions.find(store, secret) is not None
    assert touched == [60_000, 120_000]


async def test_what_a_person_may_do_is_what_they_may_now(opened: tuple[SqliteStore, User]) -> None:
    store, ada = opened
    secret = await sessions.begin(store, ada)
    await users.set_password(store, "ada", "four random tea leaves")
    assert await sessions.find(store, secret) is None
    secret = await sessions.begin(store, ada)
    await users.remove(store, "ada")
    assert await sessions.find(store, secret) is None


def test_a_form_of_one_session_is_none_of_another() -> None:
    one, other = sessions.new_secret(), sessions.new_secret()
    assert sessions.same_csrf(one, sessions.csrf_of(one))
    for wrong in (sessions.csrf_of(other), "", "é", one):
        assert not sessions.same_csrf(one, wrong)
    assert one not in sessions.csrf_of(one)
