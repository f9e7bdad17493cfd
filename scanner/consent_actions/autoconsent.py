"""Banners of known makes, by the rules of DuckDuckGo's autoconsent: a thousand of them, kept up to date by others.

Its engine runs in the page's frames and says what it found. It gets only the rules that can match the frame's address,
as one JSON string, which costs a third of handing over all of them as an object. Rules that merely hide a banner are
left out: hidden is not refused. Whether its click had an outcome is for `scanner.consent_actions.act` to see.
"""

from __future__ import annotations

import asyncio
import json
import re
from functools import cache
from typing import Any, ClassVar

import msgspec
from duckduckgo_autoconsent import bundle, rules_json
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from scanner.consent_actions import Choice, Clicked, Way
from scanner.consent_actions.wording import Wording

_MAX_FRAMES = 12
_DETECT_S = 1.5
"""How long the first look may take; the engine looks again by itself every half second."""
_ACT_S = 8.0
"""How long a rule may click: some open a second layer and untick one purpose after another."""
_POLL_S = 0.05

_CONFIG: dict[str, Any] = {
    "enabled": True,
    "autoAction": None,  # only tell; we say when to act
    "disabledCmps": [],
    "enablePrehide": False,
    "enableCosmeticRules": False,
    "enableGeneratedRules": True,
    "detectRetries": 20,
    "isMainWorld": True,
    "heuristicMode": "off",  # the wording in thirty languages comes next
}
_START = """([rules, config]) => {
  if (window.autoconsentReceiveMessage) return;
  const told = [];
  window.autoconsentTold = told;
  window.autoconsentSendMessage = async (message) => { if (told.length < 500) told.push(message); };
  BUNDLE
  return window.autoconsentReceiveMessage({
    type: "initResp", config: JSON.parse(config), rules: { autoconsent: JSON.parse(rules) } });
}"""
_TOLD = """() => (window.autoconsentTold ?? []).splice(0).slice(0, 500).map((message) => ({
  type: String(message.type).slice(0, 40), cmp: String(message.cmp ?? "").slice(0, 100),
  result: message.result === true, attempts: Number(message.state?.findCmpAttempts) || 0,
}))"""
_SEND = "(type) => { window.autoconsentReceiveMessage({ type }); }"
_SHOWN = """(selectors) => selectors.some((selector) => [...document.querySelectorAll(selector)].some((element) =>
  element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  && element.getBoundingClientRect().height > 0))"""


class _Told(msgspec.Struct):
    """One message of the engine; ``attempts`` are the looks it has begun."""

    type: str
    cmp: str = ""
    result: bool = False
    attempts: int = 0


