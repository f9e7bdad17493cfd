"""Finds the cookies and storage keys that a policy names, with provider, purpose, category and lifetime where it gives them.

They stand in tables with headings, in tables without, in lists (`_ga: two years`), one cell a line where a table was
copied as text, and in running text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.knowledge import Knowledge
from scanner.policy.durations import Duration, durations_in
from scanner.policy.language import Language
from scanner.policy.model import Block, DeclaredCookie, Document, Sentence
from scanner.policy.names import Names, tokens_of
from scanner.policy.sentences import quote, quote_span
from scanner.policy.tables import company_column, tables_of

_NAME = re.compile(
    r"(?<![\w@./-])[A-Za-z_.$][\w.*$\-]{0,70}(?:(?:<[^<>\s]{1,40}>|\[[^\[\]\s]{1,40}\]|\{[^{}\s]{1,40}\}|#+|\*)[\w.*\-]*)*(?![\w@/])"
)
_WHOLE = re.compile(r"[A-Za-z_.$0-9][^\s|,;]{0,80}")
_PLACEHOLDER = re.compile(
    r"<[^<>]*>|\[[^\[\]]*\]|\{[^{}]*\}|#+|\*+|(?<=[_.-])(?:X{2,}|x{3,}|N{3,})(?=$|[_.-])|(?<=[_.-])(?:xxx+|container-?id|property-?id|site-?id|user-?id|id)(?=$)",
    re.IGNORECASE,
)
_IDENTIFIER = re.compile(r"_|^\.|[a-z][A-Z]|\d[A-Z]|[A-Z]{2,}SESS|SESSID|\*|-\w+-")
_NOT_COOKIES = re.compile(
    r"^(?:https?|www|cookies?|session|sessions|persistent|permanent|necessary|essential|technical|optional|e-mail|opt-(?:in|out)|third-party|first-party|.*\.(?:com|org|net|html?|js|php|gif|png)|GDPR|CCPA|reCAPTCHA|(?-i:[A-Z][a-z]+[A-Z][a-z]+s?))$",
    re.IGNORECASE,
)
_LABEL = re.compile(r"^(?:cookie(?: name)?s?|name)\s*[:=]\s*", re.IGNORECASE)
_INTRODUCED = re.compile(r"\bcookies?(?: is| are)?(?: called| named)?[\s:(\"'-]{1,4}$", re.IGNORECASE)
_AFTER = re.compile(r"^\s*(?:[:=(-]|is\b|cookie\b|expires?\b|-\s)")
_SPLIT = re.compile(r"\s*(?:,|;|\band\b|\bor\b|/| & )\s*|\s+")


def cookies_of(
    document: Document, sentences: tuple[Sentence, ...], language: Language, knowledge: Knowledge
) -> tuple[DeclaredCookie, ...]:
    """Return the cookies that a policy names, each once, the fullest statement first."""
    found: list[DeclaredCookie] = []
    found.extend(_from_tables(document, language, knowledge))
    in_rows = {sentence.index for sentence in sentences if sentence.kind == "row"}
    for position, sentence in enumerate(sentences):
        if sentence.index not in in_rows:
            found.extend(_from_sentence(document, sentences, position, language, knowledge))
    best: dict[str, DeclaredCookie] = {}
    for cookie in found:
        known = best.get(cookie.name)
        if known is None or _fullness(cookie) > _fullness(known):
            best[cookie.name] = cookie
    return tuple(sorted(best.values(), key=lambda cookie: cookie.quote.start))


def pattern_of(written: str) -> str:
    """Return a cookie's name with its placeholders as ``*``: ``_ga_<container-id>`` is ``_ga_*``."""
    return re.sub(r"\*+", "*", _PLACEHOLDER.sub("*", written.strip()))


def fits(declared: str, name: str, pattern: str = "") -> bool:
    """Whether a declared name means this one; both may hold ``*``."""
    if declared in {name, pattern}:
        return True
    if "*" in declared:
        return re.fullmatch(".*".join(map(re.escape, declared.split("*"))), name) is not None
    # A policy that names `_hjSession` where the cookie is `_hjSession_123` is understood.
    stem = pattern.partition("*")[0].rstrip("_-.") if "*" in pattern else ""
    return len(stem) > 3 and declared == stem


