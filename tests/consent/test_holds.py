from __future__ import annotations

from pathlib import Path

import pytest

from consent import holds
from consent.model.errors import HeldError, NotFoundError
from consent.verification import verify
from tests.consent.factories import fill, opened_log
from tests.consent.test_log import id_at

LATER = 10**13


async def test_a_held_visitor_is_named_by_a_hash_and_stays(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        held, free = await fill(log, version, 2)
        hold = await holds.place(
            log.store, actor="t", reason="case 7", site="larkspur", consent_id=held.consent_id
        )
        assert await holds.active(log.store) == [hold]
        [entry] = await log.store.audit(before=None, limit=9)
        assert held.consent_id.encode() not in (entry.payload or b"")
        with pytest.raises(HeldError, match="legal hold"):
            await log.erase(held.consent_id, reason="visitor")
        assert await log.erase(free.consent_id, reason="visitor") == 1
        assert len(await log.history(held.consent_id)) == 1
        assert (await verify(log.store)).intact


async def test_a_purge_passes_over_what_is_held_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.log.ERASURE_BATCH", 2)
    ids = iter(range(1_600_000_000_000, 1_600_000_100_000))
    async with opened_log(tmp_path, new_id=lambda: id_at(next(ids))) as (log, version):
        made = await fill(log, version, 9)
        for record in made[:4]:
            await holds.place(log.store, actor="t", reason="x", site="larkspur", consent_id=record.consent_id)
        assert await log.purge(before_ms=LATER) == 5
        for record in made[:4]:
            assert len(await log.history(record.consent_id)) == 1
        assert await log.purge(before_ms=LATER) == 0


async def test_a_held_site_is_left_out_of_a_purge_of_all_and_refused_by_name(tmp_path: Path) -> None:
    async with opened_log(tmp_path, new_id=lambda: id_at(1_600_000_000_000)) as (log, version):
        await fill(log, version, 1)
        hold = await holds.place(log.store, actor="t", reason="x", site="larkspur")
        assert await log.purge(before_ms=LATER) == 0
        with pytest.raises(HeldError):
            await log.purge(before_ms=LATER, site="larkspur")
        assert await log.purge(before_ms=LATER, site="thyme") == 0
        await holds.release(log.store, hold.hold_id, actor="t", reason="closed")
        assert await holds.active(log.store) == []
        assert await log.purge(before_ms=LATER) == 1


async def test_only_a_hold_that_stands_can_be_released(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, _):
        hold = await holds.place(log.store, actor="t", reason="x", site="larkspur")
        await holds.release(log.store, hold.hold_id, actor="t", reason="closed")
        with pytest.raises(NotFoundError, match="No hold"):
            await holds.release(log.store, hold.hold_id, actor="t", reason="again")
