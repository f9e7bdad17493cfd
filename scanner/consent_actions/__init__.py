"""Consent actions: one module per way to reject, accept or withdraw on a page, found in this folder.

A click is not an outcome. A choice counts as applied only where the banner is gone *and* the stored consent changed
(a cookie or a storage key) after the page settled; otherwise the pass says why not, and is no evidence either way.
"""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from scanner.browser.targets import PageTargets
from scanner.browser.worlds import ask_frames
from scanner.collectors import Scene
from scanner.consent_actions.tc_string import proof_by, tc_string

if TYPE_CHECKING:
    from scanner.visit import OpenPage

Choice = Literal["reject", "accept", "withdraw"]

APPEAR_S = 3.0
"""How long a banner may take to appear once the page has settled; most show within one second."""
CONFIRM_S = 4.0
"""How long the outcome of a click may take."""

_KEYS = """(() => {
  const found = {};
  for (const name of ["localStorage", "sessionStorage"]) {
    try {
      const store = globalThis[name];
      for (let i = 0; i < Math.min(store.length, 300); i += 1) {
        const key = store.key(i);
        found[`${name} ${key}`.slice(0, 300)] = (store.getItem(key) ?? "").slice(0, 4000);
      }
    } catch { /* blocked storage */ }
  }
  return found;
})()"""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How an action ended; ``method`` names the way, ``evidence`` what proved it."""

    applied: bool
    banner_found: bool
    method: str = "none"
    reason: str = ""
    evidence: tuple[str, ...] = ()


class Clicked(msgspec.Struct, frozen=True, kw_only=True):
    """What a way did: ``done`` is False where the banner offers no such choice, with the reason."""

    done: bool
    told: str


class Way:
    """One way. ``order`` decides who is asked first; one object lives for one action on one page."""

    id: ClassVar[str] = ""
    order: ClassVar[int] = 100

    async def find(self, page: Page, choice: Choice) -> bool:
        """Whether this way knows a visible control for the choice's first step."""
        raise NotImplementedError

    async def click(self, page: Page, choice: Choice) -> Clicked:
        """Make the choice by clicking what a visitor would click."""
        raise NotImplementedError

    async def gone(self, page: Page) -> bool:
        """Whether the banner is gone."""
        raise NotImplementedError

    async def proof(self, context: BrowserContext, choice: Choice) -> str | None:
        """Return what proves the choice, an empty string where it is disproved, or None where any change does."""
        del context, choice
        return None


@cache
def way_types() -> tuple[type[Way], ...]:
    """Return every way of this folder in the order in which they are tried."""
    found: list[type[Way]] = []
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        found += [
            kind
            for kind in vars(loaded).values()
            if isinstance(kind, type) and issubclass(kind, Way) and kind.id == module.name
        ]
    return tuple(sorted(found, key=lambda kind: (kind.order, kind.id)))


async def act(opened: OpenPage, scene: Scene, choice: Choice, *, last: bool = True) -> Outcome:
    """Make one choice on an open, settled page and confirm it.

    ``scene.acted`` turns True just before the click of the ``last`` choice, so that what it causes counts as after.
    """
    page = opened.page
    earlier = await _consent_state(scene.context, opened.watched.targets)
    way = await _find(page, choice)
    if way is None:
        what = "control to withdraw" if choice == "withdraw" else "consent banner"
        return Outcome(applied=False, banner_found=False, reason=f"no {what} was found on {opened.url}")
    current = await _consent_state(scene.context, opened.watched.targets)
    restless = {name for name in earlier.keys() | current.keys() if earlier.get(name) != current.get(name)}
    tc_before = await tc_string(page)
    opened.quiet.restart()
    if last:
        scene.acted = True
        scene.clicked_s = time.time()
    clicked = await way.click(page, choice)
    if not clicked.done:
        return Outcome(applied=False, banner_found=True, method=way.id, reason=clicked.told)
    evidence: list[str] = [clicked.told]
    deadline = asyncio.get_running_loop().time() + CONFIRM_S
    while True:
        await opened.quiet.settled(cap_s=2.0)
        gone = await _is_gone(way, page)
        proof, holder = await way.proof(scene.context, choice), "consent cookie"
        if proof is None:
            proof, holder = proof_by(await tc_string(page), tc_before, choice), "TC string"
        after = await _consent_state(scene.context, opened.watched.targets)
        changed = sorted(
            name
            for name in after.keys() | current.keys()
            if name not in restless and after.get(name) != current.get(name)
        )
        if gone and (proof or (proof is None and changed)):
            evidence.append("the banner is gone")
            evidence += [proof] if proof else [f"changed: {name}" for name in changed[:5]]
            return Outcome(applied=True, banner_found=True, method=way.id, evidence=tuple(evidence))
        if asyncio.get_running_loop().time() > deadline:
            reason = "the banner is still there" if not gone else "no consent cookie or storage key changed"
            if gone and proof == "":
                reason = f"the {holder} does not hold the choice"
            return Outcome(
                applied=False,
                banner_found=True,
                method=way.id,
                reason=f"{clicked.told}, but {reason}",
                evidence=tuple(evidence),
            )
        await asyncio.sleep(0.1)


async def _find(page: Page, choice: Choice) -> Way | None:
    """Return the first way that knows this page's banner; banners may take a moment to appear."""
    ways = [kind() for kind in way_types()]
    deadline = asyncio.get_running_loop().time() + APPEAR_S
    while True:
        for way in ways:
            try:
                if await way.find(page, choice):
                    return way
            except PlaywrightError:
                continue  # the page navigates; it is asked again
        if asyncio.get_running_loop().time() > deadline:
            return None
        await asyncio.sleep(0.25)


async def _is_gone(way: Way, page: Page) -> bool:
    try:
        return await way.gone(page)
    except PlaywrightError:
        return False  # the page navigates; it is asked again


async def _consent_state(context: BrowserContext, targets: PageTargets) -> dict[str, str]:
    """Return every cookie and every storage key of the page's frames with its value."""
    found = {
        f"cookie {cookie.get('name')} ({cookie.get('domain')})": str(cookie.get("value", ""))
        for cookie in await context.cookies()
    }
    for answer in await ask_frames(targets, _KEYS):
        for name, value in (answer.value or {}).items():
            found[f"{name} ({answer.origin})"] = str(value)
    return found
