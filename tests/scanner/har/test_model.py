from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from consent.model.errors import ConfigError
from scanner.har import model
from scanner.har.model import headers_of, read_har, unix_s
from tests.scanner.har.recordings import SHOP, entry, har, pairs, written


def told(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_har(path)
    return str(caught.value)


def test_a_recording_is_read_in_the_order_of_its_times_whoever_wrote_it(tmp_path: Path) -> None:
    made = har(
        entry(f"{SHOP}late", at=3),
        entry(f"{SHOP}early", at=1),
        pages=[
            {"id": "page_1", "title": "Shop", "startedDateTime": "2026-03-02T12:00:00Z", "pageTimings": {}}
        ],
        browser={"name": "Firefox", "version": "140.0"},
        comment="made by hand",
    )
    read = read_har(written(tmp_path, made))
    assert [one.request.url for one in read.entries] == [f"{SHOP}early", f"{SHOP}late"]
    assert (read.creator, read.browser, read.version) == ("tests 1", "Firefox 140.0", "1.2")
    assert read.pages[0].title == "Shop"
    assert read.notes == []


@pytest.mark.parametrize(
    "packed",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: gzip.compress(text.encode()),
        lambda text: b"\n  " + text.encode(),
    ],
    ids=["utf-8 with a mark", "utf-16", "gzip", "leading space"],
)
def test_it_may_be_packed_and_marked(tmp_path: Path, packed: Any) -> None:
    read = read_har(written(tmp_path, packed(json.dumps(har(entry())))))
    assert read.entries[0].request.url == SHOP


def test_nearly_everything_may_be_missing_or_null(tmp_path: Path) -> None:
    bare = {"log": {"entries": [{"request": {"url": SHOP}}]}}
    nulls = har(
        {
            "pageref": None,
            "startedDateTime": None,
            "request": {"url": SHOP, "method": None, "headers": None, "cookies": None, "postData": None},
            "response": {
                "status": "204",
                "headers": None,
                "cookies": None,
                "content": None,
                "redirectURL": None,
            },
        },
        pages=None,
        version="1.1",
        creator=None,
    )
    assert read_har(written(tmp_path, bare)).entries[0].response is None
    assert read_har(written(tmp_path, nulls)).entries[0].response is not None


def test_an_entry_that_cannot_be_read_is_left_out_and_said(tmp_path: Path) -> None:
    read = read_har(written(tmp_path, har(entry(), {"request": {"method": "GET"}}, "nothing")))  # type: ignore[arg-type]
    assert (len(read.entries), read.left_out) == (1, 2)
    assert "entry 1 of the recording is left out" in read.notes[0]
    assert "`url`" in read.notes[0]


def test_half_a_surrogate_pair_and_a_byte_that_is_no_text_cost_no_entry(tmp_path: Path) -> None:
    text = json.dumps(har(entry(sent={"X_Odd": "HERE"}))).replace("hello", "\\ud83d \\\\ud83d \\ude00")
    broken = text.replace("HERE", "\\ud83d \\ud83d\\ude00").encode().replace(b"tests", b"te\xffsts")
    read = read_har(written(tmp_path, broken))
    assert dict(headers_of(read.entries[0].request.headers))["x-odd"] == "\ufffd \U0001f600"
    assert read.creator == "te\ufffdsts 1"


def test_what_is_cut_off_is_told_with_its_place(tmp_path: Path) -> None:
    whole = json.dumps(har(entry(), entry()), indent=1)
    path = written(tmp_path, whole[:900])
    said = told(path)
    assert str(path) in said
    assert "cut off after byte 900" in said
    assert f"line {whole[:900].count(chr(10)) + 1}" in said


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("<!doctype html><p>hello", "byte 0"),
        ('{"log": {"entries": [}}', "byte 21"),
        ('{"page": 1}', "missing required field `log`"),
        ('{"log": {"version": "1.2"}}', "missing required field `entries`"),
        ('{"log": {"entries": 5}}', "$.log.entries"),
        ("[1, 2]", "Expected `object`"),
        ('{"log": {"entries": []}}', "nothing was recorded"),
        ('{"log": {"entries": [{"request": {}}]}}', "no entry can be read"),
        ("", "is empty"),
        (b"\x1f\x8b\x08\x00 no gzip", "cannot be read"),
    ],
)
def test_what_is_no_recording_is_told(tmp_path: Path, content: Any, part: str) -> None:
    path = written(tmp_path, content)
    said = told(path)
    assert str(path) in said
    assert part in said


def test_a_file_that_is_not_there_or_too_large_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "cannot be read: No such file" in told(tmp_path / "none.har")
    monkeypatch.setattr(model, "MAX_FILE", 1024**2)
    bomb = written(tmp_path, gzip.compress(b" " * 5 * 1024**2))
    assert "is larger than 1 MiB" in told(bomb)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00.500Z", 60.5),
        ("1970-01-01T01:01:00+01:00", 60.0),
        ("1970-01-01T00:01:00", 60.0),
        ("1970-01-01T00:01:00.1234567Z", 60.123456),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_in_any_zone(text: str | None, seconds: float | None) -> None:
    assert unix_s(text) == seconds


def test_headers_may_be_a_list_or_an_object_in_any_case() -> None:
    listed = model.HarRequest(url=SHOP, headers=[model.Pair("Set-COOKIE", "a=1"), model.Pair(None, "x")])
    assert headers_of(listed.headers) == [("set-cookie", "a=1")]
    assert headers_of({"Cookie": "a=1"}) == [("cookie", "a=1")]
    assert headers_of(None) == []
    assert pairs(set_cookie="a=1\nb=2")[1] == {"name": "set-cookie", "value": "b=2"}
