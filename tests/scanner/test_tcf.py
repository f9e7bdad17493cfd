from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.tcf import decode

EXAMPLE = "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA.IFoEUQQgAIQwgIwQABAEAAAAOIAACAIAAAAQAIAgEAACEAAAAAgAQBAAAAAAAGBAAgAAAAAAAFAAECAAAgAAQARAEQAAAAAJAAIAAgAAAYQEAAAQmAgBC3ZAYzUw"
OTHER = (
    "CLcVDxRMWfGmWAVAHCENAXCkAKDAADnAABRgA5mdfCKZuYJez-NQm0TBMYA4oCAAGQYIAAAAAAEAIAEgAA.argAC0gAAAAAAAAAAAA"
)


def bits(*fields: tuple[int, int]) -> str:
    """Fields as (value, size) in base64url."""
    text = "".join(f"{value:0{size}b}" for value, size in fields)
    text += "0" * (-len(text) % 8)
    return base64.urlsafe_b64encode(int(text, 2).to_bytes(len(text) // 8, "big")).decode().rstrip("=")


def core(*, policy: int = 5, purposes: int = 0, interests: int = 0, own: int = 1, vendors: tuple[tuple[int, int], ...] = ((0, 16), (0, 1))) -> str:  # fmt: skip
    day = 17_600_000_000
    return bits(
        (2, 6), (day, 36), (day, 36), (300, 12), (4, 12), (1, 6), (3, 6), (4, 6), (90, 12), (policy, 6), (own, 1), (0, 1),
        (0, 12), (purposes, 24), (interests, 24), (0, 1), (3, 6), (4, 6), *vendors, (0, 16), (0, 1), (0, 12),
    )  # fmt: skip


def test_a_published_example_decodes_to_what_other_decoders_say() -> None:
    read = decode(EXAMPLE)
    assert (read.cmp_id, read.language, read.vendor_list, read.policy) == (27, "EN", 15, 2)
    assert (read.created, read.updated, read.service_specific) == ("2020-02-20", "2020-02-20", False)
    assert (read.purposes, read.vendors, read.disclosed) == ((1, 2, 3), 3, 79)
    other = decode(OTHER)
    assert (other.purposes, other.vendors, other.interest_vendors) == ((1, 3, 9, 10), 56, 12)
    assert other.has_publisher_segment
    assert other.disclosed is None


def test_ranges_of_vendors_are_counted() -> None:
    ranges = ((900, 16), (1, 1), (2, 12), (1, 1), (5, 16), (10, 16), (0, 1), (755, 16))
    assert decode(core(vendors=ranges)).vendors == 7


def test_what_the_policies_do_not_allow_is_told() -> None:
    disclosed = bits((1, 3), (4, 16), (0, 1), (0b1010, 4))
    good = decode(f"{core(purposes=1 << 23)}.{disclosed}")
    assert (good.purposes, good.disclosed, good.faults) == ((1,), 2, ())
    bad = decode(core(own=0, interests=0b001000 << 18))
    assert bad.interests == (3,)
    assert len(bad.faults) == 3
    assert "legitimate interest" in bad.faults[1]
    assert "TCF 2.3" in bad.faults[2]
    assert "legitimate interest" not in " ".join(decode(core(policy=2, interests=0b001000 << 18)).faults)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "too early"),
        ("BOEFEAyOEFEAyAHABDENAI4AAAB9vABAASA", "version 1"),
        ("äöü", "base64url"),
        (core()[:30], "too early"),
        (core(vendors=((5, 16), (1, 1), (1, 12), (1, 1), (9, 16), (3, 16))), "out of order"),
        ("C" * 30_000, "longer than"),
    ],
)
def test_what_is_no_string_is_told_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode(text)


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", max_size=400))
def test_no_text_does_more_than_raise_a_value_error(text: str) -> None:
    try:
        decode("C" + text)
    except ValueError:
        return
