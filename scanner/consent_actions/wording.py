"""The last resort for a banner of any make: find its buttons by what they say, in the languages of words.toml."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal

import msgspec
from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError

from scanner.consent_actions import Choice, Clicked, Way
from scanner.parties import host_of, registrable_domain
from scanner.phrases import normalised

Meaning = Literal["accept", "reject", "settings", "save"]

_FOLDER = Path(__file__).parent
_CLICK_TIMEOUT_MS = 4000
_SECOND_LAYER_S = 2.5
_MAX_FRAMES = 12
_MEANINGS: tuple[Meaning, ...] = ("reject", "settings", "save", "accept")
"""In the order that wins a tie: a phrase that means two things in two languages is no consent."""


class _Item(msgspec.Struct):
    """A button's text and the number of its box; -1 where it stands in the page's own flow."""

    text: str
    box: int


class _Box(msgspec.Struct):
    """A box: whether its markup names consent, and its text."""

    hint: bool
    text: str


class _Found(msgspec.Struct):
    """What buttons.js returns, without the elements."""

    items: list[_Item]
    boxes: list[_Box]


@dataclass
class _Button:
    """One button that says something about consent."""

    text: str
    meaning: Meaning
    exact: bool
    in_banner: bool
    element: ElementHandle


class Wording(Way):
    """Reads the buttons of every box that is about consent; open shadow roots and the site's own frames included."""

    id: ClassVar[str] = "wording"
    order: ClassVar[int] = 90

    async def find(self, page: Page, choice: Choice) -> bool:
        """Whether a consent banner (or, to withdraw, a control that leads back to it) is shown."""
        buttons = await _buttons(page)
        if choice == "withdraw":
            return _control(buttons) is not None
        return any(button.in_banner and button.meaning in ("accept", "reject") for button in buttons)

    async def click(self, page: Page, choice: Choice) -> Clicked:
        """Click the choice, if need be on the second layer."""
        buttons = await _buttons(page)
        if choice == "accept":
            return await _press(_best(buttons, "accept"), "no button that accepts was found in the banner")
        told = ""
        if choice == "withdraw":
            opened = await _press(_control(buttons), "no control that leads back to the choice was found")
            if not opened.done:
                return opened
            told = f"{opened.told}, then "
            buttons = await _appearing(page, ("reject", "save", "settings"))
        reject = _best(buttons, "reject")
        if reject is None and (settings := _best(buttons, "settings")) is not None:
            opened = await _press(settings, "")
            if not opened.done:
                return opened
            told += f"{opened.told}, then "
            buttons = await _appearing(page, ("reject", "save"))
            reject = _best(buttons, "reject")
        if reject is None and (save := _best(buttons, "save")) is not None:
            unticked = await _untick(page)
            pressed = await _press(save, "")
            return Clicked(done=pressed.done, told=f"{told}unticked {unticked} box(es) and {pressed.told}")
        pressed = await _press(reject, "no button that rejects was found on the first or second layer")
        return Clicked(done=pressed.done, told=told + pressed.told)

    async def gone(self, page: Page) -> bool:
        """Whether no box with accept or reject is shown any more."""
        buttons = await _buttons(page)
        return not any(button.in_banner and button.meaning in ("accept", "reject") for button in buttons)


async def _buttons(page: Page) -> list[_Button]:
    """Return the buttons that say something about consent, in document order, main frame first."""
    found: list[_Button] = []
    for frame in _frames(page):
        try:
            found += await _buttons_of(frame, is_frame=frame is not page.main_frame)
        except PlaywrightError:
            if frame is page.main_frame:
                raise
    return found


async def _buttons_of(frame: Frame, *, is_frame: bool) -> list[_Button]:
    handle = await frame.evaluate_handle(_script(), is_frame)
    buttons: list[_Button] = []
    try:
        data = msgspec.convert(
            await handle.evaluate("(found) => ({ items: found.items, boxes: found.boxes })"),
            _Found,
            strict=False,
        )
        about = [is_about_consent(box.text, hint=box.hint) for box in data.boxes]
        elements = await handle.get_property("elements")
        for number, item in enumerate(data.items):
            meant = meaning_of(item.text)
            element = (await elements.get_property(str(number))).as_element() if meant else None
            if meant is not None and element is not None:
                in_banner = 0 <= item.box < len(about) and about[item.box]
                buttons.append(_Button(item.text, meant[0], meant[1], in_banner, element))
    except (
        msgspec.ValidationError
    ):  # the page replaced what it was asked with; it has no banner that we can use
        buttons.clear()
    finally:
        await handle.dispose()
    return buttons


