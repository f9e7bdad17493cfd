from __future__ import annotations

from pathlib import Path

import pytest

from tests.widget.conftest import config
from widget import render
from widget.config import Announced, Change
from widget.optional import OPTIONAL, OPTIONAL_LATER, needed, needed_later, unsampled


def test_every_optional_module_is_a_file_that_some_setting_brings_in() -> None:
    source = Path(render.__file__).parent / "src"
    everything = config(
        texts={tag: render.texts(tag) for tag in ("en", "de")},
        release="in_place",
        shims=("cookiebot", "vanilla"),
        import_decisions=True,
        signals=("google", "meta"),
        self_check=0.5,
        announced=Announced(id="a", since=1, until=2, texts={}),
        changes={"0" * 16: (Change("a", "", ""),)},
        tcf=True,
    )
    known = [("c", "_ga", "p", 0), ("i", "db", "a", 0)]
    assert sorted(needed(everything, known)) == sorted(OPTIONAL)
    assert sorted(needed_later(everything, known)) == sorted(OPTIONAL_LATER["more"])
    assert all((source / name).is_file() for name in (*OPTIONAL, *OPTIONAL_LATER["more"]))


def test_a_site_that_needs_none_has_none() -> None:
    bare = config(rules=(), items=())
    assert needed(bare, []) == []
    assert needed_later(bare, []) == []


@pytest.mark.parametrize(("share", "guard"), [(1, ""), (0.5, "Math.random()>=0.5||")])
def test_every_visit_tells_of_the_banner_unless_a_share_is_set(share: float, guard: str) -> None:
    assert unsampled(share) == guard
