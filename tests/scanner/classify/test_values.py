from __future__ import annotations

import pytest

from scanner.classify.values import entropy, pattern_of, shape_of


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("", "empty"),
        ("true", "flag"),
        ("0", "flag"),
        ("en", "language"),
        ("de-DE", "language"),
        ("ok", "text"),
        ("1613227200", "timestamp"),
        ("1613227200123", "timestamp"),
        ("2021-02-13T14:33:05.862Z", "timestamp"),
        ("42", "number"),
        ("8f14e45f-ceea-467a-9575-28eb0a2d1c3e", "uuid"),
        ('{"a":1}', "json"),
        ("%7B%22a%22%3A1%7D", "json"),
        ("eyJhIjoxLCJiIjoyfQ==", "encoded_json"),
        ("https://larkspur.example/", "url"),
        ("GA1.2.1029384756.1613227200", "identifier"),
        ("lfpsc155y5kyjl45fkf4vfbq", "identifier"),
        ("summer sale", "text"),
    ],
)
def test_a_value_has_a_shape(value: str, shape: str) -> None:
    assert shape_of(value) == shape


def test_a_huge_value_is_judged_by_its_beginning() -> None:
    assert shape_of("x" * 10_000_000) == "text"


def test_random_text_has_more_entropy_than_a_word() -> None:
    assert entropy("9fQz3LkV0aXy7TbW") > entropy("aaaaaaaabbbbbbbb")


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("sess_8f14e45fceea167a", "sess_*"),
        ("_ga_4L2K9QW1SZ", "_ga_4L2K9QW1SZ"),
        ("visitor123456", "visitor*"),
        ("id_8f14e45f-ceea-467a-9575-28eb0a2d1c3e", "id_*"),
        ("8f14e45fceea167a", "8f14e45fceea167a"),
        ("lang", "lang"),
    ],
)
def test_the_changing_part_of_a_name_becomes_a_star(name: str, pattern: str) -> None:
    assert pattern_of(name) == pattern
