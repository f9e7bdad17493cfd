from __future__ import annotations

import pytest

from scanner.policy.context import LIST_GAP, is_introduced, is_spelt, shown
from scanner.policy.language import language
from scanner.policy.model import Sentence
from scanner.policy.names import TOKEN, Names

USES = language("en").alternatives("uses")


def judged(text: str, word: str) -> bool:
    start = text.index(word)
    sentence = Sentence(start=0, end=len(text), plain=text, kind="paragraph")
    return shown(sentence, start, start + len(word), USES)[1]


@pytest.mark.parametrize(
    ("text", "word", "is_company"),
    [
        ("We use Segment to collect events.", "Segment", True),
        ("Segment provides analytics.", "Segment", True),
        ("Segment, Inc. helps us.", "Segment", True),
        ("Read Drift's privacy policy.", "Drift", True),
        ("Notion (https://notion.so)", "Notion", True),
        ("Target audiences are chosen.", "Target", False),
        ("We keep your Contact Information.", "Contact", False),
        ("Front Page And Other News", "Front", False),
    ],
)
def test_the_sentence_shows_whether_a_word_is_a_company(text: str, word: str, *, is_company: bool) -> None:
    assert judged(text, word) is is_company


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("hubspot", True),
        ("Constant Contact", True),
        ("constant contact", False),
        ("google analytics", True),
        ("Let's Encrypt", True),
        ("UPS", True),
        ("ups", False),
        ("Gist", True),
        ("gist", False),
        ("Split.io", True),
        ("split io", False),
    ],
)
def test_a_name_is_written_as_one(written: str, *, right: bool) -> None:
    names = Names.load()
    words = list(TOKEN.finditer(written))
    found = names.longest(tuple(word[0].lower() for word in words))
    assert found is not None
    assert is_spelt(written, words[: found[1]], found[0], names) is right


def test_what_parts_the_names_of_a_list() -> None:
    assert all(LIST_GAP.match(gap) for gap in (", ", " and ", ", or ", " & ", " / ", ' and the "'))
    assert not any(LIST_GAP.match(gap) for gap in (" for mails, ", " is ", ". Our "))


def test_a_misspelt_name_is_introduced_by_a_word_or_by_its_neighbour() -> None:
    text = "We use hubspt, and mailchmp."
    assert is_introduced(text, 7, 13, [])
    assert is_introduced(text, 19, 27, [(7, 13)])
    assert not is_introduced(text, 19, 27, [])
