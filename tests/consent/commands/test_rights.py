from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from consent import rights
from consent.audit import audit_log
from consent.commands.rights import command
from consent.log import RequestContext
from consent.model.errors import ConfigError, ConflictError, NotFoundError, RecordError
from consent.model.rights import NewRequest
from consent.store import open_store
from tests.consent.factories import consent_id, database, fill, opened_log, site

VISITOR = consent_id()


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A log in which somebody has asked for something."""
    file = tmp_path / "sites.toml"
    file.write_text(
        '[sites.larkspur]\nurl = "https://www.larkspur.example/"\n[sites.thyme]\nurl = "https://thyme.example/"\n'
    )

    async def ask() -> None:
        async with opened_log(tmp_path) as (log, version):
            await fill(log, version, 1, consent_id=VISITOR)
            wish = NewRequest(kind="correct", message="It is \x1b[31mde.", contact="me@thyme.example")
            await rights.ask(log, {"larkspur": site()}, VISITOR, wish, RequestContext())

    asyncio.run(ask())
    return ["--sites", str(file), "--database", database(tmp_path)]


def run(*words: str) -> Result:
    return CliRunner().invoke(command, words, catch_exceptions=False)


def listed(options: list[str], *words: str) -> list[str]:
    found = msgspec.json.decode(run("list", *words, *options, "--json").output)["data"]["requests"]
    return [one["request"]["request_id"] for one in found]


def test_a_request_is_listed_shown_and_answered_on_record(options: list[str], tmp_path: Path) -> None:
    [request_id] = listed(options)
    text = run("list", *options).output
    assert request_id in text
    assert "days left" in text
    assert listed(options, "thyme") == []
    shown = run("show", request_id, *options).output
    assert "It is [31mde." in shown
    assert "\x1b" not in shown
    assert "me@thyme.example" in shown
    assert "record " in shown
    assert VISITOR not in text
    done = run("answer", request_id, "--action", "done", "--text", "Mended.", *options)
    assert (done.exit_code, "Mended." in done.output) == (0, True)
    assert listed(options) == []
    assert listed(options, "--closed") == [request_id]
    assert "No request is like that." in run("list", *options).output

    async def actions() -> list[str]:
        store = await open_store(database(tmp_path))
        try:
            return [one.action for one in await audit_log(store)]
        finally:
            await store.close()

    assert asyncio.run(actions()) == ["rights.done", "rights.read"]


def test_cron_is_told_by_the_exit_code_that_a_deadline_is_near(options: list[str]) -> None:
    assert run("list", "--due-within", "3", *options).exit_code == 0
    assert run("list", "--due-within", "40", *options).exit_code == 1


def test_what_cannot_be_done_is_an_error_that_says_why(options: list[str]) -> None:
    [request_id] = listed(options)
    with pytest.raises(RecordError, match="to be told"):
        run("answer", request_id, "--action", "extend", *options)
    with pytest.raises(ConfigError, match="at most"):
        run("answer", request_id, "--text", "x" * 4_001, *options)
    with pytest.raises(NotFoundError):
        run("show", "0" * 36, *options)
    with pytest.raises(NotFoundError):
        run("list", "unknown", *options)
    run("answer", request_id, "--action", "refuse", "--text", "Excessive.", *options)
    with pytest.raises(ConflictError, match="refused already"):
        run("answer", request_id, "--text", "x", *options)


def test_a_reminder_without_anybody_to_remind_says_so_and_one_that_cannot_be_delivered_ends_with_1(
    options: list[str],
) -> None:
    done = run("remind", *options)
    assert (done.exit_code, done.stdout) == (0, "0 requests to remind of; 0 sent, 0 not delivered.\n")
    assert "no [sites.ID.alerts]" in done.stderr
    file = Path(options[1])
    hook = '[sites.larkspur.alerts]\nrights_days = 31\nwebhooks = ["http://127.0.0.1:9/hook"]\n'
    file.write_text(file.read_text(encoding="utf-8") + hook, encoding="utf-8")
    first, again = run("remind", *options), run("remind", *options, "--json")
    assert (first.exit_code, first.stdout) == (1, "1 request to remind of; 0 sent, 1 not delivered.\n")
    assert msgspec.json.decode(again.output)["data"] == {"requests": 0, "sent": 0, "failed": 0}
