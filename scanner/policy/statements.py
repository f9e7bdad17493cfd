"""What a policy says of everything but vendors and cookies: rights, bases, retention, transfers, dates, contact, consent.

Sentences are read by the language's patterns; what has a form of its own (an address, a date, a place, an age) is read
here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scanner.policy.cookies import category_of
from scanner.policy.durations import dates_in, durations_in
from scanner.policy.language import Language, place_patterns
from scanner.policy.model import Document, Sentence, Statement
from scanner.policy.names import Names, tokens_of
from scanner.policy.sentences import quote

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}(?![\w-])")
_PHONE = re.compile(
    r"(?:\b(?:call|phone|tel|telephone|fax)\b\W{0,10}(?:us )?(?:at|on)?\W{0,5}|(?<![\w.]))(\+\d[\d .()/-]{6,18}\d)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r"\b(?:under|below|younger than|age of|over|at least|least)\b[^.]{0,20}?\b(\d{1,2}|thirteen|sixteen|eighteen)\b|\b(\d{2}) years\b",
    re.IGNORECASE,
)
_NUMBERS = {"thirteen": "13", "sixteen": "16", "eighteen": "18"}
_CATEGORY = re.compile(
    r"(?:^|[\s\"'(])((?:[A-Za-z][\w'-]{0,30}+[ ,/&]{1,3}+){1,4})(cookies)\b(?=\s*(?:[:(\"'.-]|are\b|allow|help|collect|enable|$))",
    re.IGNORECASE,
)
_CATEGORY_AFTER = re.compile(
    r"^\s*(?:[\d.)]+\s*)?(?:types?|kinds?|categor(?:y|ies) of cookies:?\s*)?([A-Za-z][\w /&-]{2,40})\s*[:-]\s",
    re.IGNORECASE,
)
_DATE_GAP = re.compile(
    r"^\W{0,4}(?:(?:on|in|as of|at|date|the|is|of|this|version|policy|privacy|notice|since|\w+day),?\W{1,3}){0,4}$",
    re.IGNORECASE,
)


def statements_of(
    document: Document, sentences: tuple[Sentence, ...], language: Language
) -> tuple[Statement, ...]:
    """Return what a policy states, in its order; a topic's value is stated once for each sentence that says it."""
    found: list[Statement] = []
    for sentence in sentences:
        found.extend(_by_patterns(document, sentence, language))
        found.extend(_contacts(document, sentence))
        found.extend(_lifetimes(document, sentence, language))
        found.extend(_categories(document, sentence, language))
    found.extend(_dates(document, sentences, language))
    unique = {(one.topic, one.value, one.quote.start): one for one in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda one: (one.quote.start, one.topic, one.value)))


def _by_patterns(document: Document, sentence: Sentence, language: Language) -> Iterator[Statement]:
    for matcher in language.matchers:
        if not matcher.match(sentence):
            continue
        pattern = matcher.pattern
        detail: dict[str, str] = {}
        if pattern.topic in {"transfer", "storage-place"}:
            places = ", ".join(places_in(sentence.plain, language))
            if not places and pattern.topic == "storage-place":
                continue
            detail = {"places": places} if places else {}
        elif pattern.topic == "children":
            age = _AGE.search(sentence.plain)
            detail = {"age": _NUMBERS.get((age[1] or age[2]).lower(), age[1] or age[2])} if age else {}
        elif pattern.topic == "retention":
            durations = durations_in(sentence.plain, language)
            detail = {"period": durations[0].text} if durations and durations[0].seconds else {}
        yield Statement(
            topic=pattern.topic,
            value=pattern.value,
            quote=quote(document, sentence),
            confidence=pattern.confidence * (0.9 if sentence.kind == "heading" else 1),
            detail=detail,
        )


