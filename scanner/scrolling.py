"""Scroll a page to its end, as a visitor does who looks at all of it: tags and pictures wait for that."""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from scanner.browser.targets import PageTargets, TargetGone
from scanner.browser.worlds import ask_frames

_TIMEOUT_S = 4.0
_SCROLL = """(async () => {
  const tick = () => new Promise((resolve) => {
    const timer = setTimeout(resolve, 60);
    requestAnimationFrame(() => { clearTimeout(timer); setTimeout(resolve, 0); });
  });
  const end = performance.now() + 2000;
  const root = document.scrollingElement ?? document.documentElement;
  let steps = 0;
  for (let top = 0; steps < 25 && performance.now() < end; steps += 1) {
    top += innerHeight * 0.9;
    scrollTo(0, top);
    await tick();
    if (top + innerHeight >= root.scrollHeight) break;
  }
  scrollTo(0, root.scrollHeight);
  if (steps) await tick();
  return steps;
})()"""
"""Step by step, at most 25 steps or two seconds, and in any case to the end."""


async def scroll(page: Page, targets: PageTargets) -> None:
    """One real turn of the wheel, for tags that wait for a visitor's hand, then step by step to the end."""
    with contextlib.suppress(PlaywrightError, TimeoutError, TargetGone):
        async with asyncio.timeout(_TIMEOUT_S):
            await page.mouse.move(400, 300)
            await page.mouse.wheel(0, 100)
            await ask_frames(targets, _SCROLL, main_only=True, timeout_s=_TIMEOUT_S)
