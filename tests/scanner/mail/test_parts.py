from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.model.errors import ConfigError
from scanner.mail import parts
from scanner.mail.parts import decoded, parts_of
from tests.scanner.mail.letters import READER, letter, page, plain


def test_text_of_both_kinds_is_read_and_attachments_are_not() -> None:
    data = (
        b"From: a@larkspur.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/html\r\n\r\n<p>one</p>\r\n"
        b"--x\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<p>two</p>\r\n"
        b"--x\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--x--\r\n"
    )
    found = parts_of(data, "a.eml")
    assert [html.strip() for html in found.html] == ["<p>one</p>"]
    assert found.notes == []


def test_the_reader_is_known_by_every_header_that_names_him() -> None:
    found = parts_of(letter(page(), headers={"Delivered-To": "ana@private.example"}), "a.eml")
    assert found.recipients() == [("Ana Brewer", READER), ("", "ana@private.example")]


def test_an_attached_message_is_another_message() -> None:
    data = (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nContent-Type: text/html\r\n\r\n<p>inner</p>\r\n--x--\r\n"
    )
    found = parts_of(data, "a.eml")
    assert found.html == []
    assert "attached" in found.notes[0]


@pytest.mark.parametrize("data", [b"", b"hello", b"<html><p>no message</p></html>", b"\x00" * 100])
def test_what_is_no_message_is_told_with_its_name(data: bytes) -> None:
    with pytest.raises(ConfigError, match=r"a\.eml: is no e-mail message"):
        parts_of(data, "a.eml")


def test_a_mailbox_line_before_the_headers_is_no_obstacle() -> None:
    assert parts_of(b"From ana Mon Mar  2 09:14:05 2026\n" + plain(), "a.eml").first("subject") == "Hello"


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LARGEST", 100)
    with pytest.raises(ConfigError, match="larger than 100 bytes"):
        parts_of(plain(), "a.eml")


def test_parts_that_nest_without_end_are_told_and_the_headers_still_read() -> None:
    head = b"From: a@b.example\r\nSubject: deep\r\n"
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(5_000)
    )
    found = parts_of(head + nested + b"Content-Type: text/html\r\n\r\n<p>x</p>", "a.eml")
    assert (found.first("subject"), found.readable) == ("deep", False)
    assert "nested parts" in found.notes[0]


def test_deep_but_few_parts_are_read_as_far_as_the_bound() -> None:
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)
    )
    found = parts_of(b"From: a@b.example\r\n" + nested + b"Content-Type: text/html\r\n\r\n<p>x</p>", "a.eml")
    assert found.html == []
    assert "nest too deep" in found.notes[0]
    assert not found.readable


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        ("iso-8859-1", "caf\u00e9 \u201ctea\u201d".encode("cp1252"), "caf\u00e9 \u201ctea\u201d"),
        ("utf-8", b"\xff tea", "\ufffd tea"),
        ("no-such-set", "café".encode(), "café"),
        ("rot13", "café".encode(), "café"),
        ("hex", b"6162", "6162"),
    ],
)
def test_any_character_set_gives_text(charset: str, body: bytes, text: str) -> None:
    data = (
        b"From: a@b.example\r\nContent-Type: text/html; charset="
        + charset.encode()
        + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    found = parts_of(data + body, "a.eml")
    assert found.html == [text]
    assert bool(found.notes) is (charset in {"no-such-set", "rot13", "hex"})


def test_broken_base64_is_read_as_far_as_it_goes_and_told() -> None:
    body = base64.b64encode(b"<p>tea</p>")[:-3]
    data = b"From: a@b.example\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    found = parts_of(data, "a.eml")
    assert found.html[0].startswith("<p>te")
    assert "broken base64" in found.notes[0]


def test_more_text_and_headers_than_the_bounds_are_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_TEXT", 50)
    monkeypatch.setattr(parts, "MAX_HEADERS", 5)
    found = parts_of(letter(page("x" * 200)), "a.eml")
    assert len(found.html[0]) == 50
    assert len(found.headers) == 5
    assert len(found.notes) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?VGVl?= for two", "Tee for two"),
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?no-such-set?B?VGVl?=", "Tee"),
        ("=?utf-8?B?%%%?=", ""),
        ("folded\r\n line", "folded line"),
    ],
)
def test_encoded_words_of_headers_are_undone(value: str, text: str) -> None:
    assert decoded(value) == text


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["text/html", "multipart/mixed; boundary=a", "message/rfc822"])
)
def test_no_bytes_break_the_reader(data: bytes, kind: str) -> None:
    found = parts_of(
        b"From: a@b.example\r\nContent-Type: " + kind.encode() + b"\r\n\r\n--a\r\n" + data, "a.eml"
    )
    for text in (*found.html, *found.text, *(value for _, value in found.headers)):
        text.encode()
