"""What a page's own mark-up and inline scripts load, in the order in which it is asked for.

A banner that is to hold something back has to be there first. Read in the state ``before`` alone: what the mark-up says
is the same in every state.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from consent.model.categories import ConsentState
from scanner.browser.worlds import FrameAnswer
from scanner.collectors import BaseCollector, Scene, Watched
from scanner.hops import Hop
from scanner.observations import NEVER_SENT, Observation
from scanner.parties import host_of
from scanner.request_log import without_query

MAX_ELEMENTS = 40
_TYPES = frozenset({"script", "document", "image", "stylesheet", "font"})

_LOOK = """(() => {
  const found = { loading: [], hints: [] };
  for (const script of [...document.scripts].slice(0, 300)) {
    const url = String(script.getAttribute("src") ? script.src : script.dataset.src ?? "").slice(0, 2000);
    const type = String(script.type ?? "").trim().toLowerCase();
    const held = type !== "" && type !== "module" && !/(java|ecma|live)script|jscript/.test(type);
    if (type === "speculationrules") found.hints.push(["speculation", ""]);
    else if (url) {
      found.loading.push([url, held ? "held" : type === "module" ? "module"
        : script.hasAttribute("async") ? "async" : script.hasAttribute("defer") ? "defer" : ""]);
    }
  }
  const HINTS = new Set(["preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "prerender"]);
  for (const link of [...document.querySelectorAll("link[rel][href]")].slice(0, 300)) {
    for (const word of String(link.rel).toLowerCase().split(/\\s+/)) {
      if (HINTS.has(word)) found.hints.push([word, String(link.href).slice(0, 2000)]);
    }
  }
  return found;
})()"""


class HeadsCollector(BaseCollector):
    """One observation per page of the state ``before``."""

    id = "heads"
    look = _LOOK
    entry = dict[str, Any]
    of_document = True

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._pages: dict[int, dict[str, Any]] = {}

    def apply(self, page: int, entry: dict[str, Any]) -> None:
        """Remember what a page's mark-up loads."""
        self._pages[page] = entry

    def looks_here(self, watched: Watched) -> bool:
        """In the state ``before`` alone."""
        del watched
        return self.scene.state is ConsentState.BEFORE

    def looked(self, watched: Watched, answers: Sequence[FrameAnswer]) -> None:
        """Keep how the page's own scripts are loaded, and what is hinted at."""
        for answer in answers:
            if answer.main and isinstance(answer.value, dict):
                self.learn(watched.number, answer.value)

    async def finish(self) -> list[Observation]:
        """Join what is in the document with what was asked for, in the order of asking."""
        hops: dict[int, list[Hop]] = {}
        for hop in self.scene.requests.hops:
            if not hop.frame_id or hop.popup:
                continue  # a worker's script, which no mark-up loads; DevTools tells of it by chance
            if hop.page in self._pages and hop.type in _TYPES and hop.redirected_from is None:
                if hop.failed in NEVER_SENT:  # held back: the mark-up names it, and nothing was asked for
                    continue
                hops.setdefault(hop.page, []).append(hop)
        found = []
        for number, seen in self._pages.items():
            url = self.scene.page_url(number)
            found.append(
                Observation(
                    kind="head",
                    name=url,
                    host=host_of(url),
                    state=self.scene.state,
                    page=url,
                    details={"elements": _elements(url, seen, hops.get(number, []))},
                )
            )
        return found


def _elements(page: str, seen: dict[str, Any], hops: list[Hop]) -> list[list[str]]:
    """Return kind, URL and way of loading of each, without those that the page's scripts had others load."""
    loading = {str(url): str(how) for url, how in _pairs(seen.get("loading"))}
    hints = _pairs(seen.get("hints"))
    hinted = {str(url): str(word) for word, url in hints if word in {"preload", "modulepreload"}}
    elements: dict[tuple[str, str, str], None] = {}
    for hop in sorted(hops, key=lambda hop: hop.time_ms):
        direct = [without_query(url) for url in hop.initiators]
        if direct != [without_query(page)]:
            continue
        kind = "frame" if hop.type == "document" else hop.type
        if hop.stack:
            kind = f"inline {kind}"
        elif hop.url in hinted:
            elements[hinted[hop.url], hop.url, ""] = None
            if hop.url not in loading:
                continue
        elements[kind, hop.url, loading.get(hop.url, "")] = None
    for url, how in loading.items():
        if how == "held":
            elements["script", url, "held"] = None
    for word, url in hints:
        if word not in {"preload", "modulepreload"}:
            elements[str(word), str(url), ""] = None
    return [list(one) for one in elements][:MAX_ELEMENTS]


def _pairs(value: Any) -> list[tuple[Any, Any]]:
    if not isinstance(value, list):
        return []
    return [(one[0], one[1]) for one in value if isinstance(one, list) and len(one) == 2]
