"""Errors that a page's scripts tell the console: what a refusal breaks shows here first.

The page is only listened to. Refusals by a Content-Security-Policy are told apart, because they are no fault of a script.
"""

from __future__ import annotations

from typing import Any

from scanner.collectors import BaseCollector, Scene, Watched
from scanner.observations import Observation
from scanner.parties import host_of

_MAX_PER_PAGE = 30
_MAX_TEXT = 300


class PageErrorsCollector(BaseCollector):
    """One observation per error, place and page."""

    id = "page_errors"
    entry = Observation

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._seen: dict[tuple[int, str, str, str, bool], Observation] = {}
        self._counts: dict[int, int] = {}

    def apply(self, page: int, entry: Observation) -> None:
        """Remember one error, each once."""
        key = (page, entry.details["kind"], entry.name, entry.details["source"], entry.after_action)
        self._seen.setdefault(key, entry)

    def watch(self, watched: Watched) -> None:
        """Listen to exceptions that nobody caught, and to what is written to the console as an error."""
        watched.targets.on("Runtime.exceptionThrown", lambda event: self._thrown(watched, event))
        watched.targets.on("Runtime.consoleAPICalled", lambda event: self._written(watched, event))

    async def finish(self) -> list[Observation]:
        """Return the errors."""
        return list(self._seen.values())

    def _thrown(self, watched: Watched, event: dict[str, Any]) -> None:
        details = event["exceptionDetails"]
        exception = details.get("exception") or {}
        told = str(exception.get("description") or exception.get("value") or details.get("text", ""))
        self._add(watched, "exception", told.split("\n", maxsplit=1)[0], _place(details))

    def _written(self, watched: Watched, event: dict[str, Any]) -> None:
        if event.get("type") not in {"error", "assert"}:
            return
        words = (one.get("value", one.get("description", "")) for one in event.get("args", ())[:6])
        told = " ".join(str(word).split("\n")[0] for word in words)
        frames = (event.get("stackTrace") or {}).get("callFrames", ())
        self._add(watched, "console", told, _place(frames[0]) if frames else "")

    def _add(self, watched: Watched, kind: str, told: str, source: str) -> None:
        count = self._counts[watched.number] = self._counts.get(watched.number, 0) + 1
        if count > _MAX_PER_PAGE:
            return
        if "Content Security Policy" in told:
            kind = "refused"
        page = self.scene.page_url(watched.number)
        text = told.strip()[:_MAX_TEXT]
        if (watched.number, kind, text, source, self.scene.acted) in self._seen:
            return
        self.learn(
            watched.number,
            Observation(
                kind="page_error",
                name=text,
                host=host_of(source.rsplit(":", 2)[0]) if source else "",
                state=self.scene.state,
                page=page,
                time_ms=watched.elapsed_ms(),
                after_action=self.scene.acted,
                details={
                    "kind": kind,
                    "source": source,
                    "on_action_page": self.scene.on_action_page(watched.number, watched.wall_s()),
                },
            ),
        )


def _place(frame: dict[str, Any]) -> str:
    """Return ``url:line:column`` of a call frame or of exception details, both from 1; empty for code without a URL."""
    url = str(frame.get("url", ""))[:2_000]
    if not url.startswith("http"):
        frames = (frame.get("stackTrace") or {}).get("callFrames", ())
        return _place(frames[0]) if frames else ""
    return f"{url}:{int(frame.get('lineNumber', 0)) + 1}:{int(frame.get('columnNumber', 0)) + 1}"
