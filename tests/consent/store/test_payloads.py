from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.log import encode_record
from consent.store import payloads
from consent.store.payloads import PayloadCodec
from tests.consent.test_log import record

codec = PayloadCodec()


@given(st.binary(max_size=20_000))
def test_whatever_is_packed_comes_back(payload: bytes) -> None:
    assert codec.unpack(codec.pack(payload)) == payload


def test_a_record_takes_a_third_of_its_json() -> None:
    payload = encode_record(record())
    assert len(codec.pack(payload)) < len(payload) / 3


def test_json_that_was_stored_as_it_is_is_read_as_it_is() -> None:
    assert codec.unpack(b'{"kind":"erasure"}') == b'{"kind":"erasure"}'


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01broken", b"\x02broken", b"\x03future", b"\xff"])
def test_bytes_that_are_no_stored_form_come_back_as_they_are(stored: bytes) -> None:
    assert codec.unpack(stored) == stored


@pytest.mark.parametrize(
    ("dictionary", "digest", "stored", "schema"),
    [
        (
            payloads._DICTIONARY_1,
            "9b03aec6404b269a9698fb0ae1f283831e5370f1f0f5bfa636ef291723a235d8",
            "01000065000010787d020076052e99650104",
            b"1",
        ),
        (
            payloads._DICTIONARY_2,
            "87b33d28d052d023dd8c0523f2b6434ebcfe8207bd7caef1c9cc7666f95ce9f4",
            "02000065000010787d02007d655c40933310",
            b"2",
        ),
    ],
)
def test_no_dictionary_has_changed_since_records_were_stored_with_it(
    dictionary: bytes, digest: str, stored: str, schema: bytes
) -> None:
    assert hashlib.sha256(dictionary).hexdigest() == digest
    assert (
        codec.unpack(bytes.fromhex(stored)) == b'{"record_id":"x","schema_version":"consentry/%b"}' % schema
    )


def test_a_payload_that_is_longer_than_usual_comes_back_whole() -> None:
    for size in (payloads._USUAL - 1, payloads._USUAL, payloads._USUAL + 1, 100_000):
        payload = b"x" * size
        assert codec.unpack(codec.pack(payload)) == payload