class Autoconsent(Way):
    """Detects a known banner in any frame and lets its rule click."""

    id: ClassVar[str] = "autoconsent"
    order: ClassVar[int] = 50

    def __init__(self) -> None:
        self._started: set[Frame] = set()
        self._found: tuple[Frame, str] | None = None
        self._looked = False
        self._detected = False

    @property
    def rule(self) -> str:
        """The rule that knows the banner, empty before `find` was True."""
        return self._found[1] if self._found is not None else ""

    @property
    def frame_url(self) -> str:
        """The address of the frame that holds the banner, empty before `find` was True."""
        return self._found[0].url if self._found is not None else ""

    async def find(self, page: Page, choice: Choice) -> bool:
        """Whether a rule knows the banner that is shown; no rule leads back to a choice, so none withdraws."""
        if choice == "withdraw":
            return False
        for frame in page.frames[:_MAX_FRAMES]:
            if frame not in self._started and frame.url.startswith(("http://", "https://")):
                self._started.add(frame)
                await self._begin(frame)
        deadline = asyncio.get_running_loop().time() + (0 if self._looked else _DETECT_S)
        while True:
            looked = await self._listen(page)
            if self._found is not None:
                return True
            self._looked = self._looked or (looked and not self._detected)
            if self._looked or asyncio.get_running_loop().time() > deadline:
                self._looked = True
                return False
            await asyncio.sleep(_POLL_S)

    async def click(self, page: Page, choice: Choice) -> Clicked:
        """Let the rule make the choice; where it cannot, the wording of the buttons is tried."""
        assert self._found is not None  # noqa: S101 - `find` was True
        frame, rule = self._found
        verb = "in" if choice == "accept" else "out"
        try:
            await frame.evaluate(_SEND, f"opt{verb.capitalize()}")
            result = await self._result(frame, f"opt{verb.capitalize()}Result")
        except PlaywrightError:
            result = True  # the page loads anew, as some do after a choice: its state will tell
        told = f"opted {verb} by autoconsent's rule {rule}"
        if result:
            return Clicked(done=True, told=told)
        wording = Wording()
        if not await wording.find(page, choice):
            return Clicked(done=False, told=f"autoconsent's rule {rule} could not opt {verb}")
        clicked = await wording.click(page, choice)
        return Clicked(
            done=clicked.done, told=f"autoconsent's rule {rule} could not opt {verb}, then {clicked.told}"
        )

    async def gone(self, page: Page) -> bool:
        """Whether neither what the rule calls the banner nor any other box with accept or reject is shown."""
        if self._found is not None:
            frame, rule = self._found
            if not frame.is_detached() and await frame.evaluate(_SHOWN, _banner(rule)):
                return False
        return await Wording().gone(page)

    async def _begin(self, frame: Frame) -> None:
        try:
            await frame.evaluate(_script(), [_rules_for(frame.url), json.dumps(_CONFIG)])
        except PlaywrightError:
            return  # it is gone, or a page that nobody can ask

    async def _listen(self, page: Page) -> bool:
        """Take what the engines say; returns whether the page's own one has looked once."""
        looked = False
        for frame in self._started - ({self._found[0]} if self._found else set()):
            for told in await _heard(frame):
                if told.type == "popupFound" and self._found is None:
                    self._found = frame, told.cmp
                self._detected = self._detected or told.type == "cmpDetected"
                looked = looked or (frame is page.main_frame and told.attempts > 1)
        return looked

    async def _result(self, frame: Frame, kind: str) -> bool:
        deadline = asyncio.get_running_loop().time() + _ACT_S
        while asyncio.get_running_loop().time() < deadline:
            messages = msgspec.convert(await frame.evaluate(_TOLD), list[_Told], strict=False)
            for told in messages:
                if told.type == kind:
                    return told.result
            await asyncio.sleep(_POLL_S)
        return False


async def _heard(frame: Frame) -> list[_Told]:
    try:
        return msgspec.convert(await frame.evaluate(_TOLD), list[_Told], strict=False)
    except (PlaywrightError, msgspec.ValidationError):
        return []


@cache
def _script() -> str:
    return _START.replace("BUNDLE", bundle())


@cache
def _rules() -> list[tuple[re.Pattern[str] | None, str]]:
    """Return each rule as JSON with the addresses it is for, None where it is for any."""
    found: list[tuple[re.Pattern[str] | None, str]] = []
    for rule in json.loads(rules_json()):
        if rule.get("cosmetic"):
            continue
        pattern = (rule.get("runContext") or {}).get("urlPattern")
        try:
            found.append((re.compile(pattern) if pattern else None, json.dumps(rule)))
        except re.error:
            continue  # a pattern that only JavaScript knows, for one site
    return found


def _rules_for(url: str) -> str:
    return f"[{','.join(rule for pattern, rule in _rules() if pattern is None or pattern.search(url))}]"


@cache
def _banner(name: str) -> list[str]:
    """Return the plain CSS selectors by which a rule sees that its banner is shown."""
    for rule in json.loads(rules_json()):
        if rule["name"] == name:
            steps = [step.get("visible") for step in rule.get("detectPopup", ())]
            return [step for step in steps if isinstance(step, str) and not step.startswith("xpath/")]
    return []
