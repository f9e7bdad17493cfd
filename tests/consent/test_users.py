from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import argon2
import pytest

from consent import users
from consent.model.errors import ConfigError, NotFoundError, StoreUnavailable
from consent.store import Store
from consent.users import Role, SignInRefused
from tests.consent.factories import published

GOOD = "four random tea leaves"


@pytest.fixture
async def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Store]:
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(users, "hasher", cheap)
    async with published(tmp_path) as (store, _):
        yield store


async def test_a_person_is_recognised_by_name_and_password_and_by_nothing_else(store: Store) -> None:
    made = await users.add(
        store, name=" Ada@Larkspur ", role=Role.ADMIN, sites=["thyme", "larkspur"], password=GOOD
    )
    assert (made.name, made.sites, made.password) == ("ada@larkspur", ("larkspur", "thyme"), True)
    assert await users.recognise(store, "ADA@larkspur", GOOD) == made
    for name, password, account in (
        ("ada@larkspur", GOOD + "x", "ada@larkspur"),
        ("ada@larkspur", "", "ada@larkspur"),
        ("nobody", GOOD, ""),
        ("no name' OR 1=1", GOOD, ""),
    ):
        with pytest.raises(SignInRefused) as refused:
            await users.recognise(store, name, password)
        assert refused.value.account == account


async def test_what_is_stored_is_a_hash_of_the_password_at_the_recommended_cost(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "hasher", argon2.PasswordHasher())
    await users.add(store, name="ada", role=Role.ADMIN, password=GOOD)
    row = await store.account("ada")
    assert row is not None
    assert row.password.startswith(
        "$argon2id$v=19$m=65536,t=3,p=4$"
    )  # RFC 9106, section 4, the second choice
    assert GOOD not in row.password


async def test_a_name_that_nobody_has_costs_a_hash_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await users.add(store, name="dot", role=Role.REVIEWER)
    computed = []
    verify = users._verify
    monkeypatch.setattr(
        users, "_verify", lambda kept, password: computed.append(kept) or verify(kept, password)
    )
    for name in ("nobody", "dot"):
        with pytest.raises(SignInRefused):
            await users.recognise(store, name, GOOD)
    assert computed == [users._nobodys()] * 2


async def test_a_password_is_the_same_however_a_keyboard_spells_it(store: Store) -> None:
    await users.add(store, name="ada", role=Role.ADMIN, password="cafe\u0301 au lait, toujours")
    await users.recognise(store, "ada", "caf\u00e9 au lait, toujours")


@pytest.mark.parametrize("password", ["", "short", "x" * 300, "aaaaaaaaaaaaaaaa", "adaadaadaada4711"])
async def test_a_weak_password_is_refused_and_nobody_is_added(store: Store, password: str) -> None:
    with pytest.raises(ConfigError, match="password"):
        await users.add(store, name="ada", role=Role.ADMIN, password=password)
    assert await users.listed(store) == []


@pytest.mark.parametrize("name", ["", "-ada", "ada bee", "ada\n", "<b>", "a" * 101, "ädå"])
async def test_a_name_that_is_none_is_refused(store: Store, name: str) -> None:
    if name == "ada\n":  # what stands around a name is no part of it
        assert users.canonical(name) == "ada"
        return
    with pytest.raises(ConfigError, match="no user name"):
        await users.add(store, name=name, role=Role.ADMIN)


async def test_a_name_is_taken_once_and_free_again_when_its_person_is_removed(store: Store) -> None:
    await users.add(store, name="ada", role=Role.ADMIN)
    with pytest.raises(ConfigError, match="already"):
        await users.add(store, name="ADA", role=Role.REVIEWER)
    await users.remove(store, "Ada")
    for change in (users.remove(store, "ada"), users.set_password(store, "ada", GOOD)):
        with pytest.raises(NotFoundError):
            await change
    assert (await users.add(store, name="ada", role=Role.REVIEWER)).role == Role.REVIEWER


async def test_a_new_password_takes_the_place_of_the_old_one(store: Store) -> None:
    await users.add(store, name="ada", role=Role.ADMIN, password=GOOD)
    await users.set_password(store, "ada", "another four random words")
    with pytest.raises(SignInRefused):
        await users.recognise(store, "ada", GOOD)
    assert (await users.recognise(store, "ada", "another four random words")).name == "ada"


async def test_of_a_flood_of_sign_ins_most_are_asked_to_come_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(users, "WAITING", 3)
    tries: list[Any] = await asyncio.gather(
        *(users.recognise(store, "nobody", GOOD) for _ in range(20)), return_exceptions=True
    )
    assert {type(one) for one in tries} == {SignInRefused, StoreUnavailable}
    with pytest.raises(SignInRefused):  # and what waited has gone
        await users.recognise(store, "nobody", GOOD)


def test_an_admin_may_do_what_a_reviewer_may_and_not_the_reverse() -> None:
    fields: dict[str, Any] = {"name": "x", "password": True, "created": "", "changed": ""}
    admin = users.User(role=Role.ADMIN, sites=(), **fields)
    reviewer = users.User(role=Role.REVIEWER, sites=("thyme",), **fields)
    assert (admin.may(Role.REVIEWER), reviewer.may(Role.ADMIN)) == (True, False)
    assert (admin.covers("larkspur"), reviewer.covers("larkspur"), reviewer.covers("thyme")) == (
        True,
        False,
        True,
    )
