from __future__ import annotations

import asyncio
import json
from pathlib import Path

import argon2
import pytest
from click.testing import CliRunner, Result

from consent import users
from consent.audit import audit_log
from consent.commands import with_store
from consent.commands.user import command
from consent.model.errors import ConfigError, NotFoundError
from consent.store import open_store
from tests.consent.factories import database

GOOD = "four random tea leaves"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(users, "hasher", argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setenv("CONSENTRY_DATABASE", database(tmp_path))

    async def create() -> None:
        await (await open_store(database(tmp_path))).close()

    asyncio.run(create())
    (tmp_path / "sites.toml").write_text('[sites.larkspur]\nurl = "https://www.larkspur.example/"\n')
    (tmp_path / "password").write_text(f"{GOOD}\nanything else\n")
    return tmp_path


def run(folder: Path, *arguments: str, **options: str) -> Result:
    return CliRunner().invoke(
        command, [*arguments, "--sites", str(folder / "sites.toml")], catch_exceptions=False, **options
    )


def known(folder: Path, name: str, password: str) -> bool:
    async def ask(store: object) -> bool:
        try:
            await users.recognise(store, name, password)  # type: ignore[arg-type]  # a store, as with_store gives it
        except users.SignInRefused:
            return False
        return True

    return with_store(database(folder), ask)


def test_people_are_added_listed_changed_and_removed_and_all_of_it_is_on_record(folder: Path) -> None:
    file = str(folder / "password")
    done = run(folder, "add", "Ada", "--role", "admin", "--password-file", file)
    assert (done.exit_code, done.output.split(" since ")[0]) == (0, "ada: admin on all sites,")
    made = run(folder, "add", "bo", "--site", "larkspur", "--no-password", "--json")
    assert json.loads(made.output)["data"]["sites"] == ["larkspur"]
    assert [line.split(":")[0] for line in run(folder, "list").output.splitlines()] == ["ada", "bo"]
    assert "password" in run(folder, "list").output.splitlines()[1]
    assert known(folder, "ada", GOOD)
    other = "another four random words"
    assert "new password" in run(folder, "passwd", "ada", "--password-file", "-", input=f"{other}\n").output
    assert (known(folder, "ada", GOOD), known(folder, "ada", other)) == (False, True)
    run(folder, "remove", "ada")
    assert [one["name"] for one in json.loads(run(folder, "list", "--json").output)["data"]] == ["bo"]
    entries = with_store(database(folder), audit_log)
    assert [(one.action, one.details.get("user")) for one in reversed(entries)] == [
        ("user.add", "ada"), ("user.add", "bo"), ("user.password", "ada"), ("user.remove", "ada"),
    ]  # fmt: skip
    assert GOOD not in str(entries)
    assert "argon2" not in str(entries)


def test_a_password_may_stand_in_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSENTRY_PASSWORD", GOOD)
    run(folder, "add", "ada")
    assert known(folder, "ada", GOOD)


def test_no_argument_takes_a_password() -> None:
    for sub in command.commands.values():  # type: ignore[attr-defined]  # it is a group
        takes = {word for one in sub.params for word in one.opts}
        assert "--password" not in takes
    assert "--password-file" in {word for one in command.commands["add"].params for word in one.opts}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("arguments", "error", "told"),
    [
        (("add", "ada"), ConfigError, "nobody to ask"),
        (("add", "ada", "--password-file", "nowhere"), ConfigError, "cannot be read"),
        (("add", "ada", "--site", "larkspr", "--no-password"), NotFoundError, "larkspr"),
        (("add", "a da", "--no-password"), ConfigError, "no user name"),
        (("passwd", "ada", "--password-file", "-"), ConfigError, "first line is empty"),
        (("remove", "ada"), NotFoundError, "no user 'ada'"),
    ],
)
def test_what_cannot_be_done_is_told(
    folder: Path, arguments: tuple[str, ...], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        run(folder, *arguments, input="\n")
    assert run(folder, "list").output == "There is nobody: consentry user add NAME --role admin\n"