def _fullness(cookie: DeclaredCookie) -> tuple[bool, bool, bool, float]:
    return bool(cookie.lifetime), bool(cookie.purpose), bool(cookie.provider), cookie.confidence


class _Columns(msgspec.Struct, frozen=True, kw_only=True):
    name: int
    provider: int = -1
    purpose: int = -1
    lifetime: int = -1
    category: int = -1


def _from_tables(document: Document, language: Language, knowledge: Knowledge) -> Iterator[DeclaredCookie]:
    for table in tables_of(document):
        blocks, cells = table.blocks, table.cells
        if company_column(table, language) is not None:
            continue
        columns = _columns(cells, language, knowledge)
        if columns is None:
            columns = _guessed(cells, language, knowledge)
        elif len(cells) > 1:
            blocks, cells = blocks[1:], cells[1:]
        if columns is None:
            continue
        for row, values in zip(blocks, cells, strict=True):
            if columns.name < len(values):
                for name in _names_in_cell(values[columns.name]):
                    yield _cookie(document, row, name, values, columns=columns, language=language)


def _columns(cells: tuple[tuple[str, ...], ...], language: Language, knowledge: Knowledge) -> _Columns | None:
    """Return what the first row says that each column holds; None where it is no heading of a cookie table."""
    headings = cells[0]
    fitting = {
        role: [
            number
            for number, heading in enumerate(headings)
            if len(heading) < 60 and any(re.search(one, heading, re.IGNORECASE) for one in patterns)
        ]
        for role, patterns in language.words.columns.items()
    }
    if not fitting["name"]:
        return None

    def named(column: int) -> int:
        parts = (row[column].split()[:4] for row in cells[1:] if column < len(row))
        return sum(any(_is_name(part, knowledge, sure=True) for part in one) for one in parts)

    places = {"name": max(fitting["name"], key=named)}  # "Cookie | Name": either may hold it
    for role, numbers in fitting.items():
        free = [number for number in numbers if number not in places.values()]
        if role != "name" and free:
            places[role] = free[0]
    return _Columns(**places) if len(places) > 1 else None


def _guessed(cells: tuple[tuple[str, ...], ...], language: Language, knowledge: Knowledge) -> _Columns | None:
    """A table without headings holds cookies where most of its first cells are names that rules know or look like names."""
    firsts = [row[0] for row in cells if row and row[0]]
    named = sum(_is_name(first, knowledge, sure=True) for first in firsts)
    if not firsts or named < max(1, len(firsts) / 2):
        return None
    for column in range(1, max(map(len, cells))):
        if (
            sum(
                bool(column < len(row) and len(row[column]) < 60 and durations_in(row[column], language))
                for row in cells
            )
            >= len(cells) / 2
        ):
            return _Columns(name=0, lifetime=column)
    return _Columns(name=0)


def _names_in_cell(cell: str) -> Iterator[str]:
    if len(cell) > 300:
        return
    for part in _SPLIT.split(cell):
        name = part.strip("\"'`().,:")
        if _WHOLE.fullmatch(name) and not re.fullmatch(
            r"(?:n/?a|none|various|cookies?|the|e\.g|etc|see|\d+)", name, re.IGNORECASE
        ):
            yield name
            if not re.search(r"[,;/&]|\band\b", cell) and not (
                _IDENTIFIER.search(part) and _IDENTIFIER.search(cell.replace(part, "", 1))
            ):
                return  # "PHPSESSID (session)": the rest explains


def _cookie(
    document: Document,
    row: Block,
    name: str,
    values: tuple[str, ...],
    *,
    columns: _Columns,
    language: Language,
) -> DeclaredCookie:
    def cell(number: int) -> str:
        return values[number] if 0 <= number < len(values) else ""

    lifetime = cell(columns.lifetime)
    seconds = _longest(durations_in(lifetime, language))
    category = cell(columns.category)
    return DeclaredCookie(
        name=pattern_of(name),
        written=name,
        quote=quote_span(document, row.start, row.end),
        confidence=0.95,
        provider=cell(columns.provider)[:120],
        purpose=cell(columns.purpose)[:400],
        category=category_of(category, language) or category_of(cell(columns.purpose)[:40], language),
        lifetime=lifetime[:80],
        lifetime_s=seconds,
    )


