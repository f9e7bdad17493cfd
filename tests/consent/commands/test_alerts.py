from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from consent.commands.alerts import command
from consent.model.errors import ConfigError, NotFoundError
from consent.store import open_store
from tests.consent.alerts.factories import NEW, scanned
from tests.consent.factories import database


class Receiver(BaseHTTPRequestHandler):
    """Takes what is POSTed to /ok, and refuses the rest."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200 if self.path == "/ok" else 500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as above
        del format, args


@pytest.fixture(scope="module")
def receiver() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def options(tmp_path: Path, receiver: str) -> list[str]:
    file = tmp_path / "sites.toml"
    file.write_text(
        '[sites.larkspur]\nurl = "https://www.larkspur.example/"\n[sites.larkspur.alerts]\n'
        f'webhooks = ["{receiver}/ok", "{receiver}/refused"]\n'
        '[sites.thyme]\nurl = "https://thyme.example/"\n'
    )
    return ["--sites", str(file), "--database", database(tmp_path)]


async def open_and_close(url: str) -> None:
    await (await open_store(url)).close()


def run(*words: str) -> Result:
    return CliRunner().invoke(command, words, catch_exceptions=False)


def test_what_waits_is_delivered_and_listed(options: list[str], tmp_path: Path) -> None:
    async def scan() -> None:
        store = await open_store(database(tmp_path))
        await scanned(store, NEW)
        await store.close()

    asyncio.run(scan())
    result = run("send", *options)
    assert (result.exit_code, result.output) == (1, "1 sent, 1 not delivered.\n")
    told = msgspec.json.decode(run("list", "larkspur", "--json", *options).output)["data"]
    assert {(one["status"], one["to"], one["number"]) for one in told} == {
        ("sent", "127.0.0.1", 1),
        ("waiting", "127.0.0.1", 1),
    }
    assert "answered 500" in run("list", "larkspur", *options).output
    assert run("send", *options).exit_code == 0  # the other waits for its next turn


def test_targets_are_tried(options: list[str]) -> None:
    result = run("test", "larkspur", *options[:2])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "webhook  127.0.0.1  delivered",
        "webhook  127.0.0.1  not delivered: 127.0.0.1 answered 500",
    ]


def test_a_site_without_alerts_says_how_to_have_some(options: list[str]) -> None:
    asyncio.run(open_and_close(options[-1]))
    with pytest.raises(ConfigError) as raised:
        run("test", "thyme", *options[:2])
    assert "[sites.<id>.alerts]" in raised.value.hint
    assert "No alert was made yet." in run("list", "thyme", *options).output
    with pytest.raises(NotFoundError):
        run("list", "nosuch", *options)
