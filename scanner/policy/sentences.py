"""Cuts a policy into blocks and sentences, and keeps where each stands.

A policy's sentences are short on surprises but rich in abbreviations and lists; the splitter knows the abbreviations
that legal texts use and joins lines that were only wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scanner.policy.model import Block, BlockKind, Document, Quote, Sentence

LONGEST_SENTENCE = 2_000
"""Characters; what is longer is cut, so that no pattern has to search a whole book."""

_PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'", "`": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ", "\n": " ", "\r": " ",
        "\u00ae": " ", "\u2122": " ",
    }
)  # fmt: skip
_LOOKALIKES = str.maketrans("аеорсхуіјАВЕКМНОРСТХУІЈ", "aeopcxyijABEKMHOPCTXYIJ")  # noqa: RUF001 - Cyrillic for Latin
_LOOKALIKE = re.compile(
    r"(?<=[A-Za-z])[аеорсхуіј]|[аеорсхуіјАВЕКМНОРСТХУІЈ](?=[A-Za-z])"  # noqa: RUF001 - Cyrillic for Latin
)

_BULLET = re.compile(
    r"[ \t]*(?:[-*\u2022\u00b7\u25cf\u25aa\u25e6\u2023\u2013\uf0b7>]+|\(?(?:[ivx]{1,4}|[a-z]|\d{1,2})[.)])(?:[ \t]+|$)"
)
_NUMBERED = re.compile(r"[ \t]*\d{1,2}(?:\.\d{1,2})*\.?[ \t]+\S")
_MARKDOWN_HEADING = re.compile(r"#{1,6}[ \t]+")
_BAR = re.compile(r"[ ]*\|[ ]*")
_RULE_LINE = re.compile(r"[\s|:+=_-]{3,}")
_TAB = re.compile(r"[ ]*\t[ \t]*")
_END = re.compile(
    r"""[.!?\u2026]+["')\]\u201d\u2019]*(?=\s+["'(\[\u201c\u2018]*[^\Wa-z_])|[;:](?=\s+[-\u2022\u00b7] )"""
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|viz|al|art|arts|sec|para|paras|no|nos|st|mr|mrs|ms|dr|prof|approx|a\.k\.a|attn"
    r"|inc|ltd|co|corp|llc|plc|gmbh|dept|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|tel|u\.s|u\.k|e\.u)|\b[A-Z])\.$",
    re.IGNORECASE,
)
_COMPANY_END = re.compile(r"\b(?:inc|ltd|co|corp|llc|plc|gmbh|etc)\.$", re.IGNORECASE)
_OPENER = re.compile(r"\s+(?:We|Our|The|This|It|You|Your|If|For|In|They|These|More|Please|When|Its|To)\b")


def plain(text: str) -> str:
    """Return the text with typographic characters made plain, character for character."""
    return _LOOKALIKE.sub(lambda found: found[0].translate(_LOOKALIKES), text.translate(_PLAIN))


def blocks_of(text: str) -> tuple[Block, ...]:
    """Cut plain text into blocks: a line each, unless the lines were wrapped at a width."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text) if match[0].strip()]
    wrapped = _is_wrapped(text)
    blocks: list[Block] = []
    table = 0
    previous_end = -1
    for start, end in lines:
        line = text[start:end]
        adjoins = previous_end >= 0 and text.count("\n", previous_end, start) == 1
        previous_end = end
        if _RULE_LINE.fullmatch(line):
            continue  # the line under a table's headings
        cells = _row(text, start, end)
        if (len(cells) >= 3 or _is_pair(text, cells, end)) and not _BULLET.match(line):
            table += not (blocks and blocks[-1].kind == "row" and adjoins)
            blocks.append(Block(start, end, "row", cells, table))
            continue
        marked = _BULLET.match(line) or _MARKDOWN_HEADING.match(line)
        if blocks and adjoins and not marked and blocks[-1].kind != "row":
            last = blocks[-1]
            joined = _joined_kind(text[last.start : last.end], line, last.kind, wrapped=wrapped)
            if joined is not None:
                blocks[-1] = Block(last.start, end, joined)
                continue
        blocks.append(Block(start, end, _kind(line)))
    return tuple(blocks)


def _is_pair(text: str, cells: tuple[tuple[int, int], ...], end: int) -> bool:
    """Whether two cells make a row: written with bars, and the line ends with one or the next line is such a pair too."""
    if len(cells) != 2 or "|" not in text[cells[0][1] : cells[1][0]]:
        return False
    following = text[end + 1 : end + 400].partition("\n")[0]
    return text[:end].rstrip().endswith("|") or following.count("|") in {1, 2}


def _joined_kind(before: str, line: str, kind: BlockKind, *, wrapped: bool) -> BlockKind | None:
    """Return the kind of what a line makes together with the lines before it; None where it begins anew."""
    before = before.rstrip()
    if _BULLET.fullmatch(before):
        return "item"
    last = before.rpartition("\n")[2]
    continues = (
        len(last) > 40
        and re.match(r"\s*[a-z]+(?!\w)", line) is not None
        and not re.search(r"[.!?:;]$", before)
    )
    if continues or (wrapped and len(last) > 40):
        return "paragraph" if kind == "heading" else kind
    return None


def _is_wrapped(text: str) -> bool:
    """Whether lines end at a width rather than with a paragraph."""
    lines = [line.rstrip() for line in text.split("\n")]
    long = [(line, after) for line, after in pairwise(lines) if len(line) > 50]
    if len(long) < 5 or sum(len(line) > 110 for line, _ in long) > len(long) / 10:
        return False
    return sum(bool(after) and line[-1:] not in ".!?:" for line, after in long) > len(long) / 2


def _row(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Return the cells of a line written as a table row, with tabs or upright bars; empty where it is none."""
    line = text[start:end]
    if "\t" not in line and "|" not in line:
        return ()
    offset = start + len(line) - len(line.lstrip(" |\t"))
    stop = start + len(line.rstrip(" |\t"))
    cells = []
    for match in (_BAR if "|" in line else _TAB).finditer(text, offset, stop):
        cells.append((offset, match.start()))
        offset = match.end()
    return (*cells, (offset, stop))


