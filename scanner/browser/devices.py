"""The two devices that a consent banner is looked at with: a desktop's window, and a phone with a touch screen.

A phone differs in more than its width: it says so in the user agent and the client hints, which servers choose their
mark-up by, it has no mouse, and it lays pages out by their ``viewport`` element.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext

from scanner.browser.launch import Launched

DESKTOP = (1280, 800)
"""A small laptop's window in CSS pixels: what fits here fits on most desks."""
PHONE = (390, 844)
"""A common phone in CSS pixels, held upright."""


@dataclass(frozen=True)
class Device(Launched):
    """A running browser that poses as one device; ``viewport`` is its width and height in CSS pixels."""

    viewport: tuple[int, int] = DESKTOP
    options: dict[str, Any] = field(default_factory=dict)

    async def new_context(self, **options: Any) -> BrowserContext:
        """Open a clean context on this device; ``options`` are Playwright's."""
        size = {"width": self.viewport[0], "height": self.viewport[1]}
        return await super().new_context(**({"viewport": size, "screen": size} | self.options | options))


def desktop(launched: Launched) -> Device:
    """Return the browser as it is, in a desktop's window."""
    return Device(launched.browser, launched.found, launched.user_agent, launched._metadata)  # noqa: SLF001 - the same browser


def phone(launched: Launched) -> Device:
    """Return the browser as an Android phone with a touch screen.

    The user agent is the reduced one that Chrome sends on every phone; workers keep the desktop's, which only the command
    line could change.
    """
    major = launched.found.version.partition(".")[0]
    agent = (
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{major}.0.0.0 Mobile Safari/537.36"
    )
    hints = {
        "platform": "Android",
        "platformVersion": "10",
        "mobile": True,
        "architecture": "",
        "bitness": "",
    }
    return Device(
        launched.browser,
        launched.found,
        agent,
        launched._metadata | hints,  # noqa: SLF001 - the same browser
        viewport=PHONE,
        options={"is_mobile": True, "has_touch": True, "device_scale_factor": 2},
    )
