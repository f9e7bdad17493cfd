"""Links in frames of the site's other hosts: a shop's help pages may be reached from a frame alone.

Nothing is observed by this collector itself: the links join those of the page (`Watched.links`). Frames of the page's own
origin are read with the page.
"""

from __future__ import annotations

from collections.abc import Sequence

from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Watched
from scanner.parties import host_of, registrable_domain

_MAX_LINKS = 1_000
_LOOK = """(() => globalThis.top === globalThis ? [] : [...document.querySelectorAll("a[href], area[href]")].slice(0, MAX_LINKS)
  .map((link) => typeof link.href === "string" ? link.href.slice(0, 2100) : "")
  .filter((href) => href.startsWith("http")))()""".replace("MAX_LINKS", str(_MAX_LINKS))


class FramesCollector(BaseCollector):
    """Gathers the links of the site's own frames."""

    id = "frames"
    look = _LOOK

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Take the links of frames of the page's registrable domain; a stranger's frame does not say what to visit."""
        site = registrable_domain(host_of(self.scene.page_url(watched.number)))
        for answer in answers:
            if not answer.main and registrable_domain(host_of(answer.url)) == site:
                room = _MAX_LINKS - len(watched.links)
                found = answer.value if isinstance(answer.value, list) else []
                watched.links += [str(link) for link in found[: max(0, room)]]
