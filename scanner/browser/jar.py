"""The cookie jar of one context as DevTools tells it: with priority, source and partition, which Playwright's own leaves out."""

from __future__ import annotations

from typing import Any

from playwright.async_api import BrowserContext, CDPSession
from playwright.async_api import Error as PlaywrightError

_GIVEN_BACK = (
    "name", "value", "domain", "path", "secure", "httpOnly", "sameSite", "priority", "sourceScheme", "sourcePort",
    "partitionKey",
)  # fmt: skip
"""What CDP's ``Storage.CookieParam`` takes of a ``Network.Cookie``, besides its expiry."""


class ContextJar:
    """Reads and fills the jar of ``context``.

    ``known_id`` is by which id DevTools knows the context; where it is empty, a blank page, closed at once, tells it.
    """

    def __init__(self, context: BrowserContext, *, known_id: str = "") -> None:
        self._context = context
        self._session: CDPSession | None = None
        self._id = known_id

    async def read(self) -> list[dict[str, Any]]:
        """Return all cookies; raises Playwright's error where the browser is gone."""
        session = await self._open()
        told = await session.send("Storage.getCookies", {"browserContextId": self._id})
        return list(told["cookies"])

    async def add(self, cookies: list[dict[str, Any]]) -> list[str]:
        """Set cookies as they were read; returns the names of those that the browser refuses."""
        session = await self._open()
        refused = []
        for cookie in cookies:
            given = {name: cookie[name] for name in _GIVEN_BACK if cookie.get(name) is not None}
            if float(cookie.get("expires", -1)) >= 0:
                given["expires"] = cookie["expires"]
            if not str(given["domain"]).startswith(
                "."
            ):  # host-only: a domain would make it one for subdomains too
                host = given.pop("domain")
                given["url"] = f"{'https' if given.get('secure') else 'http'}://{host}{given['path']}"
            try:
                await session.send("Storage.setCookies", {"cookies": [given], "browserContextId": self._id})
            except PlaywrightError:
                refused.append(str(given["name"]))
        return refused

    async def close(self) -> None:
        """Let go of the session; the next question opens another."""
        session, self._session = self._session, None
        if session is not None:
            await session.detach()

    async def _open(self) -> CDPSession:
        if self._session is None:
            browser = self._context.browser
            if browser is None:  # pragma: no cover - Playwright knows it for every context that we open
                raise PlaywrightError("the context has no browser")
            if not self._id:
                page = await self._context.new_page()
                try:
                    asked = await self._context.new_cdp_session(page)
                    told = await asked.send("Target.getTargetInfo")
                    self._id = str(told["targetInfo"]["browserContextId"])
                finally:
                    await page.close()
            self._session = await browser.new_browser_cdp_session()
        return self._session
