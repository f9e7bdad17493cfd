"""What a banner says besides its buttons: the phrases of words.toml, looked for as whole words."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from scanner.phrases import normalised

Topic = Literal["close", "imprint", "policy", "necessary", "interest", "purposes", "withdraw", "implied"]


@cache
def _words() -> dict[str, dict[Topic, tuple[str, ...]]]:
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return {
        language: {topic: tuple(normalised(one) for one in phrases) for topic, phrases in topics.items()}
        for language, topics in data.items()
    }


def languages() -> tuple[str, ...]:
    """Return the languages whose words are known."""
    return tuple(_words())


def knows(language: str) -> bool:
    """Whether the words of a language (``de``, ``de-AT``) are known."""
    return language.lower().partition("-")[0] in _words()


@cache
def phrases(topic: Topic) -> tuple[str, ...]:
    """Return the phrases of a topic in all languages, each once, the longest first."""
    found = {phrase for topics in _words().values() for phrase in topics.get(topic, ())}
    return tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))


def mentioned(text: str, topic: Topic, *, limit: int = 8) -> list[str]:
    """Return the phrases of a topic that a text holds as whole words, longer ones before those within them."""
    plain = f" {normalised(text)} "
    found: list[str] = []
    for phrase in phrases(topic):
        if f" {phrase} " in plain and not any(f" {phrase} " in f" {one} " for one in found):
            found.append(phrase)
            if len(found) == limit:
                break
    return found


def is_close(text: str) -> bool:
    """Whether a control's whole text is a cross or a word that closes."""
    return text.strip() in {"×", "✕", "✖", "✗", "⨯", "x", "X"} or normalised(text) in phrases("close")  # noqa: RUF001 - crosses as they are typed
