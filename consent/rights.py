"""A visitor's rights over what the log holds on them: what can be done at once is done, the rest becomes a request.

``withdraw`` (GDPR Art. 7(3)) and ``erase`` (Art. 17) are done when they are answered. ``object`` (Art. 21) refuses everything at
once, ``restrict`` (Art. 18) places a hold at once, and both stay open for somebody to look at, as do ``correct`` (Art. 16) and
``access`` to more than the log (Art. 15). `consent.rights_desk` is the operator's side of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import uuid_utils

from consent import holds
from consent.deadlines import MONTHS, months_after
from consent.log import ConsentLog, RequestContext
from consent.model.categories import CATEGORIES, Category
from consent.model.errors import ConflictError, NotFoundError, RecordError
from consent.model.records import Action, ConsentEvent, ConsentRecord, EventKind, PromptReason, Surface
from consent.model.rights import Kind, NewRequest, RequestStep, RightsRequest, cleaned
from consent.model.sites import Site
from consent.store import Store
from consent.store.rights_store import NewStep, RequestRow, StepRow
from consent.times import now_ms, rfc3339

MOST_REQUESTS = 20
"""Of one visitor at one site: who needs more writes to the controller. Withdrawal and erasure are never counted out."""
_NO_LIMIT = 2**31 - 1
VISITOR = holds.VISITOR
RESTRICTION = "restriction of processing asked for by the visitor (GDPR Art. 18)"


class Done(NamedTuple):
    """A request as it is stored, and the record that it appended, if it did."""

    request: RightsRequest
    record: ConsentRecord | None = None


async def ask(
    log: ConsentLog, sites: Mapping[str, Site], consent_id: str, wish: NewRequest, context: RequestContext
) -> Done:
    """Do what a visitor asks for, or store it for somebody to do; returns when it is durable.

    The same wish again, while it is open, is the one that stands. Raises `NotFoundError` where there is no record with this
    consent id (at this site), `RecordError` that names a field, `ConflictError` where it cannot be done now, and `HeldError`
    where a legal hold keeps what was to be erased.
    """
    history = await log.history(consent_id)
    site = wish.site or history[-1].site
    records = [record for record in history if record.site == site]
    if not records:
        raise NotFoundError(f"There is no record of this consent id at {site!r}.")
    wish = NewRequest(kind=wish.kind, message=cleaned(wish.message), contact=cleaned(wish.contact), site=site)
    case = _Case(log, sites, consent_id, site, wish, records, context)
    if wish.kind == "erase":
        await erase(log, consent_id)
        return Done((await requests_of(log.store, consent_id))[-1])
    return await case.lift() if wish.kind == "lift" else await case.ask()


async def requests_of(store: Store, consent_id: str) -> list[RightsRequest]:
    """Return what a visitor asked for, oldest first; also after the records were erased."""
    rows = await store.requests_of(holds.subject_of(consent_id))
    return await with_steps(store, rows)


async def with_steps(store: Store, rows: Sequence[RequestRow]) -> list[RightsRequest]:
    """Return stored requests as they are shown, each with its steps."""
    steps: dict[str, list[StepRow]] = {}
    for step in await store.request_steps([row.request_id for row in rows]) if rows else ():
        steps.setdefault(step.request_id, []).append(step)
    return [_shown(row, steps.get(row.request_id, ())) for row in rows]


async def erase(log: ConsentLog, consent_id: str) -> int:
    """Erase a visitor's records at their own request, with what they wrote here; returns how many records.

    That they asked for it, and when, is kept (Art. 5(2)). Their own restriction does not stand in the way, a legal hold of
    somebody else does: raises `HeldError`; `NotFoundError` where there is no record.
    """
    store = log.store
    sites = sorted({record.site for record in await log.history(consent_id)})
    standing = await holds.active(store)
    holds.refuse_held([one for one in standing if one.actor != VISITOR], sites=sites, consent_id=consent_id)
    for hold in standing:
        if hold.actor == VISITOR and hold.subject == holds.subject_of(consent_id):
            await holds.release(store, hold.hold_id, actor=VISITOR, reason="erasure asked for by the visitor")
    count = await log.erase(consent_id, reason="visitor")
    for site in sites:
        row = _row(consent_id, site, "erase", "done")
        await store.add_request(row, _steps(row), most=_NO_LIMIT)
    return count


class _Case(NamedTuple):
    log: ConsentLog
    sites: Mapping[str, Site]
    consent_id: str
    site: str
    wish: NewRequest
    records: list[ConsentRecord]
    context: RequestContext

    async def ask(self) -> Done:
        kind = self.wish.kind
        if kind == "correct" and not self.wish.message:
            raise RecordError("expected what is wrong, and what would be right", field="message")
        stored = [
            row
            for row in await self.log.store.requests_of(holds.subject_of(self.consent_id))
            if row.site == self.site
        ]
        same = next((row for row in stored[::-1] if self._same(row)), None)
        if same is not None:
            return Done(await self._view(same))
        if kind != "withdraw" and len(stored) >= MOST_REQUESTS:
            raise self._too_many()
        record = await self._refuse_all() if kind in {"withdraw", "object"} else None
        hold_id = ""
        if kind == "restrict":
            placed = await holds.place(
                self.log.store, actor=VISITOR, reason=RESTRICTION, site=self.site, consent_id=self.consent_id
            )
            hold_id = placed.hold_id
        latest = record or self.records[-1]
        row = _row(
            self.consent_id, self.site, kind, "done" if kind == "withdraw" else "open", record_id=latest.record_id,
            hold_id=hold_id, message=self.wish.message, contact=self.wish.contact,
        )  # fmt: skip
        most = _NO_LIMIT if kind == "withdraw" else MOST_REQUESTS
        if not await self.log.store.add_request(row, _steps(row), most=most):
            if hold_id:
                await holds.release(
                    self.log.store, hold_id, actor=VISITOR, reason="the request was not taken"
                )
            raise self._too_many()
        return Done(await self._view(row), record)

    def _same(self, row: RequestRow) -> bool:
        """Whether the wish is this request again: sent twice, or there is nothing that it would add."""
        wish = self.wish
        if row.kind != wish.kind:
            return False
        if wish.kind == "withdraw":
            return not self._granted()
        text = (row.message, row.contact) == (wish.message, wish.contact)
        return row.state == "open" and (text or wish.kind == "restrict")

    def _too_many(self) -> ConflictError:
        return ConflictError(
            f"There are {MOST_REQUESTS} requests of yours here already.",
            hint="Write to whoever is responsible for the site; withdrawal and erasure are always possible.",
        )

    def _decision(self) -> ConsentRecord:
        decided = [one for one in self.records if one.event is not EventKind.NOTICE_SHOWN]
        return (decided or self.records)[-1]

    def _granted(self) -> bool:
        return any(self._decision().categories[category] == "granted" for category in CATEGORIES[1:])

    async def _refuse_all(self) -> ConsentRecord | None:
        """Append a refusal of everything, unless that is what stands already."""
        last = self._decision()
        if not self._granted():
            return None
        if self.site not in self.sites:
            raise NotFoundError(f"There is no site {self.site!r} any more.")
        withdrawn = self.wish.kind == "withdraw"
        event = ConsentEvent(
            site=self.site,
            consent_id=self.consent_id,
            event_id=secrets.token_hex(16),
            event=EventKind.WITHDRAWN if withdrawn else EventKind.REFUSED,
            action=Action.WITHDRAW if withdrawn else Action.REJECT_ALL,
            surface=Surface.RIGHTS,
            categories={
                category: "granted" if category is Category.NECESSARY else "denied" for category in CATEGORIES
            },
            notice_version=last.notice_version,
            widget_version=last.widget_version,
            language=last.language,
            page=self.sites[self.site].url,
            client_time=rfc3339(now_ms()),
            previous_record_id=last.record_id,
            prompt_reason=PromptReason.USER,
        )
        return await self.log.append(event, self.context)

    async def lift(self) -> Done:
        store = self.log.store
        rows = await store.requests_of(holds.subject_of(self.consent_id))
        row = next((one for one in rows if one.kind == "restrict" and one.state == "open"), None)
        if row is None:
            raise ConflictError("Nothing is restricted.", field="kind")
        await lift(store, row, actor=VISITOR, reason="lifted by the visitor")
        await store.take_step(NewStep(row.request_id, now_ms(), "done", VISITOR, "", state="done"))
        return Done(await self._view(row))

    async def _view(self, row: RequestRow) -> RightsRequest:
        current = await self.log.store.rights_request(row.request_id)
        return (await with_steps(self.log.store, [current or row]))[0]


async def lift(store: Store, row: RequestRow, *, actor: str, reason: str) -> None:
    """Release the hold that a restriction placed, if it stands."""
    if row.hold_id and any(hold.hold_id == row.hold_id for hold in await holds.active(store)):
        await holds.release(store, row.hold_id, actor=actor, reason=reason)


def _row(consent_id: str, site: str, kind: Kind, state: str, **fields: str) -> RequestRow:
    received = now_ms()
    return RequestRow(
        request_id=str(uuid_utils.uuid7()),
        site=site,
        subject=holds.subject_of(consent_id),
        kind=kind,
        state=state,
        received_ms=received,
        due_ms=months_after(received, MONTHS),
        extended_ms=None,
        closed_ms=received if state == "done" else None,
        record_id=fields.get("record_id", ""),
        hold_id=fields.get("hold_id", ""),
        message=fields.get("message", ""),
        contact=fields.get("contact", ""),
    )


def _steps(row: RequestRow) -> list[NewStep]:
    first = [NewStep(row.request_id, row.received_ms, "received", VISITOR, "")]
    done = NewStep(row.request_id, row.received_ms, "done", VISITOR, "")
    return [*first, done] if row.state == "done" else first


def _shown(row: RequestRow, steps: Sequence[StepRow]) -> RightsRequest:
    return RightsRequest(
        request_id=row.request_id,
        site=row.site,
        kind=row.kind,  # type: ignore[arg-type] # written by this module alone
        state=row.state,  # type: ignore[arg-type] # as above
        received=rfc3339(row.received_ms),
        due=rfc3339(row.due_ms),
        extended=row.extended_ms is not None,
        closed=rfc3339(row.closed_ms) if row.closed_ms is not None else "",
        message=row.message,
        contact=row.contact,
        steps=tuple(
            RequestStep(
                time=rfc3339(step.at_ms),
                what=step.what,  # type: ignore[arg-type] # as above
                by="visitor" if step.actor == VISITOR else "operator",
                text=step.text,
            )
            for step in steps
        ),
    )
