from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consent.model.categories import ConsentState
from consent.model.errors import ConfigError
from scanner.har.crawl import crawl_of
from scanner.har.model import read_har
from scanner.observations import Crawl, Observation
from tests.scanner.har.recordings import SHOP, entry, har, written

TAG = "https://tags.example/t.js"
PIXEL = "https://px.ads.example/p"


def crawled(tmp_path: Path, *entries: dict[str, Any], start_url: str = "", **more: Any) -> Crawl:
    recording = read_har(written(tmp_path, har(*entries, **more)))
    return crawl_of(recording, site="shop", start_url=start_url, state=ConsentState.ACCEPT)


def one(crawl: Crawl, name: str, kind: str = "request") -> Observation:
    (found,) = [seen for seen in crawl.observations if (seen.name, seen.kind) == (name, kind)]
    return found


def test_requests_have_page_kind_time_state_and_the_chain_that_led_to_them(tmp_path: Path) -> None:
    crawl = crawled(
        tmp_path,
        entry(SHOP, at=1),
        entry(TAG, at=2, mime="text/javascript", _initiator={"type": "parser", "url": SHOP}),
        entry(PIXEL, at=3, mime="image/gif", status=204, _initiator={"type": "script", "url": TAG}),
    )
    pixel = one(crawl, PIXEL)
    assert (pixel.page, pixel.host, pixel.state) == (SHOP, "px.ads.example", ConsentState.ACCEPT)
    assert pixel.initiators == (TAG, SHOP)
    assert pixel.time_ms == 2000
    assert (pixel.details["type"], pixel.details["status"], pixel.details["beacon"]) == (
        "image",
        204,
        "pixel",
    )
    assert (crawl.start_url, crawl.started, crawl.finished) == (
        SHOP,
        "2026-03-02T12:00:01Z",
        "2026-03-02T12:00:03Z",
    )
    assert [(seen.state, seen.applied, seen.method) for seen in crawl.passes] == [
        (ConsentState.ACCEPT, True, "recording")
    ]


def test_a_redirect_leads_on_even_where_the_recording_ends_at_it(tmp_path: Path) -> None:
    crawl = crawled(
        tmp_path,
        entry(SHOP, at=1),
        entry(PIXEL, at=2, to="https://sync.example/s?id=1", sent={"Referer": SHOP}),
        entry("https://sync.example/s?id=1", at=3, to="https://last.example/end"),
    )
    assert one(crawl, "https://sync.example/s?id=1").details["redirected_from"] == PIXEL
    assert one(crawl, "https://sync.example/s?id=1").initiators == (PIXEL, SHOP)
    last = one(crawl, "https://last.example/end")
    assert last.host == "last.example"
    assert last.details["failed"] == "the recording ends at the redirect"


def test_sockets_bodies_and_referrers_to_others_are_kept_for_the_search_of_identifiers(
    tmp_path: Path,
) -> None:
    posted = entry(PIXEL, at=2, mime="image/gif", sent={"Referer": f"{SHOP}?q=1"})
    posted["request"] |= {"method": "POST", "postData": {"text": "uid=7"}}
    own = entry(f"{SHOP}api", at=3)
    own["request"]["postData"] = {"text": "not looked at"}
    socket = entry("wss://live.example/s", at=4, _webSocketMessages=[{"type": "send", "data": "hello"}])
    crawl = crawled(tmp_path, entry(SHOP, at=1), posted, own, socket)
    payloads = {
        (seen.host, seen.details["part"], seen.value) for seen in crawl.observations if seen.kind == "payload"
    }
    assert payloads == {
        ("px.ads.example", "body", "uid=7"),
        ("px.ads.example", "referer", f"{SHOP}?q=1"),
        ("live.example", "websocket", "hello"),
    }
    assert one(crawl, "wss://live.example/s", "websocket").host == "live.example"


def test_a_page_without_an_answer_or_with_an_error_is_told(tmp_path: Path) -> None:
    visits = crawled(tmp_path, entry(SHOP, at=1, status=0), entry(f"{SHOP}gone", at=2, status=404)).visits
    assert [(visit.url, visit.status, visit.error != "") for visit in visits] == [
        (SHOP, "failed", True),
        (f"{SHOP}gone", "http_error", True),
    ]


def test_the_limits_say_what_this_recording_cannot_tell(tmp_path: Path) -> None:
    limits = " ".join(
        crawled(tmp_path, entry(SHOP), entry("data:image/gif,x"), {"request": {}}).tool["limits"]
    )
    assert "not from a scan of ours" in limits
    assert "\u201caccept\u201d is what its owner says" in limits
    assert "No cookie is in the recording at all" in limits
    assert "1 entries of the recording could not be read" in limits
    assert "(1 data:)" in limits
    used = crawled(tmp_path, entry(SHOP, sent={"Cookie": "a=1"}), entry("https://other.example/", at=5)).tool[
        "limits"
    ]
    assert any("carried 1 cookie already" in limit for limit in used)
    assert any("pages of 2 sites (other.example, shop.example)" in limit for limit in used)


def test_the_site_may_be_named(tmp_path: Path) -> None:
    assert crawled(tmp_path, entry(PIXEL), start_url=SHOP).start_url == SHOP


def test_addresses_that_are_none_and_those_that_the_browser_holds_are_left_out_and_said(
    tmp_path: Path,
) -> None:
    crawl = crawled(tmp_path, entry("https://[broken"), entry("about:blank"), entry("data:,x"), entry(SHOP))
    assert [visit.url for visit in crawl.visits] == [SHOP]
    assert "(1 about:, 1 data:, 1 https:)" in " ".join(crawl.tool["limits"])
    with pytest.raises(ConfigError, match="no request to a host"):
        crawled(tmp_path, entry("about:blank"))


JUNK: tuple[Any, ...] = (None, 1e300, True, {"a": 1}, "http://[")


def places(made: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of a decoded file, as its container and its key."""
    pairs = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    for key, value in list(pairs):
        yield made, key
        yield from places(value)


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_whatever_stands_in_any_place_it_is_read_or_told_in_plain_words(tmp_path: Path, junk: Any) -> None:
    listed = {"name": "a", "value": "1", "domain": ".shop.example", "expires": "2026-03-03T12:00:00Z"}
    frame = {"url": f"{SHOP}a.js", "lineNumber": 1, "columnNumber": 1}
    rich = entry(
        PIXEL, at=2, sent={"Cookie": "b=1"}, got={"Set_Cookie": "c=1"}, sent_cookies=[listed], set_cookies=[listed],
        to="/next", pageref="p", _initiator={"type": "script", "url": SHOP, "stack": {"callFrames": [frame]}},
        _webSocketMessages=[{"type": "send", "data": "x"}],
    )  # fmt: skip
    rich["request"]["postData"] = {"text": "x", "params": [{"name": "a", "value": "b"}]}
    whole = har(
        entry(SHOP, at=1),
        rich,
        pages=[{"id": "p", "title": "Shop", "startedDateTime": "2026-03-02T12:00:00Z"}],
    )
    for number in range(sum(1 for _ in places(whole))):
        broken = copy.deepcopy(whole)
        container, key = list(places(broken))[number]
        container[key] = junk
        try:
            crawl = crawl_of(
                read_har(written(tmp_path, broken)), site="shop", start_url="", state=ConsentState.BEFORE
            )
        except ConfigError:
            continue
        assert crawl.visits
