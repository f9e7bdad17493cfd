"""What happened is told by tests/consent/test_verification.py for each deed; here is what neither of them names."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.explanations import explain, explain_unsealed
from consent.faults import Fault, Found, Place
from consent.store import chain
from tests.consent.factories import fill, opened_log


async def test_an_entry_that_nothing_else_explains_was_altered(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 1)
        [writer] = await log.store.writers()
        [entry] = await log.store.entries(writer, after=0, limit=1)
        [seal] = await log.store.seals(writer, after=0, limit=1)
        place = Place(writer, chain.genesis(writer), seal)
        with pytest.raises(Found) as altered:
            await explain(log.store, place, entry, b"x" * 32, b"y" * 8)
        with pytest.raises(Found) as unsealed:
            await explain_unsealed(log.store, place, entry)
    assert altered.value.problem.fault is Fault.ALTERED
    assert unsealed.value.problem.fault is Fault.INSERTED
