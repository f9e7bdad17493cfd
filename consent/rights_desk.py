"""The operator's side of the rights desk: what is open, by deadline; one case with its records; what is done about it.

Whoever calls `act` puts it on record first (`consent.audit.audited`). What is said goes to the visitor's own page.
"""

from __future__ import annotations

from collections.abc import Collection

from consent import rights
from consent.deadlines import MONTHS_EXTENDED, days_left, in_words, months_after
from consent.log import ConsentLog
from consent.model.errors import ConflictError, NotFoundError, RecordError
from consent.model.rights import Action, DeskCase, DeskRequest, RightsRequest, StepKind, cleaned
from consent.record_search import entry_of
from consent.store import Store
from consent.store.rights_store import NewStep, RequestRow
from consent.times import now_ms, parse_rfc3339

_STEPS: dict[Action, tuple[StepKind, str | None]] = {
    "answer": ("answered", None),
    "extend": ("extended", None),
    "refuse": ("refused", "refused"),
    "done": ("done", "done"),
}


async def listed(
    store: Store, sites: Collection[str], *, is_open: bool = True, limit: int = 500
) -> list[DeskRequest]:
    """Return the open requests of these sites, the next deadline first; or the closed ones, the latest first."""
    rows = await store.rights_requests(sites, is_open=is_open, limit=limit)
    now = now_ms()
    return [_in_list(one, now) for one in await rights.with_steps(store, rows)]


async def case(log: ConsentLog, site: str, request_id: str) -> DeskCase:
    """Return one request of a site with the visitor's records there; raises `NotFoundError`."""
    row = await _row(log.store, site, request_id)
    [request] = await rights.with_steps(log.store, [row])
    shown = _in_list(request, now_ms())
    records = []
    if row.record_id:
        entry = await entry_of(log.store, row.record_id)
        if entry.consent_id is not None:
            records = [one for one in await log.history(entry.consent_id) if one.site == site]
    return DeskCase(
        request=request, days_left=shown.days_left, standing=shown.standing, records=tuple(records)
    )


async def act(store: Store, site: str, request_id: str, action: Action, text: str, *, actor: str) -> None:
    """Answer a request, extend it (Art. 12(3)), refuse it (Art. 12(4)) or close it as done; returns when it is durable.

    Raises `NotFoundError`, `RecordError` where a text is missing, and `ConflictError` where it is closed, was extended
    before, or the first month, in which the visitor must be told of an extension, has passed.
    """
    row = await _row(store, site, request_id)
    text = cleaned(text)
    now = now_ms()
    if not text and (action != "done" or row.kind == "restrict"):
        raise RecordError("expected what the visitor is to be told", field="text")
    if row.state != "open":
        raise ConflictError(f"The request is {row.state} already.", field="action")
    if action == "extend" and (row.extended_ms is not None or now > row.due_ms):
        why = "was extended before" if row.extended_ms is not None else "is past its first month"
        raise ConflictError(f"The request cannot be extended: it {why}.", field="action")
    what, state = _STEPS[action]
    due = months_after(row.received_ms, MONTHS_EXTENDED) if action == "extend" else None
    if not await store.take_step(NewStep(request_id, now, what, actor, text, state=state, due_ms=due)):
        raise ConflictError("Somebody else has just dealt with this request.", field="action")
    if state is not None and row.kind == "restrict":  # the visitor is told by the text (Art. 18(3))
        await rights.lift(store, row, actor=actor, reason=f"request {request_id} {state}")


async def _row(store: Store, site: str, request_id: str) -> RequestRow:
    row = await store.rights_request(request_id)
    if row is None or row.site != site:
        raise NotFoundError(
            f"There is no request {request_id!r} at {site}.", hint="consentry rights list names them."
        )
    return row


def _in_list(request: RightsRequest, now: int) -> DeskRequest:
    if request.state != "open":
        return DeskRequest(request=request, days_left=0, standing=request.state)
    due = parse_rfc3339(request.due)
    return DeskRequest(request=request, days_left=days_left(due, now), standing=in_words(due, now))
