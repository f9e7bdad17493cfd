from __future__ import annotations

from pathlib import Path

from scanner.knowledge.imported import Fact, store_source
from scanner.knowledge.local import LocalKnowledge
from tests.scanner.knowledge.lists import stored
from tests.scanner.knowledge.test_imported import source


def test_what_is_used_is_described_for_the_report(tmp_path: Path) -> None:
    assert LocalKnowledge.load(tmp_path) is None
    store_source(source(Fact(name="abcd", category="performance")), tmp_path)
    local = LocalKnowledge.load(stored(tmp_path))
    assert local is not None
    assert [(one["title"], one["licence"]) for one in local.described()] == [
        ("A list", "CC0"),
        ("EasyList", "not stated"),
        ("EasyPrivacy", "https://lists.example/licence.html"),
    ]
