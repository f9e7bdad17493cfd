"""Which scripts read properties that tell one device from another, counted by interface and script.

The hooks of fingerprinting.js count in the page; what the counts come to is judged by `scanner.fingerprints`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from scanner.collectors import BaseCollector, Scene, Watched
from scanner.observations import Observation
from scanner.parties import host_of
from scanner.stacks import scripts_of

_MAX_SCRIPTS = 3_000
_MAX_APIS = 120
_MAX_COUNT = 1_000_000
_CANVASES = 5

Key = tuple[int, bool, str]
"""Number of the page, whether after the consent action, script."""


@dataclass(slots=True)
class _Use:
    """What one script did on one page."""

    initiators: tuple[str, ...]
    frame: str
    time_ms: float
    apis: dict[str, int] = field(default_factory=dict)
    canvases: list[dict[str, Any]] = field(default_factory=list)


class _Told(msgspec.Struct, frozen=True):
    """One record of the page, as it came."""

    record: dict[str, Any]
    acted: bool
    time_ms: float


class FingerprintingCollector(BaseCollector):
    """One observation per page and script; two where it went on after the consent action."""

    id = "fingerprinting"
    script = "fingerprinting.js"
    entry = _Told

    def __init__(self, scene: Scene) -> None:
        super().__init__(scene)
        self._uses: dict[Key, _Use] = {}

    def watch(self, watched: Watched) -> None:
        """Listen to what scripts read."""
        for kind in ("fingerprint", "canvas"):
            watched.on_record(
                kind,
                lambda record: self.learn(
                    watched.number, _Told(record, self.scene.acted, watched.elapsed_ms())
                ),
            )

    def apply(self, page: int, entry: _Told) -> None:
        """Count calls, or remember what was drawn on a canvas that was read back."""
        if entry.record.get("type") == "canvas":
            self._read_back(page, entry)
        else:
            self._counted(page, entry)

    async def finish(self) -> list[Observation]:
        """Return what each script read."""
        log = self.scene.requests
        return [
            Observation(
                kind="fingerprinting",
                name=script,
                host=host_of(script),
                state=self.scene.state,
                page=self.scene.page_url(page),
                initiators=log.chain(page, (script, *use.initiators))[1:],
                time_ms=use.time_ms,
                after_action=after_action,
                details={"apis": use.apis, "canvases": use.canvases, "frame": use.frame},
            )
            for (page, after_action, script), use in self._uses.items()
        ]

    def _counted(self, page: int, told: _Told) -> None:
        use, record = self._use(page, told), told.record
        api = str(record.get("api", ""))[:80]
        count = record.get("count")
        if use is None or not isinstance(count, int) or (api not in use.apis and len(use.apis) >= _MAX_APIS):
            return
        use.apis[api] = min(_MAX_COUNT, use.apis.get(api, 0) + max(0, count))

    def _read_back(self, page: int, told: _Told) -> None:
        use, record = self._use(page, told), told.record
        if use is not None and len(use.canvases) < _CANVASES:
            numbers = {
                key: record[key]
                for key in ("width", "height", "characters", "colours")
                if isinstance(record.get(key), int | float)
            }
            flags = {key: record.get(key) is True for key in ("saved", "lossy")}
            use.canvases.append({"api": str(record.get("api", ""))[:80]} | numbers | flags)

    def _use(self, page: int, told: _Told) -> _Use | None:
        record = told.record
        scripts = scripts_of(record.get("stack"))
        frame = str(record.get("href", ""))
        if not scripts:  # evaluated code has no address of its own
            base = frame if frame.startswith("http") else str(record.get("origin", ""))
            scripts = (base.partition("#")[0],)
        key = (page, told.acted, scripts[0])
        if key not in self._uses:
            if len(self._uses) >= _MAX_SCRIPTS:
                return None
            self._uses[key] = _Use(initiators=scripts[1:], frame=frame, time_ms=told.time_ms)
        return self._uses[key]