def places_in(text: str, language: Language) -> list[str]:
    """Return the ISO 3166-1 codes of the countries that a text names, in the order of the alphabet; EU for the Union."""
    return [
        code
        for code, pattern in zip(language.words.places, place_patterns(language), strict=True)
        if pattern.search(text)
    ]


def _contacts(document: Document, sentence: Sentence) -> Iterator[Statement]:
    for match in _EMAIL.finditer(sentence.plain):
        yield Statement(
            topic="contact",
            value="e-mail",
            quote=quote(document, sentence),
            confidence=0.98,
            detail={"address": match[0]},
        )
    for match in _PHONE.finditer(sentence.plain):
        yield Statement(
            topic="contact",
            value="phone",
            quote=quote(document, sentence),
            confidence=0.8,
            detail={"number": match[1]},
        )


def _lifetimes(document: Document, sentence: Sentence, language: Language) -> Iterator[Statement]:
    """How long cookies last, said of cookies in general or of a kind; rows of tables are told with their cookie."""
    if sentence.kind == "row" or "cookie" not in f"{sentence.plain} {sentence.heading}".lower():
        return
    for one in durations_in(sentence.plain, language):
        yield Statement(
            topic="lifetime",
            value="session" if one.seconds == 0 else "persistent",
            quote=quote(document, sentence),
            confidence=0.8,
            detail={"period": one.text, **({"seconds": f"{one.seconds:.0f}"} if one.seconds else {})},
        )


def _categories(document: Document, sentence: Sentence, language: Language) -> Iterator[Statement]:
    """Kinds of cookies that the policy names or defines, each with the category of ours that its name means."""
    if sentence.kind == "row":
        return
    text = sentence.plain
    for match in _CATEGORY.finditer(text[:300]):
        words = match[1].strip(" ,/&-")
        named = [one for one in re.split(r",|/|&| and | or ", words) if one.strip()]
        for name in named[-2:]:
            category = category_of(name, language)
            if category:
                starts = match.start() <= 3
                yield Statement(
                    topic="category",
                    value=category,
                    quote=quote(document, sentence),
                    confidence=0.9 if starts or sentence.kind == "heading" else 0.7,
                    detail={
                        "name": f"{name.strip()} {match[2]}",
                        "defined": "yes" if starts and len(text) > 60 else "no",
                    },
                )
    if "cookie" in sentence.heading.lower() and sentence.kind == "item":
        label = _CATEGORY_AFTER.match(text)
        if label is not None and "cookie" not in label[1].lower():
            category = category_of(label[1], language)
            if category and tokens_of(label[1]) not in Names.load().by_tokens:
                yield Statement(
                    topic="category", value=category, quote=quote(document, sentence), confidence=0.75,
                    detail={"name": label[1].strip(), "defined": "yes"},
                )  # fmt: skip


def _dates(document: Document, sentences: tuple[Sentence, ...], language: Language) -> Iterator[Statement]:
    """When the policy was last changed: a date that words such as "last updated" introduce."""
    found: list[Statement] = []
    for role in ("updated", "effective"):
        words = language.alternatives(role)
        for position, sentence in enumerate(sentences):
            text = sentence.plain
            following = sentences[position + 1].plain if position + 1 < len(sentences) else ""
            if len(text) < 60 and words.search(text) and not dates_in(text, language) and len(following) < 40:
                text = f"{text} {following}"  # the date stands on its own line
            for dated in dates_in(text, language):
                introduced = any(
                    _DATE_GAP.match(text[match.end() : dated.start])
                    for match in words.finditer(text[: dated.start])
                )
                if introduced and not re.search(
                    r"\b(?:regulation|directive|act|law|decision|gdpr|judg\w+)\b",
                    text[: dated.start],
                    re.IGNORECASE,
                ):
                    found.append(
                        Statement(
                            topic="date", value=role, quote=quote(document, sentence), confidence=0.95 if role == "updated" else 0.85,
                            detail={"date": dated.day.isoformat()},
                        )
                    )  # fmt: skip
    yield from found
