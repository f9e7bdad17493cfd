from __future__ import annotations

import struct

import pytest

from consent.model.errors import ScanError
from consent.pictures import Scene
from scanner.browser import pictures

BANNER = """
addEventListener('DOMContentLoaded', () => {
  const banner = document.createElement('consentry-banner');
  banner.attachShadow({mode: 'open'}).innerHTML = '<button data-consentry-action="reject">No</button>';
  document.body.append(banner);
  fetch('https://www.larkspur.example/v1/consent', {method: 'POST', body: '{}'}).catch(() => {});
});
"""


def size(png: bytes) -> tuple[int, ...]:
    assert png.startswith(b"\x89PNG")
    return struct.unpack(">II", png[16:24])


def test_a_banner_is_drawn_on_both_devices_and_one_that_does_not_appear_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(url="https://www.larkspur.example/", language="en", script=BANNER, parts={})
    made = pictures.draw(scene)
    assert sorted(made) == ["desktop", "phone"]
    assert size(made["desktop"])[0] > size(made["phone"])[0] >= 390
    monkeypatch.setattr(pictures, "_TIMEOUT_MS", 500)
    with pytest.raises(ScanError, match="could not draw the banner"):
        pictures.draw(Scene(url=scene.url, language="en", script="1", parts={}))
