"""From what a page answers to a layer: which box it is, and how its controls look."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from scanner.banners.measure import _Document, _document, _inside, _layer
from scanner.browser.worlds import FrameAnswer

SHOWN = (1280, 800)
PAGE, DARK = [255, 255, 255, 1, 1, False], [26, 79, 122, 1, 1, False]


def raw_control(text: str, box: int = 0, **fields: Any) -> dict[str, Any]:
    given = {
        "box": box, "text": text, "tag": "button", "role": "", "action": "", "rect": [10, 700, 140, 40], "share": 1,
        "middle": [80, 720], "clipped": False, "covered": False, "font": [16, 400, "Arial"], "letters": [255, 255, 255, 1],
        "stack": [PAGE, DARK], "own": [PAGE, DARK], "border": None, "underlined": False, "in_text": False, "shadow": False,
        "surface": [0, 600, 1280, 200],
    }  # fmt: skip
    return given | fields


def raw(*controls: dict[str, Any], text: str = "We use cookies", **fields: Any) -> dict[str, Any]:
    given = {
        "language": "en", "framed": False, "boxes": [{"hint": True, "text": text, "share": 0.2, "rect": [0, 0, 0, 0], "tag": "div"}],
        "controls": list(controls), "ticks": [], "overlay": 0.0, "frames": [], "scroll_locked": False, "blurred": False,
        "text_length": 10,
    }  # fmt: skip
    return given | fields


def document(*controls: dict[str, Any], **fields: Any) -> _Document:
    return msgspec.convert(raw(*controls, **fields), _Document, strict=False)


def test_a_box_about_consent_with_a_choice_is_the_layer() -> None:
    layer = _layer(
        document(raw_control("Accept all"), raw_control("Reject all"), raw_control("News")), SHOWN, None, 0.5
    )
    assert layer is not None
    assert [control.meaning for control in layer.controls] == ["accept", "reject"]
    assert (layer.y, layer.width, layer.height) == (600, 1280, 200)
    assert layer.covers == 0.7
    accept = layer.controls[0]
    assert (accept.text_contrast, accept.surface_contrast, accept.colour) == (8.59, 8.59, "#1a4f7a")


def test_a_box_about_something_else_or_without_a_choice_is_none() -> None:
    assert _layer(document(raw_control("Accept all"), boxes=[{"hint": False, "text": "Our newsletter", "share": 0, "rect": [0, 0, 1, 1], "tag": "div"}]), SHOWN, None, 0) is None  # fmt: skip
    assert _layer(document(raw_control("Settings")), SHOWN, None, 0) is None


def test_a_refusal_elsewhere_is_kept_as_one_outside() -> None:
    layer = _layer(
        document(raw_control("Accept all"), raw_control("Reject all", box=-1, surface=None)), SHOWN, None, 0
    )
    assert layer is not None
    assert [(one.meaning, one.in_banner) for one in layer.controls] == [("accept", True), ("reject", False)]


def test_our_own_mark_counts_only_where_words_say_nothing() -> None:
    layer = _layer(
        document(raw_control("Accept all", action="reject"), raw_control("Jo", action="reject")),
        SHOWN,
        None,
        0,
    )
    assert layer is not None
    assert [one.meaning for one in layer.controls] == ["accept", "reject"]


@pytest.mark.parametrize(
    "value",
    [None, [], {"controls": 1}, raw(raw_control("x", rect="no")), raw(raw_control("x", stack=[[1, 2]]))],
)
def test_an_answer_that_is_none_costs_only_itself(value: object) -> None:
    answer = FrameAnswer(url="http://a.example/", origin="http://a.example", main=True, value=value)
    assert _document(answer) is None


@pytest.mark.parametrize(
    ("rect", "share"),
    [
        ((0, 0, 10, 10), 1.0),
        ((-5, 0, 10, 10), 0.5),
        ((0, 795, 10, 10), 0.5),
        ((2000, 0, 10, 10), 0.0),
        ((0, 0, 0, 10), 0.0),
        ((float("nan"), 0, 10, 10), 0.0),
    ],
)
def test_the_share_in_view_is_bounded(rect: tuple[float, float, float, float], share: float) -> None:
    assert _inside(rect, SHOWN) == share
