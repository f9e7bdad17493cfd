from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from widget import render
from widget.config import Item, Rule, WidgetConfig

TYPES = Path(__file__).resolve().parents[2] / "widget" / "src" / "types.d.ts"


def fields(name: str) -> set[str]:
    types = TYPES.read_text(encoding="utf-8")
    body = re.search(rf"interface {name}\b[^{{]*\{{(.*?)^\}}", types, re.DOTALL | re.MULTILINE)
    assert body is not None
    return set(re.findall(r"^  (\w+): ", body[1], re.MULTILINE))


def written(content: str, first_key: str) -> dict[str, Any]:
    """The object that the renderer wrote into a file, by its first key."""
    start = content.index(f'{{"{first_key}":')
    found: dict[str, Any] = json.JSONDecoder().raw_decode(content, start)[0]
    return found


def test_both_sides_know_the_same_configuration() -> None:
    item = Item(kind="c", name="_ga", category="p", own=1, http_only=0, vendor="", purpose="", lifetime=None)
    config = WidgetConfig(
        site="larkspur",
        server="https://c.example",
        notice="0" * 64,
        own=(),
        items=(item,),
        texts={"en": render.texts("en")},
    )
    bundle = render.bundle(config)
    settings = written(bundle.script, "site")
    assert set(settings) == fields("Config") | fields("Policy")
    assert settings["items"] == [["c", "_ga", "p", 0]]
    details = written(bundle.parts[settings["more"]], "controller")
    assert set(details) == fields("Details")
    assert set(details["items"][0]) == fields("Item")
    assert set(settings["texts"]) | set(details["texts"]) == {"dir", *render.texts("en")}
    assert len(Rule("a.example", "", "p", 0, "")) == 5
