from __future__ import annotations

import json
from typing import Any

import pytest

from consent.model.categories import Category
from consent.model.errors import RecordError
from consent.model.records import MAX_BODY_BYTES, Action, EventKind, Surface, parse_event


def event(**changes: Any) -> dict[str, Any]:
    """An event as the widget sends it."""
    return {
        "site": "larkspur",
        "consent_id": "AAAAAAAAAAAAAAAAAAAAAA",
        "event_id": "e-1",
        "event": "partial",
        "action": "save",
        "surface": "preferences",
        "categories": {
            "necessary": "granted",
            "performance": "granted",
            "functionality": "denied",
            "advertising": "denied",
        },
        "notice_version": "a" * 64,
        "widget_version": "1-abc",
        "language": "en-GB",
        "page": "https://www.larkspur.example/tea?cup=1#top",
        "client_time": "2026-01-31T12:00:00Z",
    } | changes


def refused(**changes: Any) -> RecordError:
    with pytest.raises(RecordError) as caught:
        parse_event(json.dumps(event(**changes)).encode())
    return caught.value


def test_an_event_is_parsed_into_the_shared_words() -> None:
    parsed = parse_event(json.dumps(event()).encode())
    assert (parsed.event, parsed.action, parsed.surface) == (
        EventKind.PARTIAL,
        Action.SAVE,
        Surface.PREFERENCES,
    )
    assert parsed.categories[Category.PERFORMANCE] == "granted"
    assert parsed.gpc is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site", "two words"),
        ("site", ""),
        ("site", "x" * 65),
        ("consent_id", "short"),
        ("consent_id", "A" * 21 + "="),
        ("event_id", "<script>"),
        ("event", "agreed"),
        ("action", "click"),
        ("surface", "popup"),
        ("notice_version", "A" * 64),
        ("widget_version", "1.0 beta"),
        ("language", "english please"),
        ("page", "javascript:alert(1)"),
        ("page", "https://" + "x" * 2048),
        ("client_time", "t" * 41),
        ("gpc", "yes"),
        ("not_removed", ["x"] * 51),
        ("previous_record_id", "r" * 65),
    ],
)
def test_a_field_that_is_wrong_is_named(field: str, value: object) -> None:
    assert refused(**{field: value}).field.startswith(field)


def test_a_field_that_does_not_exist_is_refused() -> None:
    error = refused(ip="192.0.2.1")
    assert "unknown field `ip`" in error.message
    assert error.field == "ip"


def test_a_missing_field_is_named() -> None:
    body = event()
    del body["site"]
    with pytest.raises(RecordError, match="missing required field `site`") as caught:
        parse_event(json.dumps(body).encode())
    assert caught.value.field == "site"


def test_each_category_needs_a_decision() -> None:
    error = refused(categories={"necessary": "granted"})
    assert error.field == "categories"
    assert "necessary, performance, functionality, advertising" in error.message


def test_a_category_that_nobody_can_decide_about_is_refused() -> None:
    assert refused(categories=event()["categories"] | {"unclassified": "granted"}).field == "categories"


def test_the_necessary_category_cannot_be_refused() -> None:
    assert refused(categories=event()["categories"] | {"necessary": "denied"}).field == "categories.necessary"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"[1]", b"[" * 5000])
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(RecordError):
        parse_event(body)


def test_a_body_over_the_limit_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(RecordError, match=f"at most {MAX_BODY_BYTES} are accepted"):
        parse_event(b" " * (MAX_BODY_BYTES + 1))


def decided(**decisions: str) -> dict[str, str]:
    return dict.fromkeys(("performance", "functionality", "advertising"), "denied") | {
        "necessary": "granted",
        **decisions,
    }


@pytest.mark.parametrize(
    ("name", "decisions"),
    [
        ("given", {}),
        ("given", {"performance": "granted"}),
        ("given", dict.fromkeys(("performance", "functionality", "advertising"), "not_asked")),
        ("refused", {"functionality": "granted"}),
        ("withdrawn", {"advertising": "granted"}),
    ],
)
def test_an_event_that_is_named_otherwise_than_its_categories_say_is_refused(
    name: str, decisions: dict[str, str]
) -> None:
    assert refused(event=name, categories=decided(**decisions)).field == "event"


@pytest.mark.parametrize(
    ("name", "decisions"),
    [
        ("given", {"performance": "granted", "functionality": "granted", "advertising": "not_asked"}),
        ("refused", {"advertising": "not_asked"}),
        ("withdrawn", {}),
        ("changed", {"performance": "granted"}),
        ("changed", {}),
        ("notice_shown", {}),
    ],
)
def test_what_was_not_asked_does_not_count_against_an_events_name(
    name: str, decisions: dict[str, str]
) -> None:
    assert parse_event(json.dumps(event(event=name, categories=decided(**decisions))).encode()).event == name
