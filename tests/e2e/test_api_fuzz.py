"""The server against whatever a client may send: from /openapi.json, and by hand. Never a 5xx, never a hang.

CONSENTRY_FUZZ_EXAMPLES says how many requests for each operation (8 in the suite, thousands for a night).
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consent import tokens
from consent.store import open_store
from consent.verification import verify
from consent.web.openapi import openapi
from consent.web.routes import ROUTES
from scripts import faults
from tests.consent.factories import PUBLIC_URL, body

EXAMPLES = int(os.environ.get("CONSENTRY_FUZZ_EXAMPLES", "8"))
TIMEOUT_S = 20
DOCUMENT = json.loads(openapi(ROUTES, PUBLIC_URL))
OPERATIONS = [
    (method, path) for path, methods in DOCUMENT["paths"].items() for method in methods if method != "options"
]
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Served:
    """A server of its own process, and a client that talks to it from hypothesis' plain functions."""

    def __init__(self, address: str, version: str, secret: str) -> None:
        self.address, self.version, self.secret = address, version, secret
        self.loop = asyncio.new_event_loop()
        self.session = self.loop.run_until_complete(self._open())

    async def _open(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))

    def send(self, content: bytes) -> bytes:
        """Send bytes as they are and return the beginning of the answer; empty where the connection was closed."""
        return self.loop.run_until_complete(asyncio.wait_for(self._send(content), TIMEOUT_S))

    async def _send(self, content: bytes) -> bytes:
        host, port = self.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            writer.write(content)
            writer.write_eof()
            return await reader.read(4096)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    def request(self, method: str, path: str, **options: Any) -> tuple[int, str, bytes]:
        """Return status, media type and body."""
        return self.loop.run_until_complete(self._request(method, path, **options))

    async def _request(self, method: str, path: str, **options: Any) -> tuple[int, str, bytes]:
        async with self.session.request(method, f"{self.address}{path}", **options) as answer:
            return answer.status, answer.content_type, await answer.read()

    def close(self) -> None:
        self.loop.run_until_complete(self.session.close())
        self.loop.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("fuzz")
    url = f"sqlite:///{folder}/log.db"
    version = faults.prepare(folder, url)

    async def token() -> str:
        store = await open_store(url)
        try:
            return (await tokens.create(store, name="fuzz", scopes=[tokens.Scope.ADMIN])).secret
        finally:
            await store.close()

    secret = asyncio.run(token())
    words = [sys.executable, "-m", "consent.cli", "serve", "--listen", "127.0.0.1:0", "--json"]
    words += ["--sites", str(folder / "sites.toml"), "--database", url]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=log, text=True)
    assert process.stdout is not None
    client = Served(json.loads(process.stdout.readline())["data"]["address"], version, secret)
    try:
        yield client
        assert client.request("GET", "/readyz")[0] == 200, "it is as well as before"
    finally:
        client.close()
        process.terminate()
        process.communicate(timeout=30)

    async def intact() -> None:
        store = await open_store(url)
        try:
            assert (await verify(store)).problem is None
        finally:
            await store.close()

    asyncio.run(intact())
    assert "Traceback" not in (folder / "log").read_text()


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[" ".join(one) for one in OPERATIONS])
def test_what_the_description_allows_is_never_answered_with_a_failure(
    served: Served, method: str, path: str
) -> None:
    import schemathesis

    schema = schemathesis.openapi.from_dict(DOCUMENT)
    operation = schema[path][method.upper()]

    @bounded
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = case.call(
            base_url=served.address,
            headers={"Authorization": f"Bearer {served.secret}"},
            timeout=TIMEOUT_S,
        )
        assert answer.status_code < 500, (answer.status_code, answer.text)
        assert answer.status_code in {204, 304} or answer.headers["content-type"], answer.status_code

    run()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
    max_leaves=12,
)
HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)


@settings(bounded, max_examples=EXAMPLES * 10)
@given(data=st.data())
def test_an_event_with_any_value_in_any_place_is_accepted_or_refused(served: Served, data: Any) -> None:
    sent = body(served.version)
    for name in data.draw(st.lists(st.sampled_from(sorted(sent)), max_size=3)):
        sent[name] = data.draw(JSON)
    if data.draw(st.booleans()):
        sent |= data.draw(st.dictionaries(st.text(max_size=20), JSON, max_size=2))
    headers = {"Content-Type": "text/plain"}
    content = json.dumps(sent).encode()
    status, media, _ = served.request("POST", "/v1/consent", data=content, headers=headers)
    assert status in {201, 400, 403, 404, 409, 413}
    assert media in {"application/json", "application/problem+json"}


@example(content=b"", headers=[("Expect", "\x80"), ("Host", "")], path="/v1/consent", method="GET")
@settings(bounded, max_examples=EXAMPLES * 10)
@given(
    content=st.binary(max_size=300),
    headers=st.lists(
        st.tuples(
            st.sampled_from(
                ["Origin", "Content-Type", "Content-Length", "Cookie", "Accept-Encoding", "If-None-Match", "Sec-GPC",
                 "User-Agent", "X-Request-Id", "X-Forwarded-For", "Forwarded", "Authorization", "Transfer-Encoding",
                 "Expect", "Range", "Host", "Connection", "Upgrade"]
            ),
            HEADER,
        ),
        max_size=5,
    ),
    path=st.sampled_from(["/v1/consent", "/w/larkspur.js", f"/v1/consent/{'A' * 22}", "/v1/admin/sites", "/", "*", "//x"]),
    method=st.sampled_from(["GET", "POST", "DELETE", "OPTIONS", "HEAD", "PUT", "BREW"]),
)  # fmt: skip
def test_any_headers_with_any_body_are_answered_and_never_with_a_failure(
    served: Served, content: bytes, headers: list[tuple[str, str]], path: str, method: str
) -> None:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    answer = served.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + content)
    assert not answer or answer.startswith(b"HTTP/1.")
    assert answer[9:10] != b"5", answer[:300]
    if answer[9:10] == b"4":
        assert b"\r\ncontent-type:" in answer.lower(), answer[:300]
