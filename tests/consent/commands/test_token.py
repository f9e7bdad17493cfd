from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent import tokens
from consent.commands.log import command as log_command
from consent.commands.token import command
from consent.model.errors import ConfigError, NotFoundError
from consent.store import open_store
from tests.consent.factories import database


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    (tmp_path / "sites.toml").write_text('[sites.larkspur]\nurl = "https://www.larkspur.example/"\n')

    async def make() -> None:
        await (await open_store(database(tmp_path))).close()

    asyncio.run(make())
    return ["--sites", str(tmp_path / "sites.toml"), "--database", database(tmp_path)]


def run(*words: str) -> str:
    return CliRunner().invoke(command, words, catch_exceptions=False).output


async def accepted(url: str, secret: str) -> tokens.Token:
    store = await open_store(url)
    try:
        return await tokens.check(store, secret)
    finally:
        await store.close()


def test_a_token_is_printed_once_listed_without_its_secret_and_revoked(options: list[str]) -> None:
    made = run("create", "backup job", "--scope", "read", "--site", "larkspur", "--days", "30", *options)
    secret = made.splitlines()[-1]
    token = asyncio.run(accepted(options[-1], secret))
    assert (token.name, token.sites) == ("backup job", ("larkspur",))
    assert "It is shown only now" in made
    listed = run("list", *options)
    assert f"{token.id}  backup job: read on larkspur, until " in listed
    assert secret[-43:] not in listed
    assert run("revoke", token.id, *options) == f"Revoked {token.id}.\n"
    assert "revoked " in run("list", *options)
    with pytest.raises(tokens.TokenRefused):
        asyncio.run(accepted(options[-1], secret))
    with pytest.raises(NotFoundError):
        run("revoke", token.id, *options)


def test_the_same_for_machines(options: list[str]) -> None:
    assert json.loads(run("list", "--json", *options)) == {"data": []}
    assert "There are no tokens" in run("list", *options)
    made = json.loads(run("create", "ops", "--scope", "admin", "--json", *options))["data"]
    assert made["secret"].startswith(f"consentry_{made['token']['id']}_")
    [listed] = json.loads(run("list", "--json", *options))["data"]
    assert listed == made["token"]
    answer = json.loads(run("revoke", listed["id"], "--json", *options))
    assert answer == {"data": {"revoked": listed["id"]}}


def test_what_is_done_with_tokens_is_on_record_without_them(options: list[str]) -> None:
    made = json.loads(run("create", "ops", "--scope", "admin", "--json", *options))["data"]
    run("revoke", made["token"]["id"], *options)
    output = CliRunner().invoke(log_command, ["audit", "--json", *options]).output
    revoked, created = json.loads(output)["data"]
    assert (created["action"], created["details"]["name"]) == ("token.create", "ops")
    assert (revoked["action"], revoked["details"]["token"]) == ("token.revoke", made["token"]["id"])
    assert made["secret"][-43:] not in output


def test_a_site_that_is_not_in_the_file_is_refused(options: list[str]) -> None:
    with pytest.raises(NotFoundError, match="larkspurr"):
        run("create", "x", "--scope", "read", "--site", "larkspurr", *options)
    with pytest.raises(ConfigError):
        run("create", "x", "--scope", "read", "--site", "No Site", *options)
