from __future__ import annotations

from typing import Any

import msgspec
import pytest

from consent.model.categories import ConsentState
from scanner.har.cookies import CookieJar, expires_of, sent_cookies, set_cookies
from scanner.har.model import Entry
from scanner.observations import Observation
from tests.scanner.har.recordings import SHOP, entry

NOON = 1_772_452_800.0  # 2026-03-02T12:00:00Z


def read(url: str = SHOP, **given: Any) -> Entry:
    return msgspec.json.decode(msgspec.json.encode(entry(url, **given)), type=Entry, strict=False)


def jar_of(*entries: Entry) -> CookieJar:
    jar = CookieJar()
    for number, one in enumerate(entries):
        jar.add(one, page=SHOP, initiators=(SHOP,), time_ms=number * 10.0, wall_s=NOON + number)
    return jar


def seen(*entries: Entry) -> dict[tuple[str, str], Observation]:
    return {(one.name, one.host): one for one in jar_of(*entries).observations(ConsentState.BEFORE)}


def test_a_cookie_of_a_header_has_all_its_attributes_and_who_set_it() -> None:
    line = "_id=a1; Domain=.Shop.example; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=None; Partitioned"
    one = seen(read("https://px.shop.example/p", got={"Set_Cookie": line}))["_id", "shop.example"]
    assert one.initiators == ("https://px.shop.example/p", SHOP)
    assert one.value == "a1"
    assert one.details == {
        "domain": ".shop.example", "path": "/", "http_only": True, "secure": True, "same_site": "None",
        "partition_key": "partitioned", "expires": None, "requested_lifetime_s": 86400.0, "lifetime_s": 86400.0,
        "size": 5, "via": "header", "in_jar": True,
    }  # fmt: skip


def test_several_cookies_of_one_header_are_told_apart_by_line_and_by_comma() -> None:
    lines = "a=1; Path=/\nb=2; Expires=Wed, 04 Mar 2026 12:00:00 GMT\nc=3"
    assert [one.name for one in set_cookies(read(got={"set-cookie": lines}))] == ["a", "b", "c"]
    made = entry()
    made["response"]["headers"] = [
        {"name": "SET-COOKIE", "value": "a=1, b=2; Expires=Wed, 04 Mar 2026 12:00:00 GMT, c=3"}
    ]
    folded = set_cookies(msgspec.json.decode(msgspec.json.encode(made), type=Entry))
    assert [(one.name, one.value) for one in folded] == [("a", "1"), ("b", "2"), ("c", "3")]
    assert folded[1].expires == NOON + 2 * 86400


def test_header_and_list_of_the_same_cookie_are_one_and_each_alone_is_enough() -> None:
    listed = [
        {"name": "a", "value": "1"},
        {"name": "b", "value": "2", "domain": ".shop.example", "path": "/"},
    ]
    both = seen(read(got={"Set_Cookie": "a=1; Secure"}, set_cookies=listed))
    assert set(both) == {("a", "www.shop.example"), ("b", "shop.example")}
    assert both["a", "www.shop.example"].details["secure"] is True
    sent = sent_cookies(read(sent={"cookie": "a=1; x=9; x=8;"}, sent_cookies=listed))
    assert [(one.name, exact) for one, exact in sent] == [
        ("a", False),
        ("b", True),
        ("x", False),
        ("x", False),
    ]


def test_what_was_only_sent_belongs_to_a_set_cookie_that_reaches_it() -> None:
    found = seen(
        read(got={"Set_Cookie": "a=1; Domain=shop.example\nb=1; Path=/cart"}),
        read("https://img.shop.example/x", sent={"Cookie": "a=1; b=7"}),
    )
    assert set(found) == {("a", "shop.example"), ("b", "www.shop.example"), ("b", "img.shop.example")}
    assert found["b", "img.shop.example"].details["via"] == "unknown"
    assert found["b", "img.shop.example"].details["same_site"] == ""
    assert found["b", "img.shop.example"].initiators == ()


def test_the_same_value_on_two_hosts_means_a_cookie_of_their_common_domain() -> None:
    found = seen(
        read("https://www.shop.example/", sent={"Cookie": "_ga=GA1; own=1"}),
        read("https://img.eu.shop.example/", sent={"Cookie": "_ga=GA1; own=2"}),
        read("https://cdn.eu.shop.example/", sent={"Cookie": "_ga=GA2"}),
        read("https://other.example/", sent={"Cookie": "_ga=GA1"}),
    )
    assert set(found) == {
        ("_ga", "shop.example"), ("own", "www.shop.example"), ("own", "img.eu.shop.example"), ("_ga", "other.example"),
    }  # fmt: skip


def test_a_deletion_alone_is_no_stored_cookie_and_one_after_a_setting_ends_it() -> None:
    gone = "a=; Max-Age=0"
    found = seen(read(got={"Set_Cookie": gone}))["a", "www.shop.example"]
    assert found.details["deleted"] is True
    assert found.details["lifetime_s"] == 0
    kept = seen(read(got={"Set_Cookie": "a=1"}), read(got={"Set_Cookie": gone}))["a", "www.shop.example"]
    assert "deleted" not in kept.details
    assert kept.details["in_jar"] is False


def test_what_a_browser_lists_with_its_domain_keeps_its_remaining_lifetime() -> None:
    listed = {
        "name": "NID",
        "value": "x",
        "domain": ".ads.example",
        "path": "/",
        "httpOnly": True,
        "secure": True,
    }
    found = seen(
        read("https://px.ads.example/", sent_cookies=[listed | {"expires": "2026-03-03T12:00:00.000Z"}])
    )
    assert found["NID", "ads.example"].details["lifetime_s"] == 86400
    assert found["NID", "ads.example"].details["requested_lifetime_s"] is None
    assert found["NID", "ads.example"].details["same_site"] == "Lax"
    session = seen(
        read("https://px.ads.example/", sent_cookies=[listed | {"expires": "1969-12-31T23:59:59.999Z"}])
    )
    assert session["NID", "ads.example"].details["lifetime_s"] is None
    long = seen(read(got={"Set_Cookie": "a=1; Max-Age=99999999"}))["a", "www.shop.example"]
    assert (long.details["requested_lifetime_s"], long.details["lifetime_s"]) == (99999999, 400 * 86400)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (None, None), ("", None), (-1, None), ("-1", None), (0, None), ("Session", None), (True, None), ("soon", None),
        (1_772_452_800, NOON), (1_772_452_800_000, NOON), ("1772452800", NOON), ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02T13:00:00.000+01:00", NOON), ("Mon, 02-Mar-2026 12:00:00 GMT", NOON),
        ("1969-12-31T23:59:59.999Z", None), ("1970-01-01T00:00:10Z", 10.0),
    ],
)  # fmt: skip
def test_an_end_may_be_written_in_any_way(written: Any, seconds: float | None) -> None:
    assert expires_of(written) == seconds


def test_cookies_of_the_very_first_request_tell_of_a_used_browser() -> None:
    jar = jar_of(read(sent={"Cookie": "a=1; b=2"}), read(sent={"Cookie": "a=1; b=2; c=3"}))
    assert jar.first_sent(SHOP) == 2
    assert jar_of(read(got={"Set_Cookie": "a=1"}), read(sent={"Cookie": "a=1"})).first_sent(SHOP) == 0
    assert len(jar_of(read())) == 0
