from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from widget import render
from widget.config import Announced, Item, Rule, WidgetConfig

TYPES = Path(__file__).resolve().parents[2] / "widget" / "src" / "types.d.ts"


def fields(name: str) -> set[str]:
    types = TYPES.read_text(encoding="utf-8")
    body = re.search(rf"interface {name}\b[^{{]*\{{(.*?)^\}}", types, re.DOTALL | re.MULTILINE)
    assert body is not None
    return set(re.findall(r"^  (\w+): ", body[1], re.MULTILINE))


def details_of(content: str, part: str) -> dict[str, Any]:
    """What the renderer wrote into a further part, by its names."""
    names = re.search(r"\[[\w$,]+\]=(?=\[)", content)
    assert names is not None
    start = names.end()
    return dict(zip(render.PARTS[part], json.JSONDecoder().raw_decode(content, start)[0], strict=True))


def test_both_sides_know_the_same_configuration() -> None:
    item = Item(kind="c", name="_ga", category="p", own=1, http_only=0, vendor="", purpose="", lifetime=None)
    config = WidgetConfig(
        site="larkspur",
        server="https://c.example",
        notice="0" * 64,
        own=(),
        items=(item,),
        self_check=1,
        announced=Announced(
            id="ab12", since=5, until=9, texts={"en": ("Changes", ("From May on.", ("One", "Two")))}
        ),
        texts={"en": render.texts("en")},
    )
    bundle = render.bundle(config)
    settings = render.settings_of(bundle.script)
    assert set(settings) == fields("Config") | fields("Policy")
    assert settings["items"] == [["c", "_ga", "p", 0]]
    check = re.search(r"larkspur\.\w+\.js(?=\",1\])", bundle.script)
    assert check is not None
    announcing = re.search(r'\["ab12",5,9,\{"en":"(larkspur\.\w+\.js)"\}\]', bundle.script)
    assert announcing is not None
    announce = details_of(bundle.parts[announcing[1]], "announce")
    more = details_of(bundle.parts[settings["more"]], "more")
    lookup = details_of(bundle.parts[more["lookup"]], "lookup")
    details = {
        "more": more,
        "lookup": lookup,
        "held": details_of(bundle.parts[settings["held"]], "held"),
        "check": details_of(bundle.parts[check[0]], "check"),
        "announce": announce,
    }
    assert {name for part in details.values() for name in part} == fields("Details")
    assert lookup["items"] == [["c", "_ga", "p", "", "", None]]
    assert set(announce["announcement"]) == fields("Announcement")
    assert announce["announcement"]["blocks"] == ["From May on.", ["One", "Two"]]
    assert announce.pop("texts") == {"close": render.texts("en")["close"]}  # which the settings have too
    texts = [*settings["texts"], *(key for part in details.values() for key in part.get("texts", ()))]
    assert sorted(texts) == sorted(["dir", *render.texts("en")])  # each travels once
    assert len(Rule("a.example", "", "p", 0, "")) == 5
