"""Whether imprint and policies can be reached while the banner is up."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import msgspec

from scanner.banners.measure import Measured
from scanner.banners.model import Link
from scanner.banners.words import phrases
from scanner.browser.targets import PageTargets
from scanner.browser.worlds import ask_frames
from scanner.consent_actions.wording import meaning_of

_FOLDER = Path(__file__).parent


class _Link(msgspec.Struct):
    """One link as links.js describes it."""

    kind: str
    text: str
    url: str
    lifted: bool
    problem: str


async def links_of(targets: PageTargets, measured: Measured) -> tuple[Link, ...]:
    """Return the links to imprint and policies; leaves the page scrolled a little, as by a visitor who goes on."""
    found: dict[tuple[str, str, str], Link] = {}
    for answer in await ask_frames(targets, _script(), every=True, timeout_s=3.0):
        in_frame = not answer.main
        if in_frame and answer.url != measured.frame_url:
            continue
        try:
            given = msgspec.convert(answer.value, list[_Link], strict=False)
        except msgspec.ValidationError:
            continue
        for one in given[:24]:
            if one.kind not in ("imprint", "policy"):
                continue
            meant = meaning_of(one.text)
            if meant is not None and meant[0] != "accept":  # "privacy settings" is no policy
                continue
            link = Link(
                kind="imprint" if one.kind == "imprint" else "policy",
                text=one.text,
                url=one.url,
                in_banner=in_frame or (one.lifted and not one.problem),
                problem=one.problem,
            )
            found.setdefault((link.kind, link.text, link.url), link)
    return tuple(
        sorted(found.values(), key=lambda link: (link.kind, bool(link.problem), link.text, link.url))
    )


@cache
def _script() -> str:
    words = json.dumps({"imprint": phrases("imprint"), "policy": phrases("policy")}, ensure_ascii=False)
    code = (_FOLDER / "links.js").read_text(encoding="utf-8")
    return code.replace("= WORDS;", f"= {words};")
