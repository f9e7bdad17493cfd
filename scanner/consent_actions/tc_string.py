"""Where a page has the IAB's interface, its TC string says what became of a choice: more than any changed cookie does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from scanner.tcf import MAX_LENGTH, decode

if TYPE_CHECKING:  # which imports this module
    from scanner.consent_actions import Choice

_ASK = """() => typeof window.__tcfapi !== "function" ? null : new Promise((done) => {
  setTimeout(done, 500, "");
  try {
    window.__tcfapi("addEventListener", 2, (data, ok) => {
      done(ok && typeof data?.tcString === "string" ? data.tcString.slice(0, MAX_LENGTH) : "");
      if (data?.listenerId !== undefined) window.__tcfapi("removeEventListener", 2, () => {}, data.listenerId);
    });
  } catch { done(""); }
})""".replace("MAX_LENGTH", str(MAX_LENGTH))
"""Asked as vendors ask: `getTCData` is no longer part of the interface (TCF 2.2, CMP API)."""


async def tc_string(page: Page) -> str | None:
    """Return the page's TC string, empty where it gives none now, or None where there is no such interface."""
    try:
        answer = await page.evaluate(_ASK)
    except PlaywrightError:
        return None
    return answer if isinstance(answer, str) else None


def proof_by(text: str | None, before: str | None, choice: Choice) -> str | None:
    """Return what a TC string proves: words where it holds the choice, "" where it does not, None where it tells nothing.

    One that did not change tells nothing: a refusal may be what it said all along. Legitimate interests are no consent,
    so that they do not count here.
    """
    if not text or text == before:
        return None
    try:
        purposes = decode(text).purposes
    except ValueError:
        return None
    if (choice == "accept") != bool(purposes):
        return ""
    granted = f"purposes {', '.join(map(str, purposes))}" if purposes else "no purpose"
    return f"the TC string changed and holds consent to {granted}"
