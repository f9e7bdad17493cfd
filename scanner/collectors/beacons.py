"""Which requests are beacons: sendBeacon, fetches that outlive the page, and pictures of at most one pixel.

Nothing is observed by this collector itself: it marks requests (`Scene.beacons`), and the network collector tells them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urldefrag, urljoin

from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Watched

_MAX_MARKS = 20_000

_PIXELS = """(() => {
  const found = [];
  for (const image of document.images) {
    if (found.length >= 200) break;
    const drawn = image.naturalWidth <= 1 && image.naturalHeight <= 1 && image.naturalWidth > 0;
    const declared = image.hasAttribute("width") && image.width <= 1 && image.height <= 1;
    if ((drawn || declared) && image.currentSrc.startsWith("http")) found.push(image.currentSrc.slice(0, 4000));
  }
  return found;
})()"""


class BeaconsCollector(BaseCollector):
    """Marks beacons by page and address."""

    id = "beacons"
    script = "beacons.js"
    look = _PIXELS
    entry = tuple[str, str]

    def apply(self, page: int, entry: tuple[str, str]) -> None:
        """Remember the address of a beacon and how it was sent."""
        self.scene.beacons.setdefault((page, entry[0]), entry[1])

    def watch(self, watched: Watched) -> None:
        """Listen to what scripts send, and to pictures that are in no document."""
        watched.on_record("beacon", lambda record: self._sent(watched, record))

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Mark the pictures of each frame that have no size."""
        for answer in answers:
            for url in answer.value if isinstance(answer.value, list) else ():
                self._mark(watched.number, str(url), "pixel")

    def _sent(self, watched: Watched, record: dict[str, Any]) -> None:
        try:
            url = urljoin(str(record.get("href", "")), str(record.get("url", "")))
        except ValueError:
            return
        api = str(record.get("api", ""))[:40]
        self._mark(watched.number, url, api)
        if watched.leaving and api != "pixel":
            watched.last_words.append((url, watched.elapsed_ms()))

    def _mark(self, page: int, url: str, api: str) -> None:
        plain = urldefrag(url)[0][:4_000]
        if len(self.scene.beacons) < _MAX_MARKS and (page, plain) not in self.scene.beacons:
            self.learn(page, (plain, api))
