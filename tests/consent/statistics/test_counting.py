from __future__ import annotations

from typing import Any

import pytest

from consent.log import encode_record
from consent.model.categories import CATEGORIES
from consent.model.records import Action, ConsentRecord, EventKind, Surface
from consent.statistics.counting import date_of, day_of, read, tallies
from consent.store.statistics_store import COUNTS, Tally

LANGUAGES = {"n1": frozenset({"en", "de"})}
DAY = 20_781  # 2026-11-24


def record(**fields: Any) -> ConsentRecord:
    given: dict[str, Any] = {
        "record_id": "r",
        "consent_id": "A" * 22,
        "event_id": "e",
        "site": "larkspur",
        "event": EventKind.GIVEN,
        "action": Action.ACCEPT_ALL,
        "surface": Surface.BANNER,
        "categories": dict.fromkeys(CATEGORIES, "granted"),
        "valid_until": None,
        "notice_version": "n1",
        "notice_sha256": "n1",
        "widget_version": "1",
        "scan_id": "s",
        "language": "en",
        "jurisdiction": "EU",
        "gpc_header": False,
        "gpc_js": None,
        "gpc_honoured": False,
        "page": "https://www.larkspur.example/",
        "user_agent": "Chrome 131; Windows; desktop",
        "server_time": "2026-11-24T23:59:59.999Z",
        "client_time": "2026-11-24T23:59:59.999Z",
    }
    return ConsentRecord(**(given | fields))


def shown(**fields: Any) -> ConsentRecord:
    return record(event="notice_shown", categories=dict.fromkeys(CATEGORIES, "not_asked"), **fields)


def counted(*records: ConsentRecord) -> list[Tally]:
    found, unreadable = read([encode_record(one) for one in records])
    assert unreadable == 0
    return tallies(found, LANGUAGES)


def numbers(*records: ConsentRecord, dimension: str = "", key: str = "") -> dict[str, int]:
    [found] = [one for one in counted(*records) if (one.dimension, one.key) == (dimension, key)]
    return {name: number for name, number in zip(COUNTS, found.counts, strict=True) if number}


def places(*records: ConsentRecord) -> set[tuple[str, str]]:
    return {(one.dimension, one.key) for one in counted(*records)}


def test_a_record_counts_once_in_each_dimension_that_it_tells_of() -> None:
    assert places(record(country="DE", variant="blue")) == {
        ("", ""), ("language", "en"), ("device", "desktop"), ("country", "DE"), ("jurisdiction", "EU"), ("variant", "blue"),
    }  # fmt: skip
    assert places(record(jurisdiction="")) == {("", ""), ("language", "en"), ("device", "desktop")}


@pytest.mark.parametrize(
    ("event", "name"), [("given", "accepted"), ("refused", "refused"), ("partial", "partial")]
)
def test_an_answer_counts_with_what_it_decides_about_each_category(event: str, name: str) -> None:
    decided = {
        "necessary": "granted",
        "performance": "granted",
        "functionality": "denied",
        "advertising": "not_asked",
    }
    assert numbers(record(event=EventKind(event), categories=decided)) == {
        name: 1,
        "performance_granted": 1,
        "functionality_denied": 1,
    }


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("changed", "changed"),
        ("withdrawn", "withdrawn"),
        ("renewed", "renewed"),
        ("opt_out_signal", "opt_out"),
    ],
)
def test_what_comes_after_an_answer_is_counted_apart_from_it(event: str, name: str) -> None:
    assert numbers(record(event=EventKind(event))) == {name: 1}


def test_what_the_pages_own_code_decides_is_no_visitors_answer() -> None:
    assert numbers(record(surface=Surface.NONE, action=Action.API)) == {"by_code": 1}
    assert numbers(record(surface=Surface.NONE, event=EventKind.WITHDRAWN)) == {"withdrawn": 1}


def test_a_display_of_which_a_share_is_told_stands_for_several() -> None:
    assert numbers(shown()) == {"shown": 1, "shown_weight": 1000}
    tenth = numbers(shown(shown_share=0.1), shown(shown_share=0.1))
    assert tenth == {"shown": 2, "shown_weight": 20_000, "shown_variance": 180_000}
    third = numbers(shown(shown_share=0.3))
    assert third == {"shown": 1, "shown_weight": 3333, "shown_variance": 7778}


def test_no_record_stands_for_more_than_a_thousand_displays() -> None:
    assert numbers(shown(shown_share=1e-9))["shown_weight"] == 1_000_000
    assert numbers(shown(shown_share=0.0))["shown_weight"] == 1000


def test_displays_with_the_opt_out_signal_are_counted_by_header_or_script() -> None:
    found = numbers(shown(gpc_header=True), shown(gpc_js=True), shown(gpc_js=False), shown())
    assert found == {"shown": 4, "shown_weight": 4000, "shown_signal": 2}


def test_a_language_that_the_notice_was_not_written_in_counts_as_other() -> None:
    assert ("language", "other") in places(record(language="xx"))
    assert ("language", "other") in places(record(notice_version="unknown"))


def test_a_program_counts_as_a_device_and_in_nothing_else() -> None:
    alone = {("device", "automated")}
    assert places(record(user_agent="Chrome 131; Linux; automated", country="DE")) == alone
    assert places(record(bot=True)) == alone


def test_an_unknown_form_of_device_counts_as_other() -> None:
    assert ("device", "other") in places(record(user_agent="other; other; fridge"))
    assert ("device", "other") in places(record(user_agent=""))


def test_days_end_at_midnight_in_utc() -> None:
    assert day_of("2026-11-24T23:59:59.999Z") == DAY
    assert day_of("2026-11-25T00:00:00.000Z") == DAY + 1
    assert str(date_of(DAY)) == "2026-11-24"


def test_equal_records_are_added_up_and_the_order_is_one_for_all() -> None:
    found = counted(*[record()] * 3, record(server_time="2026-11-23T10:00:00.000Z"), record(site="thyme"))
    assert found == sorted(found)
    whole = {(one.site, one.day): one.counts[COUNTS.index("accepted")] for one in found if not one.dimension}
    assert whole == {("larkspur", DAY): 3, ("larkspur", DAY - 1): 1, ("thyme", DAY): 1}


def test_what_cannot_be_read_is_told_and_what_was_erased_is_left_out() -> None:
    bad = encode_record(record(server_time="yesterday"))
    kinds, unreadable = read([None, b"{}", b"\xff", bad, encode_record(record())])
    assert (sum(kinds.values()), unreadable) == (1, 3)


def test_records_of_an_earlier_schema_lack_fields_and_are_counted() -> None:
    old = encode_record(record(schema_version="consentry/1"))
    assert b"country" not in old
    assert read([old])[1] == 0
