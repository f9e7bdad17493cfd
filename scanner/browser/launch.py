"""Start one browser that sees what a visitor sees, and open clean contexts in it.

Three things make an automated Chromium see less than a visitor, and each is undone here:

- Full Chromium blocks third-party cookies (blocked reason ``UserPreferences``); only a profile preference turns that
  off, so it is started on a throw-away profile. Headless shells accept them by themselves.
- ``navigator.webdriver`` hides banners (widely used consent scripts return early on it); the Blink feature behind it is
  switched off, so that the property is Chromium's own ``false`` and no script of ours can be noticed.
- ``HeadlessChrome`` in the user agent or in the client hints; the user agent is given on the command line, because
  only that reaches service workers, and the hints per page (`Launched.dress`).

`scanner.browser.selftest` proves at the start of each scan that all three hold.
"""

from __future__ import annotations

import asyncio
import json
import platform
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Playwright
from playwright.async_api import Error as PlaywrightError

from consent.model.errors import ScanError
from scanner.browser.driver import use_working_node
from scanner.browser.find import FoundBrowser, find_browser
from scanner.browser.sparing import sparing_driver
from scanner.guard import mappings_of

LOCALE = "en-GB"
VIEWPORT = (1366, 900)
"""Width and height in CSS pixels of a common laptop."""

PREFERENCES = {
    "profile": {"cookie_controls_mode": 0, "block_third_party_cookies": False},
    "signin": {"allowed": False},
    "search": {"suggest_enabled": False},
    "net": {"network_prediction_options": 2},
}
"""The throw-away profile: third-party cookies as most visitors have them, and nothing that speaks to the vendor."""

_ARGUMENTS = (
    "--disable-blink-features=AutomationControlled",
    "--disable-smooth-scrolling",  # a scroll step lands at once, so lazy tags fire within the settle time
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    # Calls (WebRTC) would send UDP by themselves, past `scanner.browser.socks`. Chromium knows either name.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    f"--lang={LOCALE}",
    f"--accept-lang={LOCALE},en",
)
_QUIET = (  # full Chromium looks for a signed-in account and the time at its vendor's; port 9 answers nothing
    "--gaia-url=http://127.0.0.1:9",
    "--google-apis-url=http://127.0.0.1:9",
    "--disable-background-networking",
    "--check-for-update-interval=31536000",
)
_SYSTEMS = {
    "Linux": ("X11; Linux x86_64", "Linux"),
    "Darwin": ("Macintosh; Intel Mac OS X 10_15_7", "macOS"),
    "Windows": ("Windows NT 10.0; Win64; x64", "Windows"),
}


@dataclass(frozen=True)
class Launched:
    """A running browser. ``user_agent`` is what every page, frame and worker sends."""

    browser: Browser
    found: FoundBrowser
    user_agent: str
    _metadata: dict[str, Any]

    async def new_context(self, **options: Any) -> BrowserContext:
        """Open a clean context: no cookies, no storage, a laptop's viewport; ``options`` are Playwright's."""
        settings: dict[str, Any] = {
            "viewport": {"width": VIEWPORT[0], "height": VIEWPORT[1]},
            "locale": LOCALE,
            "user_agent": self.user_agent,
            "accept_downloads": False,
            "service_workers": "allow",
        }
        return await self.browser.new_context(**(settings | options))

    async def is_alive(self) -> bool:
        """Whether the browser still answers; the notice that it died may come after the first failures.

        One that a page keeps busy answers late, and is not dead for that.
        """
        try:
            async with asyncio.timeout(10):
                session = await self.browser.new_browser_cdp_session()
                await session.detach()
        except TimeoutError:
            return self.browser.is_connected()
        except PlaywrightError:
            return False
        return True

    async def dress(self, session: CDPSession) -> None:
        """Give one page the client hints (``Sec-CH-UA``) of a browser with a window."""
        await session.send(*self.dressing())

    def dressing(self) -> tuple[str, dict[str, Any]]:
        """Return the command that does so."""
        return (
            "Emulation.setUserAgentOverride",
            {
                "userAgent": self.user_agent,
                "acceptLanguage": f"{LOCALE},en",
                "userAgentMetadata": self._metadata,
            },
        )


