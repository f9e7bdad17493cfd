"""Drives a Firefox that is installed, by WebDriver BiDi, which it speaks itself: no driver program is needed."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

PREFERENCES = {
    "network.dns.forceResolve": "127.0.0.1",
    "network.dns.disableIPv6": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "privacy.globalprivacycontrol.enabled": False,
    "remote.active-protocols": 1,
}


def firefox() -> str | None:
    """Where Firefox is, None without one."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Tab:
    """One tab, by the few commands that the tests need."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._context = ""

    async def command(self, method: str, **params: Any) -> Any:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = json.loads(await self._socket.receive_str(timeout=30))
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    async def start(self) -> None:
        await self.command("session.new", capabilities={"alwaysMatch": {"acceptInsecureCerts": True}})
        self._context = (await self.command("browsingContext.create", type="tab"))["context"]

    async def open(self, url: str) -> None:
        await self.command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """The JSON value of an expression; a promise is awaited."""
        found = await self.command(
            "script.evaluate",
            expression=f"Promise.resolve({expression}).then((value) => JSON.stringify(value) ?? 'null')",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert found["type"] == "success", found
        return json.loads(found["result"]["value"])

    async def until(self, expression: str) -> Any:
        for _ in range(200):
            try:
                if value := await self.evaluate(expression):
                    return value
            except AssertionError:  # the page was just being replaced
                pass
            await asyncio.sleep(0.05)
        raise AssertionError(f"never true: {expression}")


@asynccontextmanager
async def firefox_tab(program: str, profile: Path) -> AsyncIterator[Tab]:
    """Start Firefox with a profile of its own; it ends with the block."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        program,
        *("--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"HOME": str(profile), "PATH": "/usr/bin:/bin", "MOZ_CRASHREPORTER_DISABLE": "1"},
    )
    assert process.stderr is not None
    try:
        address = ""
        while not address:
            line = (await asyncio.wait_for(process.stderr.readline(), 60)).decode()
            assert line, "Firefox ended before it was ready"
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
                address = found[1]
        async with ClientSession() as session, session.ws_connect(f"{address}/session", max_msg_size=0) as ws:
            tab = Tab(ws)
            await tab.start()
            yield tab
    finally:
        process.terminate()
        await process.communicate()
