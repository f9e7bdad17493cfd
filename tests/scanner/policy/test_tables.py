from __future__ import annotations

import pytest

from scanner.policy.language import language
from scanner.policy.tables import company_cells, company_column, tables_of
from tests.scanner.policy.texts import cookies, document, vendors

EN = language("en")
SUBPROCESSORS = "Sub-processor | Purpose | Location\nQuellwerk Technologies | Mail | Germany\nSegment | Events | USA\nFathom | Figures | Canada"


@pytest.mark.parametrize(
    ("headings", "column"),
    [
        ("Sub-processor | Purpose | Location", 0),
        ("Purpose | Recipient | Country", 1),
        ("Name | Purpose | Data collected | Country", 0),
        ("Name | Provider | Purpose | Duration", None),
        ("Cookie name | Purpose | Privacy policy", None),
        ("Data | Purpose | Legal basis", None),
    ],
)
def test_a_table_of_companies_is_known_by_its_headings(headings: str, column: int | None) -> None:
    (table,) = tables_of(document(f"{headings}\na | b | c | d"))
    assert company_column(table, EN) == column


def test_its_cells_stand_where_they_are_said_to() -> None:
    read_ = document(SUBPROCESSORS)
    assert [read_.text[a:b] for a, b in company_cells(read_, EN)] == [
        "Quellwerk Technologies",
        "Segment",
        "Fathom",
    ]


def test_its_companies_are_vendors_also_where_nobody_knows_them_or_they_are_common_words() -> None:
    found = vendors(SUBPROCESSORS)
    assert set(found) == {"Quellwerk Technologies", "Segment", "Fathom"}
    assert found["Quellwerk Technologies"].confidence < found["Segment"].confidence


def test_it_names_no_cookies() -> None:
    assert cookies(SUBPROCESSORS) == {}
