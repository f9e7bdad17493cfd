"""Judges whether a sentence shows that a word is a company's name: how it is written, and what stands around it."""

from __future__ import annotations

import re
from itertools import pairwise

from scanner.policy.model import Sentence
from scanner.policy.names import Name, Names

_LEGAL_FORM = re.compile(
    r",? \(?(?:Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|AG|SAS|S\.A|SA|SE|B\.V|BV|N\.V|Corp|Corporation|plc|PLC|A/S|ApS|AB|Oy)\b"
)
_ITS_POLICY = re.compile(
    r"(?:'s?|s')? (?:privacy|cookie|data (?:protection|processing)|security|legal)\b.{0,20}\b(?:polic|notice|statement|terms|agreement)",
    re.IGNORECASE,
)
_ITS_ADDRESS = re.compile(r"\W{0,4}(?:\w+ ){0,3}\(?(?:https?://|www\.)", re.IGNORECASE)
_DOES = re.compile(
    r" (?:is (?:a|an|our|the|used)|provides?|offers?|process(?:es)?|collects?|helps us|stores?|enables? us|sets?|uses? cookies|handles|may (?:collect|set|use|process)|will (?:collect|process)|acts as)\b"
)
_CUE_BEFORE = re.compile(
    r"(?:\b(?:use|uses|using|used|with|via|by|through|from|called|named|like|as|including|to|and|or|on|in|of|our|tool|service|provider|platform|software|the|is|are|employ|engage|integrate|embed)|[,&/(:;|-]) ?$",
    re.IGNORECASE,
)
_USED_BEFORE = re.compile(
    r"\b(?:us(?:e|es|ed|ing)|via|such as|like|called|named|provided by|hosted (?:by|on|with)|powered by) $",
    re.IGNORECASE,
)
_WHICH = re.compile(r",? (?:instead\b|(?:which|who|whose) \w+)")
"""Said of somebody: a capital within a sentence before it is a name's."""
_KINDS = {"pixel", "tag", "ads", "plugin", "button", "widget"}
"""Second words of names that are as often written small: the Meta pixel."""
_TITLE_WORD = re.compile(r"\b[A-Za-z][\w'-]+")
_JOINERS = re.compile(r"^[\s.&'+/,\-()!]{0,3}$")
LIST_GAP = re.compile(r"^\W{0,4}(?:(?:and|or|as well as|&)\s+)?(?:the )?\W{0,2}$", re.IGNORECASE)
"""What may stand between two names of a list."""

SURE, LIKELY, GUESS = 0.95, 0.8, 0.65
"""How sure a name is: listed and plainly written; a common word that its sentence shows; a guess."""


def is_spelt(text: str, words: list[re.Match[str]], name: Name, names: Names) -> bool:
    """Whether the words are written as a name: joined by little, and with the capitals that they need."""
    written = text[words[0].start() : words[-1].end()]
    if any(not _JOINERS.match(text[a.end() : b.start()]) for a, b in pairwise(words)):
        return False
    if "." in name.text.strip(".") and "." not in written and len(words) > 1:
        return False
    if name.weak:
        return written[0].isupper()
    if name.exact or name.common:
        return written == name.text or (name.common and written.isupper() and len(written) > 6)
    if len(words) == 1 or all(
        word[0][:1].isupper() or word[0][:1].isdigit() or word[0] == "s" for word in words
    ):
        return True
    of_kind = written[:1].isupper() and words[-1][0] in _KINDS and len(words) == 2
    first = names.by_tokens.get((words[0][0].lower(),))
    dotted = "." in name.text and "." in written
    return dotted or of_kind or (first is not None and not first.common and not first.exact)


def shown(sentence: Sentence, start: int, end: int, uses: re.Pattern[str]) -> tuple[float, bool]:
    """Judge whether a common word is a company's name here; returns confidence and verdict."""
    text = sentence.plain
    before, after = text[:start], text[end:]
    if _LEGAL_FORM.match(after) or _ITS_POLICY.match(after) or _ITS_ADDRESS.match(after):
        return 0.9, True
    if not before.strip(" \"'(*"):
        return (LIKELY if uses.search(text) else 0.7, True) if _DOES.match(after) else (GUESS, False)
    if sentence.kind == "heading" or _is_title(text):
        return GUESS, False
    following = re.match(r" ([A-Z][\w'-]+)", after)
    if following is not None and not _LEGAL_FORM.match(after):
        return GUESS, False  # part of a longer name or a defined term
    if _CUE_BEFORE.search(before) or _WHICH.match(after):
        return (LIKELY if uses.search(text) else 0.7), True
    return GUESS, False


def _is_title(text: str) -> bool:
    if text.rstrip().endswith("."):
        return False
    words = [word for word in _TITLE_WORD.findall(text) if len(word) > 3]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) > 0.7 * len(words)


def is_introduced(text: str, start: int, end: int, known: list[tuple[int, int]]) -> bool:
    """Whether a misspelt word stands where a name would: after `we use`, or beside a name in a list."""
    beside = any(
        LIST_GAP.match(text[first:second])
        for known_start, known_end in known
        for first, second in (((known_end, start), (end, known_start)))
        if first < second
    )
    return beside or _USED_BEFORE.search(text[:start]) is not None