def _kind(line: str) -> BlockKind:
    if _MARKDOWN_HEADING.match(line):
        return "heading"
    stripped = line.strip()
    short = (
        len(stripped) <= 90
        and stripped[-1:] not in ".;,!?:"
        and not re.search(r"[a-z][.!?;] [A-Z]", stripped)
    )
    if short and not re.match(r"[-*\u2022\u00b7]", stripped):
        starts = stripped[:1].isupper() or _NUMBERED.match(line) is not None
        if starts and "://" not in stripped and "@" not in stripped:
            return "heading"
    if _BULLET.match(line):
        return "item"
    return "paragraph"


def sentences_of(document: Document) -> tuple[Sentence, ...]:
    """Return the sentences of a document, in their order."""
    text = plain(document.text)
    found: list[Sentence] = []
    heading = lead = ""
    for block in document.blocks:
        if block.kind == "heading":
            heading, lead = text[block.start : block.end].strip(" #:"), ""
        for start, end in _split(text, block):
            said = text[start:end]
            found.append(
                Sentence(
                    start=start,
                    end=end,
                    plain=said,
                    kind=block.kind,
                    heading=heading,
                    lead=lead if block.kind == "item" else "",
                    index=len(found),
                )
            )
            if block.kind != "item":
                lead = said if said.endswith(":") else ""
    return tuple(found)


def _split(text: str, block: Block) -> Iterator[tuple[int, int]]:
    start, end = block.start, block.end
    bullet = _BULLET.match(text, start, end) if block.kind != "heading" else None
    if bullet and bullet.end() < end:
        start = bullet.end()
    if block.kind in {"row", "heading"}:
        yield from _bounded(text, start, end)
        return
    for match in _END.finditer(text, start, end):
        if match.start() < start or _abbreviates(text, start, match, end):
            continue
        yield from _bounded(text, start, match.end())
        start = match.end()
    yield from _bounded(text, start, end)


def _abbreviates(text: str, start: int, match: re.Match[str], end: int) -> bool:
    """Whether the full stop belongs to an abbreviation and ends nothing."""
    if match[0] != ".":
        return False
    before = text[max(start, match.end() - 12) : match.end()]
    if _COMPANY_END.search(before):
        return _OPENER.match(text, match.end(), end) is None
    return _ABBREVIATED.search(before) is not None


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Trim white space and cut what is longer than a sentence can be."""
    while start < end:
        stop = min(end, start + LONGEST_SENTENCE)
        if stop < end:
            stop = max(text.rfind(" ", start + LONGEST_SENTENCE // 2, stop), start + LONGEST_SENTENCE // 2)
        said = text[start:stop]
        first, last = start + len(said) - len(said.lstrip()), start + len(said.rstrip())
        if first < last:
            yield first, last
        start = stop


def quote(document: Document, sentence: Sentence) -> Quote:
    """Return the sentence word for word with its position."""
    return quote_span(document, sentence.start, sentence.end, lead=sentence.lead)


def quote_span(document: Document, start: int, end: int, *, lead: str = "") -> Quote:
    """Return a span of the text word for word with its position."""
    return Quote(
        text=" ".join(document.text[start:end].split()),
        start=start,
        end=end,
        line=document.text.count("\n", 0, start) + 1,
        lead=lead,
    )
