from __future__ import annotations

from pathlib import Path

from consent.model import own_cookie


def test_the_name_is_that_which_the_widget_writes_and_reads() -> None:
    source = (Path(__file__).parents[3] / "widget/src/state.js").read_text(encoding="utf-8")
    assert f"`{own_cookie.NAME}=${{" in source
    assert f"startsWith('{own_cookie.NAME}=')" in source
