from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import zlib
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.encodings import MAX_TEXT, body_text, find_spelling, hashes_of, spellings_of, tokens_of

CORE = "qz41f09ab27c"
WHOLE = f"{CORE}@mail.example"
SPELLINGS = spellings_of(CORE, WHOLE)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (f"https://t.example/?e={WHOLE}", "plain"),
        (f"https://t.example/?e={quote(quote(WHOLE, safe=''), safe='')}", "plain"),
        (json.dumps({"a": [{"value": WHOLE}]}), "plain"),
        (f"x={CORE.encode().hex().upper()}", "hex"),
        (base64.b64encode(json.dumps({"email": WHOLE}).encode()).decode(), "base64"),
        (base64.urlsafe_b64encode(f"??>{CORE}".encode()).decode(), "base64"),
        (hashlib.md5(WHOLE.encode()).hexdigest(), "md5"),
        (hashlib.sha1(WHOLE.encode()).hexdigest().upper(), "sha1"),
        (f"udff[em]={hashlib.sha256(WHOLE.encode()).hexdigest()}", "sha256"),
        (base64.b64encode(hashlib.sha256(WHOLE.encode()).digest()).decode(), "sha256 in base64"),
        ("nothing of the kind", ""),
        (hashlib.sha256(CORE.encode()).hexdigest(), ""),
        ("", ""),
    ],
)
def test_a_value_is_found_however_it_is_spelled(text: str, encoding: str) -> None:
    assert find_spelling(text, SPELLINGS) == encoding


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_base64_is_found_at_every_alignment(before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + CORE.encode() + after).decode()
    assert find_spelling(text, SPELLINGS) == "base64"


def test_a_compressed_body_is_read_and_a_bomb_is_cut() -> None:
    assert body_text(gzip.compress(WHOLE.encode())) == WHOLE
    assert body_text(zlib.compress(WHOLE.encode())) == WHOLE
    assert body_text(b"xample") == "xample"
    assert len(body_text(gzip.compress(b"a" * 50_000_000))) == MAX_TEXT
    assert body_text(b"\x1f\x8bbroken") == "\x1f\ufffdbroken"


def test_words_are_told_whole_in_parts_and_unpacked() -> None:
    packed = base64.b64encode(b'{"uid":"0f3ab9c2d417"}').decode()
    url = f"https://s.example/sync?cid=1234567890.1700000001&u={quote(quote('https://p.example/?puid=AAbbCCdd11'))}&d={packed}"
    words = dict(tokens_of(url))
    assert words["1234567890.1700000001"] == "plain"
    assert words["1234567890"] == "plain"
    assert words["AAbbCCdd11"] == "plain"
    assert words["0f3ab9c2d417"] == "base64"


def test_a_hostile_text_gives_a_bounded_number_of_words() -> None:
    assert len(list(tokens_of("%41" * 1_000_000))) <= 4_000
    assert len(list(tokens_of(base64.b64encode(os.urandom(2_000_000)).decode()))) <= 4_000
    assert len(list(tokens_of(",".join(f"token{number:06}" for number in range(100_000))))) <= 4_000


def test_hashes_are_those_that_services_use() -> None:
    assert {name.partition(" ")[0] for name in hashes_of("x").values()} == {"md5", "sha1", "sha256", "sha512"}
