from __future__ import annotations

import pytest

from consent.faults import Fault, Found, Place
from consent.store import chain
from consent.store.entries import Seal

WRITER = b"w" * 16


def test_a_place_fails_with_the_batch_and_the_position_that_are_wrong() -> None:
    place = Place(WRITER, chain.genesis(WRITER), Seal(3, 7, 2, 0, b"", b""))
    with pytest.raises(Found, match="is gone") as found:
        place.fail(Fault.MISSING, "The entry is gone.", position=8)
    problem = found.value.problem
    assert (problem.fault, problem.batch, problem.position, problem.record_id) == (Fault.MISSING, 3, 8, "")
    assert problem.writer == WRITER.hex()
