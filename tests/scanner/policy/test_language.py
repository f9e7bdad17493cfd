from __future__ import annotations

from pathlib import Path

import pytest

import scanner.policy.language as module
from consent.model.errors import ConfigError
from scanner.policy.language import Matcher, language, language_of, languages
from scanner.policy.model import Sentence
from scanner.policy.rules import rules
from scanner.policy.sentences import plain

MATCHERS = [(tag, matcher) for tag, one in languages().items() for matcher in one.matchers]


def name_of(value: object) -> str:
    return f"{value.pattern.topic}-{value.pattern.value}" if isinstance(value, Matcher) else str(value)


def example(text: str) -> Sentence:
    heading, _, said = text.rpartition(" \u203a ")
    return Sentence(start=0, end=len(said), plain=plain(said), kind="paragraph", heading=heading)


@pytest.mark.parametrize(("tag", "matcher"), MATCHERS, ids=name_of)
def test_a_pattern_means_its_own_examples_and_no_others(tag: str, matcher: Matcher) -> None:
    for said in matcher.pattern.matches:
        assert matcher.match(example(said)), f"{tag}: must match: {said}"
    for said in matcher.pattern.ignores:
        assert not matcher.match(example(said)), f"{tag}: must not match: {said}"


def test_every_claim_that_is_a_rule_s_has_that_rule() -> None:
    claims = {m.pattern.value for _, m in MATCHERS if m.pattern.value.startswith("policy-")}
    assert claims <= set(rules())


def test_a_language_is_told_by_its_common_words() -> None:
    assert language_of("We use the data that you give to us, and nothing of it is sold.") == "en"
    assert language_of("Wir verarbeiten Ihre Daten nur, soweit dies erforderlich ist.") == ""
    assert language_of("1234 ... 5678") == ""
    assert language("xx") is languages()["en"]


def test_an_item_is_read_together_with_the_line_before_it() -> None:
    item = Sentence(
        start=0,
        end=30,
        plain="Pass personally identifiable data to third parties",
        kind="item",
        lead="We do not use cookies to:",
    )
    values = {m.pattern.value for _, m in MATCHERS if m.match(item)}
    assert "no-third-parties" in values


def test_what_only_the_line_before_says_is_not_said_again_by_the_item() -> None:
    item = Sentence(
        start=0, end=5, plain="Tea", kind="item", lead="You may withdraw your consent at any time, and have:"
    )
    assert not any(m.match(item) for _, m in MATCHERS if m.pattern.topic == "right")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        (
            'topic = "right"\nvalue = "x"\nany = ["("]\nmatches = ["a"]\nignores = ["b"]',
            "no regular expression",
        ),
        ('topic = "right"\nvalue = "x"\nany = ["<nothing>"]\nmatches = ["a"]\nignores = ["b"]', "not among"),
        ('topic = "rigth"\nvalue = "x"\nany = ["a"]\nmatches = ["a"]\nignores = ["b"]', "rigth"),
        ('topic = "right"\nvalue = "x"\nany = ["a"]\nmatches = []\nignores = ["b"]', "matches"),
    ],
)
def test_a_bad_pattern_is_told_with_file_and_key(tmp_path: Path, pattern: str, said: str) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    (folder / "language.toml").write_bytes((module.FOLDER / "en" / "language.toml").read_bytes())
    (folder / "bad.toml").write_text(f"[[pattern]]\n{pattern}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        module._load(folder)
