from __future__ import annotations

import json
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from consent.model.errors import ConfigError
from scanner import message_scan
from scanner.commands.scan import command
from scanner.message_scan import are_messages
from scanner.report import Report, load_report
from tests.scanner.mail import letters
from tests.scanner.mail.letters import READER, letter, page, written


def run(*arguments: object, **more: object) -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], **more)  # type: ignore[arg-type] - input alone


def scanned(tmp_path: Path, *arguments: object, code: int = 0) -> Report:
    result = run(*arguments, "--out", tmp_path / "out", "--format", "json,html,csv,md,sarif")
    assert result.exit_code == code, result.output + repr(result.exception)
    return load_report(tmp_path / "out" / "report.json")


def test_a_message_gives_the_same_reports_as_a_site(tmp_path: Path) -> None:
    report = scanned(tmp_path, written(tmp_path, letters.sendgrid()))
    assert (report.site, report.pages[0].url, report.tool["source"]) == (
        "larkspur-example",
        "message.eml",
        "mail",
    )
    assert {"mail-open-pixel", "mail-click-tracking"} <= {one.rule for one in report.findings}
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "report.json",
        "report.html",
        "report.csv",
        "report.md",
        "report.sarif",
        "inventory.json",
    } <= names
    for path in (tmp_path / "out").iterdir():
        assert READER not in path.read_text()


def test_fail_on_and_the_state_decide_the_exit_code(tmp_path: Path) -> None:
    path = written(tmp_path, letters.sendgrid())
    scanned(tmp_path, path, "--fail-on", "mail-open-pixel", code=1)
    scanned(tmp_path, path, "--fail-on", "high", code=0)
    agreed = scanned(tmp_path, path, "--states", "accept")
    assert {one.severity for one in agreed.findings if one.rule == "mail-open-pixel"} == {"info"}


def test_messages_of_two_senders_make_two_reports(tmp_path: Path) -> None:
    one = written(tmp_path, letters.sendgrid())
    two = written(tmp_path, letters.sendgrid(sender="Shop <hello@tea.example>"), "second.eml")
    result = run(one, two, "--out", tmp_path / "out", "--json")
    lines = [json.loads(line) for line in result.output.splitlines()]
    assert sorted(line["site"] for line in lines) == ["larkspur-example", "tea-example"]
    assert (tmp_path / "out" / "tea-example" / "report.json").is_file()


def test_a_configured_site_is_known_by_its_domain(tmp_path: Path) -> None:
    (tmp_path / "sites.toml").write_text('[sites.larkspur]\nurl = "https://www.larkspur.example/"\n')
    report = scanned(tmp_path, written(tmp_path, letters.sendgrid()), "--sites", tmp_path / "sites.toml")
    assert report.site == "larkspur"


def test_standard_input_is_a_message_too(tmp_path: Path) -> None:
    result = run("-", "--out", tmp_path / "out", "--json", input=letters.plain())
    assert json.loads(result.output)["summary"]["verdict"] == "clean"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("missing.eml",), "missing.eml: cannot be read"),
        (("a.eml", "https://www.larkspur.example/"), "Messages and sites were given together"),
        (("a.eml", "--states", "before,accept"), "a message was sent in one state"),
    ],
)
def test_what_cannot_be_is_told_in_words(
    tmp_path: Path, arguments: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert isinstance(result.exception, ConfigError)
    assert told in str(result.exception)


def test_of_a_site_nothing_is_fetched_by_option_and_before_is_among_its_states() -> None:
    assert "--fetch is for messages" in run("https://www.larkspur.example/", "--fetch").output
    assert 'expected "before"' in run("https://www.larkspur.example/", "--states", "accept").output


def test_more_messages_than_one_call_takes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_scan, "MAX_MESSAGES", 1)
    assert isinstance(run("a.eml", "b.eml").exception, ConfigError)


def test_targets_are_told_apart() -> None:
    assert are_messages(["a.EML", "-"])
    assert not are_messages(["https://x.example/a.eml", "larkspur"])


def test_a_message_that_cannot_be_read_ends_with_3(tmp_path: Path) -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500)
    )
    result = run(written(tmp_path, b"From: a@larkspur.example\r\n" + nested), "--out", tmp_path / "out")
    assert result.exit_code == 3
    assert "no message could be read" in result.output


async def test_only_with_fetch_is_anything_asked_for(tmp_path: Path) -> None:
    asked: list[str] = []

    async def pixel(request: web.Request) -> web.StreamResponse:
        asked.append(request.path)
        answer = web.Response(body=b"GIF89a\x01\x00\x01\x00", content_type="image/gif")
        answer.set_cookie("uid", "7f3a9c1b2d4e5f60", max_age=600)
        return answer

    app = web.Application()
    app.router.add_get("/{path:.*}", pixel)
    path = written(
        tmp_path,
        letter(
            page(
                '<img src="http://px.example/o?u=Kx7Qm2Zt9LpB4wYs8RnD">',
                '<a href="http://px.example/out">Unsubscribe</a>',
            )
        ),
    )
    async with TestServer(app) as server:
        import asyncio

        still = await asyncio.to_thread(scanned, tmp_path, path)
        assert asked == []
        assert still.items == ()
        loaded = await asyncio.to_thread(
            scanned, tmp_path, path, "--fetch", "--resolve", f"px.example:80=127.0.0.1:{server.port}"
        )
    assert asked == ["/o"]
    assert [one.name for one in loaded.items] == ["uid"]
    assert loaded.mail[0].remotes[0].status == 200
    assert any("has been told" in limit for limit in loaded.limits)
