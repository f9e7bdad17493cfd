from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from consent.model.errors import ConfigError, ScanError
from scanner.policy import fetch
from tests.scanner.policy.texts import FILLER


class Site(BaseHTTPRequestHandler):
    """A site with a policy, redirects and trouble."""

    def do_GET(self) -> None:
        path = self.path
        if path == "/policy":
            self.answer(200, f"<html><body><p>We use Hotjar.{FILLER}</p></body></html>".encode())
        elif path == "/moved":
            self.answer(302, b"", location="/policy")
        elif path == "/round":
            self.answer(302, b"", location="/round")
        elif path == "/inside":
            self.answer(302, b"", location="http://169.254.169.254/latest/meta-data")
        elif path == "/file":
            self.answer(302, b"", location="file:///etc/passwd")
        elif path == "/large":
            self.answer(200, b"x" * (1 << 20))
        else:
            self.answer(404, b"none")

    def answer(self, status: int, body: bytes, *, location: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


LOCAL = ("127.0.0.1",)


def test_a_policy_is_fetched_and_its_address_and_host_are_kept(site: str) -> None:
    found = fetch.fetch(f"{site}/moved", allowed=LOCAL)
    assert found.source == f"{site}/policy"
    assert found.host == "127.0.0.1"
    assert "Hotjar" in found.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_address_is_refused_unless_it_was_named(site: str, host: str) -> None:
    with pytest.raises(ScanError, match="private network") as error:
        fetch.fetch(site.replace("127.0.0.1", host) + "/policy")
    assert "--allow-host" in error.value.hint


def test_a_redirect_leads_nowhere_private(site: str) -> None:
    with pytest.raises(ScanError, match="private network"):
        fetch.fetch(f"{site}/inside", allowed=LOCAL)
    with pytest.raises(ScanError, match="http"):
        fetch.fetch(f"{site}/file", allowed=LOCAL)


def test_trouble_is_told(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScanError, match="redirects more than"):
        fetch.fetch(f"{site}/round", allowed=LOCAL)
    with pytest.raises(ScanError, match="404"):
        fetch.fetch(f"{site}/none", allowed=LOCAL)
    with pytest.raises(ScanError, match="could not be read"):
        fetch.fetch("http://127.0.0.1:1/", allowed=LOCAL)
    with pytest.raises(ConfigError, match="no URL"):
        fetch.fetch("http://[::1/")
    monkeypatch.setattr(fetch, "LARGEST", 1000)
    with pytest.raises(ScanError, match="larger than"):
        fetch.fetch(f"{site}/large", allowed=LOCAL)


def test_a_name_with_private_addresses_only_is_refused_by_the_resolver() -> None:
    async def resolve() -> None:
        resolver = fetch.PublicResolver()
        try:
            await resolver.resolve("localhost", 80)
        finally:
            await resolver.close()

    with pytest.raises(OSError, match="no public address"):
        asyncio.run(resolve())


def test_urls_are_told_from_paths() -> None:
    assert fetch.is_url("HTTPS://larkspur.example/privacy")
    assert not fetch.is_url("privacy.html")