def _frames(page: Page) -> Iterable[Frame]:
    """The main frame and the frames of the same site: a banner may live in one, a video's own notice must not count."""
    site = registrable_domain(host_of(page.url))
    own = [frame for frame in page.main_frame.child_frames if registrable_domain(host_of(frame.url)) == site]
    return [page.main_frame, *own[:_MAX_FRAMES]]


def _best(buttons: list[_Button], meaning: Meaning) -> _Button | None:
    fitting = [button for button in buttons if button.in_banner and button.meaning == meaning]
    return max(fitting, key=lambda button: button.exact, default=None)


def _control(buttons: list[_Button]) -> _Button | None:
    """Return what leads back to the choice: a settings control anywhere that names cookies or privacy."""
    for button in buttons:
        if button.meaning == "settings" and is_about_consent(button.text, hint=button.in_banner):
            return button
    return None


async def _press(button: _Button | None, otherwise: str) -> Clicked:
    if button is None:
        return Clicked(done=False, told=otherwise)
    text = " ".join(button.text.split())[:60]
    try:
        await button.element.click(timeout=_CLICK_TIMEOUT_MS)
    except PlaywrightError as error:
        return Clicked(done=False, told=f"{text!r} cannot be clicked: {str(error).splitlines()[0][:200]}")
    return Clicked(done=True, told=f"clicked {text!r}")


async def _appearing(page: Page, meanings: tuple[Meaning, ...]) -> list[_Button]:
    """Wait for the second layer to show one of these; return what is shown in the end."""
    deadline = asyncio.get_running_loop().time() + _SECOND_LAYER_S
    while True:
        await asyncio.sleep(0.15)
        try:
            buttons = await _buttons(page)
        except PlaywrightError:
            buttons = []
        if any(button.in_banner and button.meaning in meanings for button in buttons):
            return buttons
        if asyncio.get_running_loop().time() > deadline:
            return buttons


async def _untick(page: Page) -> int:
    """Untick every visible box that can be unticked; returns how many."""
    count = 0
    for frame in _frames(page):
        boxes = frame.locator(
            "input[type=checkbox]:checked:enabled:visible, [role=switch][aria-checked=true]:visible"
        )
        for _ in range(min(await boxes.count(), 40)):
            try:
                await boxes.first.click(timeout=1000)
            except PlaywrightError:
                break
            count += 1
    return count


def is_about_consent(text: str, *, hint: bool = False) -> bool:
    """Whether a box is about consent: one word that names it, or two that are related (one where the markup hints)."""
    strong, related = _topics()
    plain = text.casefold()
    if any(word in plain for word in strong):
        return True
    return sum(word in plain for word in related) + hint >= 2


def meaning_of(text: str) -> tuple[Meaning, bool] | None:
    """Return what a button means, and whether it says exactly a known phrase; the longest phrase that fits decides."""
    plain = normalised(text)
    if not plain or len(plain) > 70:
        return None
    exact = _phrases().get(plain)
    if exact is not None:
        return exact, True
    words = plain.split(" ")
    for length in range(min(len(words) - 1, 8), 1, -1):  # single words inside longer texts mislead
        for start in range(len(words) - length + 1):
            found = _phrases().get(" ".join(words[start : start + length]))
            if found is not None and len(words) - length <= 4:
                return found, False
    return None


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_FOLDER / "words.toml").read_text(encoding="utf-8"))


@cache
def _phrases() -> dict[str, Meaning]:
    phrases: dict[str, Meaning] = {}
    for meaning in _MEANINGS:
        for language in _words().values():
            for phrase in language[meaning]:
                phrases.setdefault(normalised(phrase), meaning)
    return phrases


@cache
def _topics() -> tuple[frozenset[str], frozenset[str]]:
    languages = _words().values()
    strong = frozenset(word for language in languages for word in language["banner"])
    return strong, frozenset(word for language in languages for word in language["related"])


@cache
def _script() -> str:
    return (_FOLDER / "buttons.js").read_text(encoding="utf-8")
