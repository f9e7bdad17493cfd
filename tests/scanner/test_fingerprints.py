"""Criteria of fingerprinting: what meets them, and the known harmless uses that do not."""

from __future__ import annotations

from typing import Any

import pytest

from consent.model.categories import ConsentState
from scanner.classify import Classifier
from scanner.fingerprints import PROPERTIES, fingerprints_of, is_fingerprint, techniques_of
from scanner.knowledge import Knowledge
from scanner.observations import Observation
from tests.scanner.factories import SHOP

DRAWN: dict[str, Any] = {
    "width": 240,
    "height": 60,
    "characters": 26,
    "colours": 2,
    "saved": False,
    "lossy": False,
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"characters": 9, "colours": 2}, True),
        ({"characters": 10, "colours": 1}, True),
        ({"characters": 9, "colours": 1}, False),
        ({"characters": 0, "colours": 5}, False),
        ({"height": 15}, False),
        ({"saved": True}, False),
        ({"lossy": True}, False),
    ],
)
def test_a_canvas_has_to_meet_every_published_criterion(change: dict[str, Any], expected: bool) -> None:
    assert is_fingerprint(DRAWN | change) is expected


@pytest.mark.parametrize(
    ("apis", "technique"),
    [
        ({"WebGL.unmaskedRenderer": 1}, "webgl"),
        ({"WebGL.getParameter": 30, "WebGL.getShaderPrecisionFormat": 6, "WebGL.getSupportedExtensions": 1}, "webgl"),
        ({"OfflineAudioContext.startRendering": 1, "BaseAudioContext.createOscillator": 1, "AudioBuffer.getChannelData": 1}, "audio"),
        ({"CanvasFont": 50, "Canvas.measureText": 50}, "fonts"),
        ({"ElementFont": 30}, "fonts"),
        ({"queryLocalFonts": 1}, "fonts"),
        ({"FontFaceSet.check": 30}, "fonts"),
        (dict.fromkeys(PROPERTIES, 1), "hardware"),
    ],
)  # fmt: skip
def test_each_technique_has_its_own_criterion(apis: dict[str, int], technique: str) -> None:
    assert technique in techniques_of({"apis": apis})


@pytest.mark.parametrize(
    "apis",
    [
        {"WebGL.getParameter": 14, "WebGL.getShaderPrecisionFormat": 6, "WebGL.getSupportedExtensions": 1},
        {"OfflineAudioContext.startRendering": 1, "BaseAudioContext.decodeAudioData": 1, "BaseAudioContext.createOscillator": 1, "AudioBuffer.getChannelData": 1},
        {"CanvasFont": 8, "Canvas.measureText": 9000},
        {"ElementFont": 12, "FontFaceSet.check": 4},
        {"HTMLMediaElement.canPlayType": 90, "MediaCapabilities.decodingInfo": 20, "Navigator.connection": 3, "Screen.availWidth": 9},
        {"Navigator.webdriver": 100},
        {},
    ],
)  # fmt: skip
def test_charts_players_and_layouts_meet_none(apis: dict[str, int]) -> None:
    assert techniques_of({"apis": apis}) == {}


def seen(state: ConsentState, page: str = SHOP, **fields: Any) -> Observation:
    given: dict[str, Any] = {
        "kind": "fingerprinting",
        "name": "https://tags.print.example/p.js",
        "host": "tags.print.example",
        "details": {"apis": {"Canvas.toDataURL": 1}, "canvases": [DRAWN]},
    }
    return Observation(state=state, page=page, **(given | fields))


def test_one_script_is_one_entry_with_the_states_in_which_it_fingerprinted() -> None:
    classifier = Classifier(Knowledge.load(), site_host="www.larkspur.example")
    plain = {"details": {"apis": {"Navigator.plugins": 3}, "canvases": []}}
    (entry,) = fingerprints_of(
        [
            seen(ConsentState.BEFORE),
            seen(ConsentState.BEFORE, page=f"{SHOP}teas"),
            seen(ConsentState.REJECT, **plain),
            seen(ConsentState.ACCEPT, after_action=False),
        ],
        classifier,
        site_host="www.larkspur.example",
    )
    assert entry.states == (ConsentState.BEFORE,)
    assert list(entry.techniques) == ["canvas"]
    assert entry.apis == {"Canvas.toDataURL": 1, "Navigator.plugins": 3}
    assert (entry.pages, entry.page_count, entry.party) == ((SHOP, f"{SHOP}teas"), 2, "third")
