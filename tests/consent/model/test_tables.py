from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import pytest
from msgspec import Meta

from consent.model.tables import closest, expected, read_table


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    width: int
    label: str = ""


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    inner: Inner | None = None
    rows: tuple[Inner, ...] = ()
    texts: dict[str, dict[str, str]] = {}
    pair: Annotated[tuple[int, ...], Meta(max_length=2)] = ()


def read(data: object) -> tuple[Outer | None, list[str]]:
    problems: list[str] = []
    return read_table(data, Outer, "top", problems, hidden=("id",)), problems


def test_a_good_table_becomes_a_struct() -> None:
    table, problems = read(
        {"id": "x", "inner": {"width": 3}, "rows": [{"width": 1}], "texts": {"en": {"a": "b"}}}
    )
    assert problems == []
    assert table == Outer(id="x", inner=Inner(3), rows=(Inner(1),), texts={"en": {"a": "b"}})


def test_each_mistake_has_the_path_to_its_own_key() -> None:
    table, problems = read(
        {
            "id": "x",
            "inner": {"witdh": 3},
            "rows": [{"width": 1}, {"width": "2"}],
            "texts": {"en": {"a": 1}, "de": 2},
        }
    )
    assert table is None
    assert problems == [
        "top.inner.witdh: unknown key; expected one of width, label. Did you mean 'width'?",
        "top.inner.width: missing; expected a whole number.",
        "top.rows[1].width: expected a whole number, got '2'.",
        "top.texts.en.a: expected text, got 1.",
        "top.texts.de: expected a table, got 2.",
    ]


def test_a_hidden_field_is_never_offered_as_a_key() -> None:
    _, problems = read({"id": "x", "idd": 1})
    assert problems == ["top.idd: unknown key; expected one of inner, rows, texts, pair."]


def test_a_constraint_on_a_whole_list_is_told_too() -> None:
    table, problems = read({"id": "x", "pair": [1, 2, 3]})
    assert table is None
    assert len(problems) == 1
    assert problems[0].startswith("top: ")


def test_a_long_value_is_cut() -> None:
    _, problems = read({"id": "x", "rows": "y" * 500})
    assert problems[0].endswith("….")
    assert len(problems[0]) < 150


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (str, "text"),
        (bool, "true or false"),
        (dt.date, "a date (2026-01-31)"),
        (dt.date | None, "a date (2026-01-31)"),
        (Annotated[int, Meta(ge=1, lt=9)], "a whole number, at least 1 and less than 9"),
        (Annotated[str, Meta(pattern="x", description="an x")], "an x"),
        (Annotated[str, Meta(description="an x")] | None, "an x"),
        (Colour, 'one of "red", "blue"'),
        (Literal["A", "B"] | None, 'one of "A", "B"'),
        (tuple[Colour, ...], 'a list, each one of "red", "blue"'),
        (dict[str, str], "a table"),
        (Inner | None, "a table"),
    ],
)
def test_what_a_type_accepts_is_told_in_words(kind: object, words: str) -> None:
    assert expected(kind) == words


def test_the_closest_word_is_offered_only_where_one_is_close() -> None:
    assert closest("widht", ["width", "label"]) == "Did you mean 'width'?"
    assert closest("zzz", ["width", "label"]) == ""
