from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.mail.masking import KEPT, Secrets, is_token, masked, without_readers
from tests.scanner.mail.letters import READER, TOKEN

NOBODY = Secrets(())


@pytest.mark.parametrize(
    ("url", "left"),
    [
        (f"https://ct.example/ls/click?upn={TOKEN}", "https://ct.example/ls/click?upn=u001…"),
        ("https://ct.example/c/1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9", "https://ct.example/c/1f2e…"),
        ("https://ct.example/o?e=1a2b3c4d5e&campaign=spring", "https://ct.example/o?e=1a2b…&campaign=spring"),
        (
            "https://www.larkspur.example/spring-teas-2026/assam",
            "https://www.larkspur.example/spring-teas-2026/assam",
        ),
        ("https://ct.example?m=ana%40reader.example", "https://ct.example?m=…"),
        (f"https://ct.example/#{TOKEN}", "https://ct.example/#u001…"),
        ("https://ct.example/" + "a" * 100, "https://ct.example/aaaa…"),
    ],
)
def test_tokens_go_and_plain_words_stay(url: str, left: str) -> None:
    assert masked(url, NOBODY) == left


@pytest.mark.parametrize(
    "spelt",
    [READER, READER.encode().hex(), base64.urlsafe_b64encode(b"id=7;" + READER.encode()).decode().rstrip("="),
     hashlib.md5(READER.encode(), usedforsecurity=False).hexdigest(), hashlib.sha256(READER.encode()).hexdigest()],
)  # fmt: skip
def test_the_readers_address_goes_in_whatever_spelling(spelt: str) -> None:
    secrets = Secrets([READER])
    assert secrets.encoding_in(f"https://x.example/p/{spelt}")
    left = masked(f"https://x.example/p/{spelt}?q={spelt}", secrets)
    assert spelt[KEPT:] not in left
    assert not secrets.encoding_in(left)


def test_a_subject_loses_the_readers_name_and_every_address() -> None:
    told = without_readers(
        "Ana, write to bo@x.example or ANA.BREWER@reader.example", ["Ana Brewer", "Ana"], Secrets([READER])
    )
    assert (
        told == "…, write to …@x.example or ….BREWER@reader.example".replace("….BREWER", "…")
        or "Ana" not in told
    )
    assert "bo@" not in told
    assert "reader.example" not in told or "…@reader.example" in told


def test_words_dates_and_numbers_are_no_tokens() -> None:
    assert not any(map(is_token, ("spring-teas", "2026-03-02", "20260302", "assam", "600x300")))
    assert is_token(TOKEN)


@settings(max_examples=100, deadline=None)
@given(
    st.uuids(),
    st.sampled_from(
        [
            "https://x.example/{}",
            "https://x.example/a/{}/b",
            "https://x.example/?i={}",
            "https://x.example/?a=1#{}",
        ]
    ),
)
def test_no_uuid_survives(value: object, shape: str) -> None:
    assert str(value) not in masked(shape.format(value), NOBODY)
