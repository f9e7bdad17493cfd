from __future__ import annotations

import pytest

from scanner.accesslogs.queries import kind_of_name, kind_of_value, masked_address, masked_path, masked_query


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (b"email", "e-mail"), (b"access_token", "secret"), (b"PHPSESSID", "secret"), (b"first_name", "person"), (b"user[name]", "person"),
        (b"customer_id", "person"), (b"lat", "place"), (b"gclid", "click"), (b"q", "search"), (b"page", None), (b"utm_source", None),
    ],
)  # fmt: skip
def test_parameters_are_known_by_name(name: bytes, kind: str | None) -> None:
    assert kind_of_name(name) == kind


def test_and_by_what_they_hold() -> None:
    assert kind_of_value(b"ana%40reader.example") == "e-mail"
    assert kind_of_value(b"eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0") == "secret"
    assert kind_of_value(b"203.0.113.7") == "place"
    assert kind_of_value(b"green-tea") is None


def test_only_what_tells_of_a_person_is_masked() -> None:
    assert masked_query(b"page=2&x=ana@reader.example&token=a1&flag") == (
        b"page=2&x=masked&token=masked&flag",
        [("e-mail", b"x"), ("secret", b"token")],
    )
    assert (
        masked_path(b"/u/ana@reader.example;jsessionid=A1B2/pots")[0] == b"/u/masked;jsessionid=masked/pots"
    )
    assert masked_address(b"/teas?page=2") == (b"/teas?page=2", [])
