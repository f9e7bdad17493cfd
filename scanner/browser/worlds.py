"""Ask a page's frames something from an isolated world, where the page's own scripts cannot tamper with the answer."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import msgspec

from scanner.browser.targets import PageTargets, TargetGone

_WORLD = "consentry"
_MAX_FRAMES = 40
_FRAMES_TIMEOUT_S = 2.0


class FrameAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What one frame answered; ``main`` is True for the page's own document."""

    url: str
    origin: str
    main: bool
    value: Any


async def ask_frames(
    targets: PageTargets,
    expression: str,
    *,
    main_only: bool = False,
    every: bool = False,
    timeout_s: float = 2.0,
) -> list[FrameAnswer]:
    """Evaluate ``expression`` (a promise is awaited) once per origin among the http(s) frames of the page and its pop-ups.

    With ``every``, frames of one origin are each asked, for what differs between their documents. A frame that
    is gone, sandboxed or hung gives no answer; the others still do. A page that does not even tell its frames in
    `_FRAMES_TIMEOUT_S` is not asked, however long it might have for the answer.
    """
    if targets.hung:
        return []
    patience_s = min(timeout_s, _FRAMES_TIMEOUT_S)
    frames = [(targets, *one) for one in await _frames(targets, "", patience_s)]
    if main_only:
        frames = frames[:1]
    else:
        for child in targets.children("iframe"):
            frames += [(targets, *one) for one in await _frames(targets, child, patience_s)]
        for window in [window for window in targets.windows if not window.hung]:
            frames += [(window, *one) for one in await _frames(window, "", patience_s)]
            for child in window.children("iframe"):
                frames += [(window, *one) for one in await _frames(window, child, patience_s)]
    wanted: dict[str, tuple[PageTargets, str, dict[str, Any], bool]] = {}
    for number, (holder, child, frame) in enumerate(frames[:_MAX_FRAMES]):
        if str(frame.get("url", "")).startswith("http"):
            key = str(frame["id"] if every else frame.get("securityOrigin", ""))
            wanted.setdefault(key, (holder, child, frame, number == 0))
    answers = await asyncio.gather(
        *(
            _ask(holder, child, frame, expression, main=is_main, timeout_s=timeout_s)
            for holder, child, frame, is_main in wanted.values()
        )
    )
    return [answer for answer in answers if answer is not None]


async def _frames(targets: PageTargets, child: str, timeout_s: float) -> list[tuple[str, dict[str, Any]]]:
    """Return a session's frames, parents first."""
    try:
        tree = (await targets.send("Page.getFrameTree", child=child, timeout_s=timeout_s))["frameTree"]
    except TargetGone:
        return []
    found = []
    queue = [tree]
    while queue:
        node = queue.pop(0)
        found.append((child, node["frame"]))
        queue.extend(node.get("childFrames", ()))
    return found


async def _ask(
    targets: PageTargets,
    child: str,
    frame: dict[str, Any],
    expression: str,
    *,
    main: bool,
    timeout_s: float,
) -> FrameAnswer | None:
    try:
        world = None if child else targets.driver_worlds.of(str(frame["id"]))
        if world is not None:
            with contextlib.suppress(TargetGone):  # it may be gone with its document: then in one of ours
                return _answer(
                    frame, await _evaluate(targets, child, world, expression, timeout_s), main=main
                )
            if targets.hung:
                return None
        world = await _own_world(targets, child, frame, timeout_s)
        return _answer(frame, await _evaluate(targets, child, world, expression, timeout_s), main=main)
    except TargetGone:
        return None


async def _own_world(targets: PageTargets, child: str, frame: dict[str, Any], timeout_s: float) -> int:
    known = (child, str(frame["id"]), str(frame.get("loaderId", "")))
    if known not in targets.worlds:
        world = await targets.send(
            "Page.createIsolatedWorld",
            {"frameId": frame["id"], "worldName": _WORLD},
            child=child,
            timeout_s=timeout_s,
        )
        targets.worlds[known] = int(world["executionContextId"])
    return targets.worlds[known]


async def _evaluate(
    targets: PageTargets, child: str, world: int, expression: str, timeout_s: float
) -> dict[str, Any]:
    return await targets.send(
        "Runtime.evaluate",
        {
            "expression": expression,
            "contextId": world,
            "awaitPromise": True,
            "returnByValue": True,
            "timeout": timeout_s * 1000,
        },
        child=child,
        timeout_s=timeout_s,
    )


def _answer(frame: dict[str, Any], answer: dict[str, Any], *, main: bool) -> FrameAnswer | None:
    if "exceptionDetails" in answer:
        return None
    return FrameAnswer(
        url=str(frame["url"]),
        origin=str(frame.get("securityOrigin", "")),
        main=main,
        value=answer["result"].get("value"),
    )
