from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent import holds, rights
from consent.exports import Selection, selected
from consent.log import ConsentLog, RequestContext
from consent.model.errors import ConflictError, HeldError, NotFoundError, RecordError
from consent.model.records import EventKind
from consent.model.rights import Kind, NewRequest
from consent.store.entries import EntryKind
from consent.times import now_ms
from consent.verification import verify
from tests.consent.factories import consent_id, fill, opened_log, site

SITES = {"larkspur": site()}


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[tuple[ConsentLog, str, str]]:
    """A log with one visitor who granted everything, and the notice's version."""
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 1, consent_id=visitor)
        yield log, visitor, version


async def ask(log: ConsentLog, visitor: str, kind: Kind, **fields: str) -> rights.Done:
    return await rights.ask(log, SITES, visitor, NewRequest(kind=kind, **fields), RequestContext())


async def test_a_withdrawal_is_recorded_on_its_own_surface_and_done(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, version = opened
    done = await ask(log, visitor, "withdraw")
    given, withdrawn = await log.history(visitor)
    assert done.record == withdrawn
    assert (withdrawn.event, withdrawn.action, withdrawn.surface) == ("withdrawn", "withdraw", "rights")
    assert {name: value for name, value in withdrawn.categories.items() if value == "granted"} == {
        "necessary": "granted"
    }
    assert (withdrawn.previous_record_id, withdrawn.notice_version) == (given.record_id, version)
    assert (done.request.state, [step.what for step in done.request.steps]) == ("done", ["received", "done"])
    assert (await verify(log.store)).intact


async def test_who_has_withdrawn_already_makes_no_second_record(opened: tuple[ConsentLog, str, str]) -> None:
    log, visitor, version = opened
    first = await ask(log, visitor, "withdraw")
    again = await ask(log, visitor, "withdraw")
    assert (again.record, again.request) == (None, first.request)
    await fill(log, version, 1, consent_id=visitor)
    third = await ask(log, visitor, "withdraw")
    assert third.record is not None
    assert len(await log.history(visitor)) == 4


async def test_an_objection_refuses_everything_at_once_and_waits_for_somebody(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    done = await ask(log, visitor, "object", message="Not for\x00 advertising.")
    assert done.record is not None
    assert (done.record.event, done.record.surface) == (EventKind.REFUSED, "rights")
    assert (done.request.state, done.request.message) == ("open", "Not for advertising.")


async def test_what_is_restricted_is_neither_purged_nor_exported_and_the_visitor_still_sees_it(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, version = opened
    await fill(log, version, 1)
    done = await ask(log, visitor, "restrict")
    assert done.request.state == "open"
    exported = [record.consent_id async for record, _ in selected(log.store, Selection())]
    assert len(exported) == 1
    assert visitor not in exported
    assert await log.purge(before_ms=now_ms() + 400 * 86_400_000) == 1
    assert len(await log.history(visitor)) == 1
    [hold] = await holds.active(log.store)
    assert (hold.actor, hold.subject) == ("visitor", holds.subject_of(visitor))
    lifted = await ask(log, visitor, "lift")
    assert (lifted.request.request_id, lifted.request.state) == (done.request.request_id, "done")
    assert await holds.active(log.store) == []
    assert len([one async for one in selected(log.store, Selection())]) == 1


async def test_a_restriction_that_stands_is_not_placed_again(opened: tuple[ConsentLog, str, str]) -> None:
    log, visitor, _ = opened
    first = await ask(log, visitor, "restrict")
    assert (await ask(log, visitor, "restrict", message="more")).request == first.request
    assert len(await holds.active(log.store)) == 1
    await ask(log, visitor, "lift")
    with pytest.raises(ConflictError, match="Nothing is restricted"):
        await ask(log, visitor, "lift")


async def test_ones_own_restriction_does_not_stand_in_the_way_of_ones_erasure(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    await ask(log, visitor, "restrict", message="A secret reason.", contact="me@thyme.example")
    await ask(log, visitor, "correct", message="The language is wrong.")
    done = await ask(log, visitor, "erase")
    assert (done.request.kind, done.request.state) == ("erase", "done")
    with pytest.raises(NotFoundError):
        await log.history(visitor)
    kept = await rights.requests_of(log.store, visitor)
    assert [(one.kind, one.state) for one in kept] == [
        ("restrict", "erased"),
        ("correct", "erased"),
        ("erase", "done"),
    ]
    assert all(one.received and one.due and one.closed for one in kept)
    assert [one.message + one.contact + "".join(step.text for step in one.steps) for one in kept] == [""] * 3
    assert await holds.active(log.store) == []


async def test_a_legal_hold_of_somebody_else_does_and_then_nothing_is_changed(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    await ask(log, visitor, "restrict")
    await holds.place(log.store, actor="cli:ada", reason="case 7", site="larkspur", consent_id=visitor)
    with pytest.raises(HeldError):
        await ask(log, visitor, "erase")
    assert len(await holds.active(log.store)) == 2
    assert [one.state for one in await rights.requests_of(log.store, visitor)] == ["open"]


async def test_an_erasure_by_the_operator_erases_what_was_written_too(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    await ask(log, visitor, "access", message="What else?")
    await log.erase(visitor, reason="operator")
    [one] = await rights.requests_of(log.store, visitor)
    assert (one.state, one.message) == ("erased", "")


async def test_the_same_wish_twice_is_one_request_and_another_is_another(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    first = await ask(log, visitor, "correct", message="It is de.")
    assert (await ask(log, visitor, "correct", message="It is de.")).request == first.request
    assert (await ask(log, visitor, "correct", message="It is fr.")).request != first.request


async def test_requests_are_bounded_but_withdrawal_and_erasure_never_are(
    opened: tuple[ConsentLog, str, str],
) -> None:
    log, visitor, _ = opened
    for number in range(rights.MOST_REQUESTS):
        await ask(log, visitor, "correct", message=f"wish {number}")
    for kind in ("correct", "restrict", "object"):
        with pytest.raises(ConflictError, match="requests of yours"):
            await ask(log, visitor, kind, message="one more")
    assert await holds.active(log.store) == []
    assert len(await log.history(visitor)) == 1
    assert (await ask(log, visitor, "withdraw")).record is not None
    assert (await ask(log, visitor, "erase")).request.state == "done"


async def test_what_cannot_be_asked_is_told(opened: tuple[ConsentLog, str, str]) -> None:
    log, visitor, _ = opened
    with pytest.raises(RecordError, match="what is wrong"):
        await ask(log, visitor, "correct", message=" \n")
    with pytest.raises(NotFoundError):
        await ask(log, visitor, "object", site="thyme")
    with pytest.raises(NotFoundError):
        await ask(log, consent_id(), "object")


async def test_nothing_stored_leads_to_the_consent_id(opened: tuple[ConsentLog, str, str]) -> None:
    log, visitor, _ = opened
    await ask(log, visitor, "restrict")
    await ask(log, visitor, "access")
    rows = await log.store.requests_of(holds.subject_of(visitor))
    steps = await log.store.request_steps([row.request_id for row in rows])
    assert visitor not in str((rows, steps))
    [writer] = await log.store.writers()
    for entry in await log.store.entries(writer, after=0, limit=99):
        if entry.kind == EntryKind.AUDIT:
            assert visitor.encode() not in (entry.payload or b"")
