from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from consent.model.categories import ConsentState
from scanner.har import write
from scanner.har.crawl import crawl_of
from scanner.har.discretion import WITHHELD, Discretion
from scanner.har.model import read_har
from scanner.har.write import Exchange, HarFile, har_file
from tests.scanner.har.recordings import SHOP

NOON = 1_772_452_800.0
TIMING = {"dnsStart": 0, "dnsEnd": 5, "connectStart": 5, "connectEnd": 20, "sslStart": 10, "sslEnd": 20,
          "sendStart": 20, "sendEnd": 21, "receiveHeadersEnd": 40}  # fmt: skip


def exchange(url: str = SHOP, **given: Any) -> Exchange:
    settings: dict[str, Any] = {"method": "GET", "type": "document", "started_s": NOON, "status": 200}
    return Exchange(url=url, **(settings | given))


def written(tmp_path: Path, *exchanges: Exchange, discretion: Discretion | None = None) -> dict[str, Any]:
    file = HarFile(tmp_path / "reject.har", ConsentState.REJECT, discretion or Discretion())
    file.add(0, exchanges)
    file.close([SHOP], {"version": "1.0", "browser": "Chromium", "browser_version": "150.0"})
    assert [path.name for path in tmp_path.iterdir()] == ["reject.har"]
    log: dict[str, Any] = json.loads((tmp_path / "reject.har").read_bytes())["log"]
    return log


def test_an_exchange_has_headers_cookies_times_and_what_led_to_it(tmp_path: Path) -> None:
    frame = {"functionName": "load", "url": f"{SHOP}a.js", "lineNumber": 3, "columnNumber": 7}
    log = written(
        tmp_path,
        exchange(
            f"{SHOP}x?a=1&b=",
            request_headers=[("Cookie", "_ga=GA1; s=2")],
            response_headers=[("set-cookie", "a=1; Path=/; Secure\nb=2; HttpOnly; SameSite=Lax"), ("X", "y")],
            time_ms=55.0,
            timing=TIMING,
            protocol="h2",
            address="192.0.2.7",
            initiator={"type": "script", "stack": {"callFrames": [frame], "parent": {"callFrames": [frame]}}},
        ),
    )
    (entry,) = log["entries"]
    assert (log["version"], log["creator"]["name"], log["browser"]["version"]) == (
        "1.2",
        "Consentry",
        "150.0",
    )
    assert log["pages"] == [
        {"id": "page_1", "startedDateTime": "2026-03-02T12:00:00.000Z", "title": SHOP, "_url": SHOP,
         "pageTimings": {"onContentLoad": -1, "onLoad": -1}}
    ]  # fmt: skip
    assert entry["request"]["cookies"] == [{"name": "_ga", "value": "GA1"}, {"name": "s", "value": "2"}]
    assert entry["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert [header["value"] for header in entry["response"]["headers"]] == [
        "a=1; Path=/; Secure", "b=2; HttpOnly; SameSite=Lax", "y",
    ]  # fmt: skip
    assert entry["response"]["cookies"][1] == {
        "name": "b", "value": "2", "httpOnly": True, "secure": False, "sameSite": "Lax",
    }  # fmt: skip
    assert entry["timings"] == {
        "blocked": -1,
        "dns": 5,
        "connect": 15,
        "ssl": 10,
        "send": 1,
        "wait": 19,
        "receive": 15,
    }
    assert entry["time"] == 55
    assert entry["_initiator"]["stack"]["parent"]["callFrames"][0]["url"] == f"{SHOP}a.js"


def test_pages_stand_in_their_order_whatever_came_first(tmp_path: Path) -> None:
    file = HarFile(tmp_path / "before.har", ConsentState.BEFORE, Discretion())
    file.add(1, [exchange(f"{SHOP}b", started_s=NOON + 1)])
    file.add(0, [exchange(f"{SHOP}late", started_s=NOON + 9), exchange(SHOP)])
    file.close([SHOP, f"{SHOP}b"], {})
    entries = json.loads((tmp_path / "before.har").read_bytes())["log"]["entries"]
    assert [entry["request"]["url"] for entry in entries] == [SHOP, f"{SHOP}late", f"{SHOP}b"]


def test_what_we_write_we_read_again_with_its_state(tmp_path: Path) -> None:
    written(
        tmp_path,
        exchange(response_headers=[("Set-Cookie", "a=1; Max-Age=60\nb=2")]),
        exchange("wss://live.example/s", type="websocket", status=101, started_s=NOON + 1),
        exchange(
            "https://px.ads.example/p",
            type="image",
            status=302,
            redirect_url="https://sync.example/",
            started_s=NOON + 2,
        ),
        exchange(
            "https://sync.example/",
            type="image",
            status=204,
            started_s=NOON + 3,
            request_headers=[("cookie", "id=7")],
        ),
    )
    recording = read_har(tmp_path / "reject.har")
    assert recording.own["state"] == "reject"
    crawl = crawl_of(recording, site="shop", start_url="", state=ConsentState.REJECT)
    assert {(one.kind, one.name) for one in crawl.observations} == {
        ("request", SHOP), ("websocket", "wss://live.example/s"), ("request", "https://px.ads.example/p"),
        ("request", "https://sync.example/"), ("cookie", "a"), ("cookie", "b"), ("cookie", "id"),
    }  # fmt: skip


def test_what_opened_the_site_is_not_in_the_file(tmp_path: Path) -> None:
    secret = exchange(
        "https://user:s3cret@shop.example/?key=s3cret",
        request_headers=[
            ("X-Token", "s3cret"),
            ("Authorization", "Basic dXNlcjpodW50ZXIy"),
            ("Cookie", "sid=abc123"),
        ],
        response_headers=[("Location", "/s3cret"), ("Set-Cookie", "sid=abc456; Path=/")],
        redirect_url=f"{SHOP}s3cret",
        initiator={"url": f"{SHOP}?s3cret"},
    )
    written(tmp_path, secret, discretion=Discretion.of([("X-Token", "s3cret")], logged_in=True))
    text = (tmp_path / "reject.har").read_text()
    assert not any(word in text for word in ("s3cret", "dXNlcjpodW50ZXIy", "abc123", "abc456", "user:"))
    assert WITHHELD in text
    assert '"sid"' in text


def test_a_recording_is_bounded_and_says_what_it_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "MAX_BYTES", 2_000)
    log = written(tmp_path, *(exchange(f"{SHOP}{number}") for number in range(9)))
    assert 0 < len(log["entries"]) < 9
    assert log["_consentry"] == {"state": "reject", "left_out": 9 - len(log["entries"])}


def test_a_state_without_any_request_is_an_empty_recording_and_no_folder_is_none(tmp_path: Path) -> None:
    assert written(tmp_path)["entries"] == []
    assert har_file(None, ConsentState.BEFORE, (), logged_in=False) is None
    made = har_file(tmp_path, ConsentState.GPC, (), logged_in=False)
    assert made is not None
    assert made.path == tmp_path / "gpc.har"
    made.add(0, [exchange()])
    made.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["reject.har"]
