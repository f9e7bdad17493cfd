"""The administration's routes that search the consent log, and tell whether a record is what was sealed."""

from __future__ import annotations

import msgspec
from aiohttp import web

from consent.audit import audited
from consent.log import decode_record
from consent.model.errors import NotFoundError
from consent.model.records import ConsentRecord
from consent.record_search import Standing, entry_of, search, standing
from consent.tokens import Token
from consent.web.admin import moment
from consent.web.base import LOG, RequestError, success
from consent.web.bodies import query_number

MOST_RECORDS = 500


class RecordStanding(msgspec.Struct, frozen=True, kw_only=True):
    """One record, null where it was erased, and how it stands in its chain."""

    record: ConsentRecord | None
    standing: Standing


async def find_records(request: web.Request, token: Token) -> web.Response:
    """Search a site's records by time, the latest first; ``before`` goes on where the search before ended."""
    site, store = request.match_info["site"], request.app[LOG].store
    limit = query_number(request, "limit", default=50, most=MOST_RECORDS)
    since, until = moment(request, "since"), moment(request, "until")
    asked = {name: request.query[name][:40] for name in ("since", "until") if name in request.query}
    async with audited(store, actor=token.actor, action="log.search", site=site, **asked):
        try:
            found = await search(
                store,
                sites=[site],
                since_ms=since or 0,
                until_ms=until,
                before=request.query.get("before", ""),
                limit=limit,
            )
        except ValueError:
            raise RequestError("expected the record id of an earlier answer", field="before") from None
    return success(found)


async def get_standing(request: web.Request, token: Token) -> web.Response:
    """Show one record of a site, and compute its batch's seal anew."""
    site, store, record_id = (
        request.match_info["site"],
        request.app[LOG].store,
        request.match_info["record_id"],
    )
    entry = await entry_of(store, record_id)
    record = decode_record(entry.payload) if entry.payload is not None else None
    if (record is None and token.sites) or (record is not None and record.site != site):
        raise NotFoundError(f"There is no record {record_id!r}.", hint="A record id is 36 characters long.")
    async with audited(store, actor=token.actor, action="log.read", site=site, record=record_id):
        return success(RecordStanding(record=record, standing=await standing(store, entry)))
