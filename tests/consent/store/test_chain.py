from __future__ import annotations

import hashlib

from consent.store import chain
from consent.store.entries import StoredEntry

WRITER = bytes(range(16))


def test_the_construction_is_the_one_that_is_written_down() -> None:
    salt, payload, record_id = b"s" * 16, b'{"a":1}', b"r" * 16
    commitment = hashlib.sha256(b"consentry commitment 1\x00" + salt + payload).digest()
    assert chain.commitment(salt, payload) == commitment
    line = b"\x00" + (1234).to_bytes(8, "big") + record_id + commitment
    assert chain.line(0, 1234, record_id, commitment) == line
    genesis = hashlib.sha256(b"consentry genesis 1\x00" + WRITER).digest()
    assert chain.genesis(WRITER) == chain.Head(0, 0, genesis, 0)
    header = (
        WRITER
        + (1).to_bytes(8, "big")
        + (1).to_bytes(8, "big")
        + (5678).to_bytes(8, "big")
        + (1).to_bytes(4, "big")
        + genesis
    )
    seal = chain.seal(WRITER, chain.genesis(WRITER), 5678, [line], [commitment])
    assert seal.hash == hashlib.sha256(b"consentry seal 1\x00" + header + line).digest()
    assert (seal.number, seal.first, seal.size, seal.last, seal.locators) == (1, 1, 1, 1, commitment[:8])
    assert chain.after(seal) == chain.Head(1, 1, seal.hash, 5678)


def test_equal_payloads_with_different_salts_have_nothing_in_common() -> None:
    assert chain.commitment(b"a" * 16, b"same") != chain.commitment(b"b" * 16, b"same")


def test_an_erased_entry_has_the_commitment_that_was_kept() -> None:
    live = StoredEntry(WRITER, 1, 0, 1, b"r" * 16, None, None, None, None, b"s" * 16, b"payload", None, None)
    kept = chain.commitment_of(live)
    erased = live._replace(salt=None, payload=None, commitment=kept)
    assert chain.commitment_of(erased) == kept == chain.commitment(b"s" * 16, b"payload")
