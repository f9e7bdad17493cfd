"""Ask a page's frames something from an isolated world, where the page's own scripts cannot tamper with the answer."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from scanner.browser.targets import PageTargets, TargetGone

_WORLD = "consentry"
_MAX_FRAMES = 40


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
    """Evaluate ``expression`` (a promise is awaited) once per origin among the page's http(s) frames.

    With ``every``, frames of one origin are each asked, for what differs between their documents. A frame that
    is gone, sandboxed or hung gives no answer; the others still do.
    """
    if targets.hung:
        return []
    frames = await _frames(targets, "", timeout_s)
    if main_only:
        frames = frames[:1]
    else:
        for child in targets.children("iframe"):
            frames += await _frames(targets, child, timeout_s)
    wanted: dict[str, tuple[str, dict[str, Any], bool]] = {}
    for number, (child, frame) in enumerate(frames[:_MAX_FRAMES]):
        if str(frame.get("url", "")).startswith("http"):
            key = str(frame["id"] if every else frame.get("securityOrigin", ""))
            wanted.setdefault(key, (child, frame, number == 0))
    answers = await asyncio.gather(
        *(
            _ask(targets, child, frame, expression, main=is_main, timeout_s=timeout_s)
            for child, frame, is_main in wanted.values()
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
    known = (child, str(frame["id"]), str(frame.get("loaderId", "")))
    try:
        if known not in targets.worlds:
            world = await targets.send(
                "Page.createIsolatedWorld",
                {"frameId": frame["id"], "worldName": _WORLD},
                child=child,
                timeout_s=timeout_s,
            )
            targets.worlds[known] = int(world["executionContextId"])
        answer = await targets.send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": targets.worlds[known],
                "awaitPromise": True,
                "returnByValue": True,
                "timeout": timeout_s * 1000,
            },
            child=child,
            timeout_s=timeout_s,
        )
    except TargetGone:
        return None
    if "exceptionDetails" in answer:
        return None
    return FrameAnswer(
        url=str(frame["url"]),
        origin=str(frame.get("securityOrigin", "")),
        main=main,
        value=answer["result"].get("value"),
    )
