from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from consent.web.dashboard import queries
from consent.web.dashboard.queries import link, moment_ms


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", 1),
        ("page=3", 3),
        ("page=0", 1),
        ("page=-1", 1),
        ("page=x", 1),
        ("page=%D9%A1", 1),
        ("page=9999999999", 1),
    ],
)
def test_a_number_that_is_none_counts_as_not_there(query: str, told: int) -> None:
    assert queries.number(make_mocked_request("GET", f"/?{query}"), "page") == told


def test_texts_choices_and_ids() -> None:
    request = make_mocked_request(
        "GET", f"/?q=%20tea%20&long={'x' * 500}&kind=no&id=0193A5C0000070008000000000000000"
    )
    assert queries.text(request, "q") == "tea"
    assert len(queries.text(request, "long")) == queries.LONGEST_TEXT
    assert queries.choice(request, "kind", ("cookie",)) == ""
    assert queries.record_id(request, "id") == "0193a5c0-0000-7000-8000-000000000000"
    assert queries.record_id(request, "q") == ""


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-02", 86_400_000),
        ("1970-01-01T00:01", 60_000),
        ("1970-01-01T01:00+01:00", 0),
        ("", None),
        ("9" * 40, None),
    ],
)
def test_times_as_browsers_send_them(text: str, ms: int | None) -> None:
    assert moment_ms(text) == ms


def test_a_link_has_what_is_not_empty() -> None:
    assert link("/a", {"q": "x & y", "page": 1, "none": ""}, page=2) == "/a?q=x+%26+y&page=2"
    assert link("/a", {"q": ""}) == "/a"
