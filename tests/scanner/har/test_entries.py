from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from scanner.har.entries import (
    beacon_of,
    body_of,
    direct_initiators,
    failed_of,
    is_navigation,
    plain,
    redirect_of,
    sent_messages,
    stack_of,
    status_of,
    type_of,
    url_of,
)
from scanner.har.model import Entry
from tests.scanner.har.recordings import SHOP, entry

GIF = base64.b64encode(b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + b"\x00" * 30).decode()
PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x01" + b"\x00" * 9
).decode()


def read(url: str = SHOP, **given: Any) -> Entry:
    return msgspec.json.decode(msgspec.json.encode(entry(url, **given)), type=Entry, strict=False)


def with_body(mime: str, text: str) -> Entry:
    made = entry("https://px.ads.example/p", mime=mime)
    made["response"]["content"] |= {"text": text, "encoding": "base64"}
    return msgspec.json.decode(msgspec.json.encode(made), type=Entry)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("HTTPS://Www.Shop.Example/A?b#c", "https://www.shop.example/A?b"),
        ("https://user:secret@shop.example/", "https://shop.example/"),
        ("https://shop.example", "https://shop.example/"),
        ("data:text/plain,hello", "data:text/plain,hello"),
        ("https://[broken", ""),
    ],
)
def test_an_address_is_bare_and_holds_no_login(url: str, told: str) -> None:
    assert plain(url) == told


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (read(_resourceType="Script"), "script"),
        (read(_resourceType="beacon"), "ping"),
        (read(sent={"Sec_Fetch_Dest": "iframe"}), "document"),
        (read(sent={"sec_fetch_dest": "empty"}), "fetch"),
        (read(sent={"X_Requested_With": "XMLHttpRequest"}, mime="text/html"), "xhr"),
        (read(mime="application/javascript; charset=utf-8"), "script"),
        (read(mime="image/gif"), "image"),
        (read(mime="", got={"content_type": "text/css"}), "stylesheet"),
        (read(mime="", sent={"accept": "text/html,*/*"}), "document"),
        (read(mime="application/octet-stream"), "other"),
    ],
)
def test_the_kind_is_the_recorders_else_the_browsers_else_what_came(made: Entry, kind: str) -> None:
    assert type_of(made) == kind


def test_a_websocket_is_known_by_address_kind_messages_or_upgrade() -> None:
    for made in (
        read("wss://live.example/s"),
        read("https://live.example/s", _resourceType="websocket"),
        read(
            "https://live.example/s",
            _webSocketMessages=[{"type": "send", "data": "hello"}, {"type": "receive"}],
        ),
        read("https://live.example/s", status=101, sent={"upgrade": "WebSocket"}),
    ):
        assert url_of(made) == "wss://live.example/s"
    assert url_of(read("http://live.example/s", _resourceType="websocket")) == "ws://live.example/s"
    assert list(
        sent_messages(read(_webSocketMessages=[{"type": "send", "data": "hi"}, {"type": "receive"}]))
    ) == ["hi"]


def test_who_led_to_it_is_the_stack_else_the_address_else_the_referrer() -> None:
    frames = [
        {"url": "https://a.example/a.js", "lineNumber": 4, "columnNumber": 2},
        {"url": "", "lineNumber": 0},
    ]
    parent = {"callFrames": [{"url": "https://b.example/b.js", "lineNumber": 0, "columnNumber": 0}]}
    chrome = read(_initiator={"type": "script", "stack": {"callFrames": frames, "parent": parent}})
    assert stack_of(chrome) == ("https://a.example/a.js:5:3", "https://b.example/b.js:1:1")
    assert direct_initiators(chrome) == ("https://a.example/a.js", "https://b.example/b.js")
    detail = msgspec.json.encode({"type": "script", "stack": {"callFrames": frames}}).decode()
    assert direct_initiators(read(_initiator=SHOP, _initiator_detail=detail)) == ("https://a.example/a.js",)
    assert direct_initiators(read(_initiator={"type": "parser", "url": SHOP, "lineNumber": 3})) == (SHOP,)
    assert direct_initiators(read(_initiator=SHOP)) == (SHOP,)
    assert direct_initiators(read(sent={"Referer": SHOP}, _initiator={"type": "other"})) == (SHOP,)
    assert direct_initiators(read(_initiator="{broken")) == ()


def test_a_redirect_is_absolute_and_only_one_where_the_status_says_so() -> None:
    assert redirect_of(read(to="/next#part")) == f"{SHOP}next"
    assert redirect_of(read(status=301, got={"location": "//other.example/x"})) == "https://other.example/x"
    assert redirect_of(read(got={"location": "/next"})) == ""
    assert redirect_of(read(status=304)) == ""


def test_an_answer_that_never_came_is_told() -> None:
    blocked = entry(status=0)
    blocked["response"]["_error"] = "net::ERR_BLOCKED_BY_CLIENT"
    made = msgspec.json.decode(msgspec.json.encode(blocked), type=Entry)
    assert (status_of(made), failed_of(made)) == (None, "net::ERR_BLOCKED_BY_CLIENT")
    assert failed_of(read()) == ""


def test_beacons_are_pings_empty_pictures_and_pictures_of_one_pixel() -> None:
    assert beacon_of(read(_resourceType="ping")) == "ping"
    assert beacon_of(read(mime="image/gif", status=204)) == "pixel"
    assert beacon_of(with_body("image/gif", GIF)) == "pixel"
    assert beacon_of(with_body("image/png", PNG)) == ""
    assert beacon_of(with_body("image/png", "*")) == ""
    assert beacon_of(read()) == ""


def test_a_frame_is_no_navigation() -> None:
    assert is_navigation(read())
    assert not is_navigation(read(sent={"sec-fetch-dest": "iframe"}))
    assert not is_navigation(read(mime="image/png"))


def test_a_body_is_its_text_or_its_parameters() -> None:
    made = entry()
    made["request"]["postData"] = {
        "mimeType": "x",
        "params": [{"name": "a", "value": {"odd": 1}}, {"name": "b", "value": "2"}],
    }
    assert body_of(msgspec.json.decode(msgspec.json.encode(made), type=Entry)) == "a={'odd': 1}&b=2"
    made["request"]["postData"] = {"text": "hello"}
    assert body_of(msgspec.json.decode(msgspec.json.encode(made), type=Entry)) == "hello"
    assert body_of(read()) == ""