def _longest(durations: list[Duration]) -> float | None:
    known = [one.seconds for one in durations if one.seconds is not None]
    return max(known) if known else None


def category_of(text: str, language: Language) -> str:
    """Return our category for a policy's name of one; empty where it means none."""
    for category, patterns in language.words.categories.items():
        if any(
            re.search(rf"(?<!not )(?<!non-)(?<!un)\b(?:{one})\b", text, re.IGNORECASE) for one in patterns
        ):
            return category
    return ""


def _from_sentence(
    document: Document,
    sentences: tuple[Sentence, ...],
    position: int,
    language: Language,
    knowledge: Knowledge,
) -> Iterator[DeclaredCookie]:
    sentence = sentences[position]
    text = sentence.plain
    alone = _WHOLE.fullmatch(text.strip(" \"'*|")) is not None
    around = f"{text} {sentence.lead} {sentence.heading}"
    if alone:  # what is told of it stands on the lines below
        around += " ".join(one.plain for one in sentences[position + 1 : position + 4])
    if alone and sentence.kind == "heading" and text.isalpha() and text.isupper():
        return  # SHOP, of which what follows tells something else than a cookie's
    about_cookies = re.search(r"cookie|storage|expire", around, re.IGNORECASE) is not None
    labelled = _LABEL.match(text)
    for match in _NAME.finditer(text):
        name = match[0].rstrip(".-")
        if re.match(r"[a-z]+\._", name):  # the end of the sentence before, stuck to a name
            name = name.partition(".")[2]
        quoted = text[match.start() - 1 : match.start()] in {'"', "'"} and text[
            match.end() : match.end() + 1
        ] in {'"', "'"}
        introduced = _INTRODUCED.search(text[: match.start()]) is not None and not match[0].istitle()
        leads = (
            match.start() <= (labelled.end() if labelled else 1)
            and _AFTER.match(text[match.end() :]) is not None
        )
        sure = _is_name(name, knowledge, sure=True)
        if (
            not (sure and (about_cookies or _IDENTIFIER.search(name)))
            and not (
                about_cookies
                and (labelled or quoted or leads or alone)
                and _is_name(name, knowledge, sure=False)
            )
            and not (
                (alone or introduced)
                and len(name) > 3
                and not _NOT_COOKIES.match(name)
                and _is_known(name, knowledge)
            )
        ):
            continue
        told = text
        if alone:
            told = " | ".join(
                one.plain for one in sentences[position + 1 : position + 5] if len(one.plain) < 160
            )
        given = durations_in(told[match.end() if not alone else 0 :], language) or durations_in(
            told, language
        )
        nearest = given[0] if given else None
        yield DeclaredCookie(
            name=pattern_of(name),
            written=name,
            quote=quote(document, sentence),
            confidence=0.9 if sure else 0.7,
            lifetime=nearest.text if nearest else "",
            lifetime_s=nearest.seconds if nearest else None,
            category=category_of(sentence.heading, language),
        )


def _is_name(name: str, knowledge: Knowledge, *, sure: bool) -> bool:
    """Whether a word can be a cookie's name; ``sure`` asks that its form or a vendor's rule shows it."""
    if _NOT_COOKIES.match(name) or len(name) < 2:
        return False
    if re.fullmatch(r"_[A-Z][a-z]+|_[a-z]+_|[^*]*_", name) and not _is_known(name, knowledge):  # _emphasis_
        return False
    if tokens_of(name) in Names.load().by_tokens:
        return False  # a company, though some have a cookie of their own name
    known = _is_known(name, knowledge)
    shaped = _IDENTIFIER.search(name) is not None
    if sure:
        return (shaped and ("_" in name or known or "*" in name or "SESS" in name.upper())) or (
            known and not name.islower() and not name.istitle() and len(name) > 2
        )
    return known or shaped or name.isupper() or "-" in name


def _is_known(name: str, knowledge: Knowledge) -> bool:
    """Whether a vendor's rule has this very name."""
    return any(
        not match.rule.service.vendor.generic and not match.rule.order and match.rule.exact
        for match in knowledge.rules_for(pattern_of(name))
    )
