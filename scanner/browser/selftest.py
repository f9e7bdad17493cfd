"""Prove, in the browser that is about to scan, that it sees what a visitor sees.

Two sites on one loopback server: the page is ``http://127.0.0.1:PORT``, the third party ``http://localhost:PORT``.
Both are trustworthy origins (W3C Secure Contexts, section 3.1), so ``SameSite=None; Secure`` cookies need no
certificate, and they are different sites, so a cookie of the second is a third-party cookie. Needs no network.

Only the third party's pixel sets the cookie, and only its host counts: full Chromium asks the page's own host for an
icon, and a cookie from there would let every browser pass.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
from playwright.async_api import Error as PlaywrightError

from consent.model.errors import SelfTestFailed
from scanner.browser.launch import Launched

COOKIE = "consentry_third_party"
_TIMEOUT_S = 15.0
_TELLS = re.compile(r"headless|webdriver|phantom|selenium", re.IGNORECASE)
_SEEN_BY_SCRIPTS = """() => ({
  webdriver: navigator.webdriver === true,
  userAgent: navigator.userAgent,
  brands: (navigator.userAgentData?.brands ?? []).map((brand) => brand.brand).join(", "),
})"""


class SelfTest(msgspec.Struct, frozen=True, kw_only=True):
    """What held, for the report's ``tool`` part."""

    third_party_cookies: bool
    webdriver_hidden: bool
    user_agent: str
    client_hints: str


@dataclass
class _Probe:
    """The loopback server's address and the header values it was sent."""

    port: int = 0
    user_agents: list[str] = field(default_factory=list)
    client_hints: list[str] = field(default_factory=list)


async def selftest(launched: Launched) -> SelfTest:
    """Visit the probe page; raises `SelfTestFailed` that names all that a visitor would see and this browser does not."""
    async with _probe_server() as probe:
        context = await launched.new_context()
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                page = await context.new_page()
                session = await context.new_cdp_session(page)
                await launched.dress(session)
                await page.goto(f"http://127.0.0.1:{probe.port}/")
                seen = await page.evaluate(_SEEN_BY_SCRIPTS)
                cookies = await context.cookies()
        except (PlaywrightError, TimeoutError) as error:
            raise SelfTestFailed(
                f"The browser {launched.found.version} could not load the built-in probe page: {error}",
                hint="Run `consentry doctor`.",
            ) from error
        finally:
            with contextlib.suppress(PlaywrightError):
                await context.close()
    stored = any(cookie.get("name") == COOKIE and cookie.get("domain") == "localhost" for cookie in cookies)
    agents = sorted({str(seen["userAgent"]), *probe.user_agents})
    hints = sorted({str(seen["brands"]), *probe.client_hints} - {""})
    wrong = []
    if not stored:
        wrong.append("it refuses third-party cookies")
    if seen["webdriver"]:
        wrong.append("navigator.webdriver tells pages that it is automated")
    wrong += [f"its user agent tells: {agent}" for agent in agents if _TELLS.search(agent)]
    wrong += [f"its client hints tell: {hint}" for hint in hints if _TELLS.search(hint)]
    if wrong:
        raise SelfTestFailed(
            f"{launched.found.path or 'the browser'} ({launched.found.version}) does not see what a visitor sees: "
            + "; ".join(wrong)
            + ".",
            hint="A scan would report too little. Install chromium-headless-shell, or run `consentry doctor`.",
        )
    return SelfTest(
        third_party_cookies=stored,
        webdriver_hidden=True,
        user_agent=str(seen["userAgent"]),
        client_hints=hints[0] if hints else "",
    )


@asynccontextmanager
async def _probe_server() -> AsyncIterator[_Probe]:
    """Serve the page and the third party's pixel on one loopback port."""
    probe = _Probe()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            for line in head.split("\r\n"):
                name, _, value = line.partition(":")
                if name.lower() == "user-agent":
                    probe.user_agents.append(value.strip())
                elif name.lower() == "sec-ch-ua":
                    probe.client_hints.append(value.strip())
            if head.startswith("GET / "):
                pixel = f'<img src="http://localhost:{probe.port}/pixel" alt="">'
                kind, extra, body = "text/html", "", f"<!doctype html><title>probe</title>{pixel}"
            else:
                kind, extra, body = "image/svg+xml", "", '<svg xmlns="http://www.w3.org/2000/svg"/>'
            if head.startswith("GET /pixel "):
                extra = f"Set-Cookie: {COOKIE}=1; Path=/; Secure; SameSite=None\r\n"
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{extra}Cache-Control: no-store\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
            )
            await writer.drain()
        writer.close()

    # Chromium may try ::1 first for localhost; nothing listens there, and it falls back to 127.0.0.1 at once.
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        probe.port = int(server.sockets[0].getsockname()[1])
        yield probe
