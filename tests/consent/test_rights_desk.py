from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent import holds, rights, rights_desk
from consent.log import ConsentLog, RequestContext
from consent.model.errors import ConflictError, NotFoundError, RecordError
from consent.model.rights import Action, Kind, NewRequest, RightsRequest
from consent.times import DAY_MS, now_ms, parse_rfc3339
from tests.consent.factories import consent_id, fill, opened_log, site

VISITOR = consent_id()


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[ConsentLog]:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 2, consent_id=VISITOR)
        yield log


async def asked(log: ConsentLog, kind: Kind = "correct", message: str = "It is de.") -> RightsRequest:
    wish = NewRequest(kind=kind, message=message)
    return (await rights.ask(log, {"larkspur": site()}, VISITOR, wish, RequestContext())).request


async def act(log: ConsentLog, request: RightsRequest, action: Action, text: str = "") -> None:
    await rights_desk.act(log.store, "larkspur", request.request_id, action, text, actor="user:ada")


async def seen(log: ConsentLog) -> RightsRequest:
    """What the visitor sees."""
    return (await rights.requests_of(log.store, VISITOR))[-1]


async def test_an_answer_reaches_the_visitor_and_done_closes_it(log: ConsentLog) -> None:
    request = await asked(log)
    await act(log, request, "answer", "We look\r\ninto it.\u202e")
    shown = await seen(log)
    assert (shown.state, shown.steps[-1].text, shown.steps[-1].by) == (
        "open",
        "We look\ninto it.",
        "operator",
    )
    await act(log, request, "done")
    shown = await seen(log)
    assert (shown.state, bool(shown.closed)) == ("done", True)
    assert "ada" not in str(shown)
    for action in ("answer", "extend", "refuse", "done"):
        with pytest.raises(ConflictError, match="done already"):
            await act(log, request, action, "x")  # type: ignore[arg-type] # of a tuple of texts


async def test_the_deadline_is_extended_once_by_two_months_with_a_reason(log: ConsentLog) -> None:
    request = await asked(log)
    with pytest.raises(RecordError, match="what the visitor is to be told"):
        await act(log, request, "extend", " ")
    await act(log, request, "extend", "There are many.")
    shown = await seen(log)
    assert shown.extended
    assert 57 <= (parse_rfc3339(shown.due) - parse_rfc3339(request.due)) / DAY_MS <= 62
    with pytest.raises(ConflictError, match="extended before"):
        await act(log, request, "extend", "Still many.")


async def test_after_the_first_month_it_is_too_late_to_extend(
    log: ConsentLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = await asked(log)
    monkeypatch.setattr("consent.rights_desk.now_ms", lambda: now_ms() + 32 * DAY_MS)
    with pytest.raises(ConflictError, match="first month"):
        await act(log, request, "extend", "There are many.")
    [listed] = await rights_desk.listed(log.store, ["larkspur"])
    assert listed.days_left < 0
    assert listed.standing.startswith("overdue")


async def test_a_refusal_needs_its_reason_and_ends_a_restriction(log: ConsentLog) -> None:
    request = await asked(log, "restrict", "")
    for action in ("refuse", "done"):
        with pytest.raises(RecordError):
            await act(log, request, action)  # type: ignore[arg-type] # of a tuple of texts
    assert len(await holds.active(log.store)) == 1
    await act(log, request, "refuse", "What is recorded is right.")
    assert await holds.active(log.store) == []
    assert (await seen(log)).state == "refused"


async def test_a_case_has_the_records_of_its_site_and_none_after_an_erasure(log: ConsentLog) -> None:
    request = await asked(log)
    case = await rights_desk.case(log, "larkspur", request.request_id)
    assert len(case.records) == 2
    assert 27 <= case.days_left <= 31
    with pytest.raises(NotFoundError):
        await rights_desk.case(log, "thyme", request.request_id)
    await rights.erase(log, VISITOR)
    case = await rights_desk.case(log, "larkspur", request.request_id)
    assert (case.records, case.standing, case.request.message) == ((), "erased", "")


async def test_the_next_deadline_comes_first(log: ConsentLog) -> None:
    late = await asked(log)
    await act(log, late, "extend", "There are many.")
    soon = await asked(log, "access", "What else?")
    found = await rights_desk.listed(log.store, ["larkspur"])
    assert [one.request.request_id for one in found] == [soon.request_id, late.request_id]
    await act(log, soon, "done")
    assert len(await rights_desk.listed(log.store, ["larkspur"])) == 1
    [closed] = await rights_desk.listed(log.store, ["larkspur"], is_open=False)
    assert (closed.standing, closed.days_left) == ("done", 0)
