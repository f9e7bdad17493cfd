from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

from widget.config import Item, Rule, WidgetConfig

TYPES = Path(__file__).resolve().parents[2] / "widget" / "src" / "types.d.ts"


def test_both_sides_know_the_same_configuration() -> None:
    types = TYPES.read_text(encoding="utf-8")

    def fields(name: str) -> set[str]:
        body = re.search(rf"interface {name}[^{{]*\{{(.*?)^\}}", types, re.DOTALL | re.MULTILINE)
        assert body is not None
        return set(re.findall(r"^  (\w+): ", body[1], re.MULTILINE))

    config = asdict(WidgetConfig(site="larkspur", server="https://c.example", notice="0" * 64, own=()))
    assert fields("Config") | fields("Policy") == (set(config) - {"accent"}) | {"css", "widget"}
    item = Item(kind="c", name="_ga", category="p", own=1, http_only=0, vendor="", purpose="", lifetime=None)
    assert fields("Item") == set(asdict(item))
    assert len(Rule("a.example", "", "p", 0, "")) == 5