@asynccontextmanager
async def launched(
    found: FoundBrowser | None = None,
    *,
    resolve: Sequence[str] = (),
    ignore_certificate_errors: bool = False,
) -> AsyncIterator[Launched]:
    """Start the browser and end it with the block.

    ``resolve`` entries are curl's ``HOST[:PORT]=ADDR:PORT`` (`resolver_rules`). Raises `BrowserNotFound` without a
    browser, `ConfigError` for a bad ``resolve``, `ScanError` where the browser or Playwright does not start.
    """
    rules = resolver_rules(resolve)
    use_working_node()
    found = find_browser() if found is None else found
    major = found.version.partition(".")[0]
    system, hint_platform = _SYSTEMS.get(platform.system(), _SYSTEMS["Linux"])
    user_agent = (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36"
    )
    arguments = [*_ARGUMENTS, f"--user-agent={user_agent}"]
    if rules:
        arguments.append(f"--host-resolver-rules={rules}")
    if ignore_certificate_errors:
        arguments.append("--ignore-certificate-errors")
    metadata = _client_hints(found.version, hint_platform)
    async with sparing_driver() as playwright:
        with tempfile.TemporaryDirectory(prefix="consentry-profile-", ignore_cleanup_errors=True) as profile:
            browser, owner = await _start(playwright, found, arguments, Path(profile))
            try:
                yield Launched(browser, found, user_agent, metadata)
            finally:
                await _end(owner)


async def _start(
    playwright: Playwright, found: FoundBrowser, arguments: list[str], profile: Path
) -> tuple[Browser, Browser | BrowserContext]:
    """Return the browser and what has to be closed to end it."""
    environment: dict[str, str | float | bool] = dict(found.environment())
    try:
        if found.kind != "chromium":
            browser = await playwright.chromium.launch(
                executable_path=found.path, args=arguments, env=environment
            )
            return browser, browser
        preferences = profile / "Default" / "Preferences"
        preferences.parent.mkdir()
        preferences.write_text(json.dumps(PREFERENCES), encoding="utf-8")
        context = await playwright.chromium.launch_persistent_context(
            profile,
            executable_path=found.path,
            args=[*arguments, *_QUIET],
            env=environment,
            headless=True,
        )
    except PlaywrightError as error:
        raise ScanError(
            f"{found.path or 'The Chromium of Playwright'} does not start: {_first_line(error)}",
            hint="Run `consentry doctor`.",
        ) from error
    if context.browser is None:  # pragma: no cover - Playwright knows it for every Chromium it started
        raise ScanError(f"{found.path} gives no access to clean contexts.", hint="Run `consentry doctor`.")
    return context.browser, context


async def _end(owner: Browser | BrowserContext) -> None:
    """Close; a browser that has died already is closed."""
    try:
        await owner.close()
    except PlaywrightError:
        return


def resolver_rules(resolve: Sequence[str]) -> str:
    """Translate curl-like ``HOST[:PORT]=ADDR:PORT`` entries into Chromium's ``--host-resolver-rules``.

    A host without a port maps both 80 and 443: one bare ``MAP *`` rule would also catch the loopback address itself and
    break plain http. Named hosts come before wildcards, since Chromium takes the first rule that matches.
    """
    rules = [
        f"MAP {one.host}:{port} {one.address}:{one.to}"
        for one in mappings_of(resolve)
        for port in ((80, 443) if one.port is None else (one.port,))
    ]
    return ", ".join([*rules, "EXCLUDE 127.0.0.1"]) if rules else ""


def _client_hints(version: str, hint_platform: str) -> dict[str, Any]:
    """Return what Chromium with a window tells (User-Agent Client Hints, section 3)."""
    major = version.partition(".")[0]
    brands = [("Not:A-Brand", "8", "8.0.0.0"), ("Chromium", major, version)]
    return {
        "brands": [{"brand": name, "version": short} for name, short, _ in brands],
        "fullVersionList": [{"brand": name, "version": full} for name, _, full in brands],
        "platform": hint_platform,
        "platformVersion": "",
        "architecture": "x86",
        "bitness": "64",
        "model": "",
        "mobile": False,
        "wow64": False,
    }


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
