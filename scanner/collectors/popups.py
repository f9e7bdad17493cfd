"""Windows that scripts open: where they lead is a link of the page, and nothing of them may be missed.

What a window asks for and stores is told by the other collectors, as the doing of the page that opened it
(`scanner.popups`). Nothing is observed by this one itself. Its hook opens a window blank, lets the scanner listen to it, and
only then lets it go to its address.
"""

from __future__ import annotations

from typing import Any

from scanner.collectors import BaseCollector, Watched
from scanner.parties import host_of, registrable_domain

_MAX_LINKS = 20


class PopupsCollector(BaseCollector):
    """Gathers the addresses of the site's own pop-ups: a help page may be reached in no other way."""

    id = "popups"
    script = "popups.js"

    def watch(self, watched: Watched) -> None:
        """Listen to which windows scripts open."""
        links: list[str] = []
        watched.on_record("popup", lambda record: self._opened(watched, record, links))

    def _opened(self, watched: Watched, record: dict[str, Any], links: list[str]) -> None:
        url = str(record.get("url", ""))
        site = registrable_domain(host_of(self.scene.page_url(watched.number)))
        if url.startswith("http") and registrable_domain(host_of(url)) == site and len(links) < _MAX_LINKS:
            links.append(url)
            watched.links.append(url)
