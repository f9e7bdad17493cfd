"""Our own banner: its buttons carry ``data-consentry-action``, its cookie says what was decided."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import unquote

import msgspec
from playwright.async_api import BrowserContext, Locator, Page
from playwright.async_api import Error as PlaywrightError

from scanner.consent_actions import Choice, Clicked, Way

COOKIE = "consentry"
_CLICK_TIMEOUT_MS = 4000
_OPTIONAL = {"p": "performance", "f": "functionality", "a": "advertising"}


class _Decision(msgspec.Struct):
    """What the cookie says: ``c`` holds the letters of the granted categories."""

    c: str = ""


class OwnWidget(Way):
    """Clicks what a visitor clicks; Playwright's selectors reach into the open shadow root."""

    id: ClassVar[str] = "own_widget"
    order: ClassVar[int] = 10

    async def find(self, page: Page, choice: Choice) -> bool:
        """Whether the banner (or, to withdraw, the control that opens it again) is shown."""
        action = "reopen" if choice == "withdraw" else choice
        return await _control(page, action).is_visible()

    async def click(self, page: Page, choice: Choice) -> Clicked:
        """Click the button of the choice; a withdrawal opens the banner again and rejects."""
        try:
            if choice == "withdraw":
                await _control(page, "reopen").click(timeout=_CLICK_TIMEOUT_MS)
            action = "reject" if choice == "withdraw" else choice
            await _control(page, action).click(timeout=_CLICK_TIMEOUT_MS)
        except PlaywrightError as error:
            return Clicked(
                done=False, told=f"the {choice} button cannot be clicked: {str(error).splitlines()[0]}"
            )
        return Clicked(done=True, told=f"clicked {choice} in the Consentry banner")

    async def gone(self, page: Page) -> bool:
        """Whether no first-layer button is shown any more."""
        return (
            not await _control(page, "reject").is_visible()
            and not await _control(page, "accept").is_visible()
        )

    async def proof(self, context: BrowserContext, choice: Choice) -> str | None:
        """Return the consent cookie's decision where it fits the choice."""
        values = [
            str(cookie.get("value", "")) for cookie in await context.cookies() if cookie.get("name") == COOKIE
        ]
        for value in values:
            try:
                granted = set(msgspec.json.decode(unquote(value), type=_Decision).c) & set(_OPTIONAL)
            except msgspec.DecodeError:
                continue
            if (choice == "accept") == bool(granted):
                names = ", ".join(_OPTIONAL[letter] for letter in sorted(granted)) or "nothing optional"
                return f"cookie {COOKIE} grants {names}"
        return ""


def _control(page: Page, action: str) -> Locator:
    return page.locator(f'[data-consentry-action="{action}"]').first
