"""The phrases of words.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from scanner.banners import words
from scanner.banners.words import Topic, is_close, knows, mentioned
from scanner.consent_actions.wording import meaning_of

DATA = tomllib.loads(Path(words.__file__).with_name("words.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", DATA)
def test_every_language_has_every_topic_in_lower_case(language: str) -> None:
    assert set(DATA[language]) == set(get_args(Topic))
    assert all(
        phrase == phrase.lower() and phrase for phrases in DATA[language].values() for phrase in phrases
    )


@pytest.mark.parametrize(
    ("text", "topic", "found"),
    [
        ("We use cookies for statistics and advertising.", "purposes", ["advertising", "statistics"]),
        ("Sie können Ihre Einwilligung jederzeit widerrufen.", "withdraw", ["widerrufen", "jederzeit"]),
        ("Nos partenaires invoquent leur intérêt légitime", "interest", ["intérêt légitime"]),
        ("By continuing to browse you agree", "implied", ["by continuing to"]),
        ("We value your privacy", "purposes", []),
        ("Adsorption", "purposes", []),
    ],
)
def test_whole_words_are_found(text: str, topic: Topic, found: list[str]) -> None:
    assert mentioned(text, topic) == found


def test_a_phrase_within_a_longer_one_is_not_told_twice() -> None:
    assert mentioned("strictly necessary", "necessary") == ["strictly necessary"]


def test_a_language_is_known_by_its_first_part() -> None:
    assert knows("de-AT")
    assert not knows("")
    assert not knows("xx")


def test_a_cross_and_words_close_and_nothing_else() -> None:
    assert is_close(" ✕ ")
    assert is_close("Schließen")
    assert not is_close("Close and accept")


def test_what_closes_is_no_choice() -> None:
    assert [phrase for phrase in words.phrases("close") if meaning_of(phrase)] == []
