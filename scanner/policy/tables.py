"""Tells tables of companies (sub-processors, recipients, services) from tables of cookies, and gives their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from scanner.policy.language import Language
from scanner.policy.model import Block, Document
from scanner.policy.sentences import plain


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its rows and their cells as plain text."""

    blocks: tuple[Block, ...]
    cells: tuple[tuple[str, ...], ...]


def tables_of(document: Document) -> Iterator[Rows]:
    """Yield the tables of a policy in their order."""
    tables: dict[int, list[Block]] = {}
    for block in document.blocks:
        if block.kind == "row":
            tables.setdefault(block.table, []).append(block)
    for blocks in tables.values():
        yield Rows(
            blocks=tuple(blocks),
            cells=tuple(
                tuple(
                    plain(document.text[start:end]).replace("**", "").strip(" `\"'")
                    for start, end in block.cells
                )
                for block in blocks
            ),
        )


def company_column(table: Rows, language: Language) -> int | None:
    """Return the column that names companies where the headings say that the table is about such; None otherwise.

    A heading that says so outright decides; one that only says "name" does so beside a country, an address or the like.
    """
    if len(table.cells) < 2:
        return None
    headings = table.cells[0]
    if _column(headings, language.words.columns["lifetime"]) is not None:
        return None
    outright = _column(headings, language.words.company_columns)
    if outright is not None:
        return outright
    named = _column(headings, language.words.columns["name"])
    beside = _column(headings, language.words.company_signs)
    return (
        named
        if named is not None
        and beside is not None
        and not re.search("cookie", headings[named], re.IGNORECASE)
        else None
    )


def _column(headings: tuple[str, ...], patterns: tuple[str, ...]) -> int | None:
    for number, heading in enumerate(headings):
        if len(heading) < 60 and any(re.search(one, heading, re.IGNORECASE) for one in patterns):
            return number
    return None


def company_cells(document: Document, language: Language) -> Iterator[tuple[int, int]]:
    """Yield where the cells that name companies stand."""
    for table in tables_of(document):
        column = company_column(table, language)
        if column is not None:
            for block in table.blocks[1:]:
                if column < len(block.cells) and block.cells[column][0] < block.cells[column][1]:
                    yield block.cells[column]
