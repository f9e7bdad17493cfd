"""The contract of a store, where it knows people: every store passes all of this."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from consent.model.errors import StoreError
from consent.store import Store, open_store, store_modules
from consent.store.user_store import AccountRow, SessionRow


@pytest.fixture(params=store_modules())
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Store]:
    store = await open_store(request.getfixturevalue(f"{request.param}_url"))
    yield store
    await store.close()


def account(name: str = "ada", **fields: object) -> AccountRow:
    given = {
        "name": name,
        "role": "admin",
        "sites": "",
        "password": "$argon2id$x",
        "created": 1,
        "changed": 1,
    }
    return AccountRow(**(given | fields))  # type: ignore[arg-type]  # the factory's own words


def session(number: int = 1, account: str = "ada", *, created: int = 10, expires: int = 1_000) -> SessionRow:
    return SessionRow(bytes([number]) * 32, account, created, created, expires)


async def test_accounts_are_found_by_name_and_a_name_is_taken_once(store: Store) -> None:
    assert await store.add_account(account("bo", role="reviewer", sites="larkspur thyme"))
    assert await store.add_account(account())
    assert not await store.add_account(account(role="reviewer"))
    assert await store.accounts() == [account(), account("bo", role="reviewer", sites="larkspur thyme")]
    assert await store.account("ada") == account()
    assert await store.account("nobody") is None


async def test_a_new_password_ends_the_accounts_sessions_and_no_others(store: Store) -> None:
    for name in ("ada", "bo"):
        await store.add_account(account(name))
    await store.add_session(session(1))
    await store.add_session(session(2, "bo"))
    assert await store.set_account_password("ada", "$argon2id$y", 5)
    assert not await store.set_account_password("nobody", "$argon2id$y", 5)
    assert await store.account("ada") == account(password="$argon2id$y", changed=5)
    assert await store.session(session(1).sha256) is None
    assert await store.session(session(2).sha256) == (session(2, "bo"), account("bo"))


async def test_a_session_is_used_and_ended(store: Store) -> None:
    await store.add_account(account())
    await store.add_session(session())
    await store.touch_session(session().sha256, 70)
    assert await store.session(session().sha256) == (session()._replace(seen=70), account())
    assert await store.end_session(session().sha256)
    assert not await store.end_session(session().sha256)
    assert await store.session(session().sha256) is None


async def test_sessions_that_ended_are_forgotten_when_another_begins(store: Store) -> None:
    await store.add_account(account())
    await store.add_session(session(1, expires=100))
    await store.add_session(session(2, created=100))
    assert await store.session(session(1).sha256) is None
    assert await store.session(session(2).sha256) is not None


async def test_an_account_that_is_removed_takes_its_sessions_along(store: Store) -> None:
    await store.add_account(account())
    await store.add_session(session())
    assert await store.remove_account("ada")
    assert not await store.remove_account("ada")
    assert await store.session(session().sha256) is None
    with pytest.raises(StoreError):
        await store.add_session(session(2))
