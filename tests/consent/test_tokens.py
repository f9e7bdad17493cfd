from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from consent import tokens
from consent.model.errors import ConfigError, NotFoundError
from consent.store import Store, open_store
from consent.times import now_ms
from consent.tokens import Scope, TokenRefused


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    store = await open_store(sqlite_url)
    yield store
    await store.close()


async def test_a_token_is_accepted_as_what_it_was_made(store: Store) -> None:
    made = await tokens.create(store, name="backup job", scopes=[Scope.ERASE, Scope.READ], sites=["larkspur"])
    token = await tokens.check(store, made.secret)
    assert token == made.token
    assert (token.scopes, token.sites) == ((Scope.READ, Scope.ERASE), ("larkspur",))
    assert token.allows(Scope.READ)
    assert not token.allows(Scope.PUBLISH)
    assert not token.allows(Scope.ADMIN)
    assert token.covers("larkspur")
    assert not token.covers("thyme")
    assert token.actor == f"token:{token.id}:backup job"


async def test_admin_may_do_everything_and_no_site_means_all(store: Store) -> None:
    token = (await tokens.create(store, name="ops", scopes=[Scope.ADMIN])).token
    assert all(token.allows(scope) for scope in Scope)
    assert token.covers("any")


async def test_the_database_holds_nothing_that_is_accepted(store: Store, tmp_path: Path) -> None:
    made = await tokens.create(store, name="ops", scopes=[Scope.ADMIN])
    secret = made.secret.rsplit("_", 1)[0], made.secret[-43:]
    with closing(sqlite3.connect(tmp_path / "log.db")) as connection:
        dump = "\n".join(connection.iterdump())
    assert secret[1] not in dump
    assert secret[1].encode().hex() not in dump.lower()
    assert made.token.id in dump


@pytest.mark.parametrize("change", ["secret", "id", "prefix", "longer", "shorter", "empty", "other letters"])
async def test_nothing_but_the_whole_token_is_accepted(store: Store, change: str) -> None:
    secret = (await tokens.create(store, name="ops", scopes=[Scope.READ])).secret
    changed = {
        "secret": secret[:-2] + ("AA" if secret[-2:] != "AA" else "BB"),
        "id": secret.replace(secret[10:22], "0" * 12),
        "prefix": secret.removeprefix("consentry_"),
        "longer": secret + "A",
        "shorter": secret[:-1],
        "empty": "",
        "other letters": secret[:-1] + "é",
    }[change]
    with pytest.raises(TokenRefused):
        await tokens.check(store, changed)


async def test_a_token_ends_by_time_or_by_hand(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = now_ms() + 60_000
    passing = await tokens.create(store, name="a", scopes=[Scope.READ], expires_ms=soon)
    revoked = await tokens.create(store, name="b", scopes=[Scope.READ])
    await tokens.revoke(store, revoked.token.id)
    with pytest.raises(TokenRefused):
        await tokens.check(store, revoked.secret)
    await tokens.check(store, passing.secret)
    monkeypatch.setattr(tokens, "now_ms", lambda: soon)
    with pytest.raises(TokenRefused):
        await tokens.check(store, passing.secret)
    told = {one.id: bool(one.revoked) for one in await tokens.listed(store)}
    assert told == {passing.token.id: False, revoked.token.id: True}
    with pytest.raises(NotFoundError):
        await tokens.revoke(store, revoked.token.id)


async def test_why_a_token_is_refused_is_not_told(store: Store) -> None:
    revoked = await tokens.create(store, name="b", scopes=[Scope.READ])
    await tokens.revoke(store, revoked.token.id)
    told = set()
    for secret in (revoked.secret, "nonsense", f"consentry_{'0' * 12}_{'A' * 43}"):
        with pytest.raises(TokenRefused) as refused:
            await tokens.check(store, secret)
        told.add(str(refused.value))
    assert len(told) == 1


@pytest.mark.parametrize(
    ("name", "scopes", "expires"),
    [("", [Scope.READ], None), ("a\nb", [Scope.READ], None), ("x" * 121, [Scope.READ], None), ("a", [], None), ("a", [Scope.READ], 1)],
)  # fmt: skip
async def test_a_token_that_could_do_nothing_is_not_made(
    store: Store, name: str, scopes: list[Scope], expires: int | None
) -> None:
    with pytest.raises(ConfigError):
        await tokens.create(store, name=name, scopes=scopes, expires_ms=expires)
    assert await tokens.listed(store) == []
