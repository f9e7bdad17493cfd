"""The consent log: a browser's event becomes a durable record; a visitor's history is read and erased.

It knows no HTTP and no SQL. docs/consent-log.md describes records, seals, erasure and retention.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import msgspec
import uuid_utils
from msgspec import UNSET

from consent import holds, rights_erasure
from consent.event_values import clamped, cut, same_event
from consent.group_commit import GroupCommit, Waiter
from consent.model.domains import SiteHosts, host_of
from consent.model.errors import ConflictError, NotFoundError, RecordError
from consent.model.inventory import decode_inventory
from consent.model.records import ConsentEvent, ConsentRecord, EventKind
from consent.model.sites import Site
from consent.signals import signals_of
from consent.statistics.rollup import count_before_erasure
from consent.store import Store
from consent.store.entries import EntryKind, NewEntry, StoredEntry
from consent.store.notes import Reason, erasure_note, uuid7_time
from consent.times import DAY_MS, rfc3339
from consent.user_agents import AUTOMATED, reduced

QUEUE_LIMIT = 10_000
ERASURE_BATCH = 500
"""Records in one erasure entry: short transactions, so that a purge does not hold up the server's batches."""
_RECORD = int(EntryKind.RECORD)
encode_record = msgspec.json.Encoder(order="deterministic").encode
decode_record = msgspec.json.Decoder(ConsentRecord).decode


class RequestContext(msgspec.Struct, frozen=True):
    """What the server knows of a request besides its body. The address is not among it, on purpose."""

    gpc_header: bool = False
    user_agent: str = ""
    country: str = ""


@dataclass(slots=True)
class Counters:
    """What the log has done since it was opened; /metrics shows it."""

    appended: int = 0
    repeated: int = 0
    refused: int = 0
    erased: int = 0


class _Site(NamedTuple):
    site: Site
    owns: Callable[[str], bool]
    valid_ms: int
    shown_share: float | msgspec.UnsetType


class _Shown(NamedTuple):
    """Where a notice belongs, and what was known when it was published: its site, and the latest scan it was made from.

    The rest is unset where another notice has been published since.
    """

    site: str
    scan_id: str
    policy_version: str | msgspec.UnsetType = UNSET
    policy_sha256: str | msgspec.UnsetType = UNSET
    signals: tuple[str, ...] | msgspec.UnsetType = UNSET


class ConsentLog:
    """Appends, reads and erases consent records. ``new_id`` makes UUIDv7s, whose time is the record's server time."""

    def __init__(
        self,
        store: Store,
        sites: Mapping[str, Site],
        *,
        limit: int = QUEUE_LIMIT,
        new_id: Callable[[], UUID | uuid_utils.UUID] = uuid_utils.uuid7,
    ) -> None:
        self.store = store
        self.counters = Counters()
        self._sites = {site.id: _site(site) for site in sites.values()}
        self._queue = GroupCommit(store, limit=limit)
        self._new_id = new_id
        self._shown: dict[str, _Shown] = {}
        self._looking = asyncio.Lock()

    def start(self) -> None:
        """Start to write; call it once, inside the running event loop."""
        self._queue.start()

    async def close(self) -> None:
        """Make durable what waits, then refuse more. The store stays open."""
        await self._queue.close()

    @property
    def waiting(self) -> int:
        """How many records wait for their commit."""
        return self._queue.depth

    @property
    def queue(self) -> GroupCommit:
        """What waits for the disk, and how writing goes."""
        return self._queue

    def forget_notices(self) -> None:
        """Look notices up again: something was published."""
        self._shown.clear()

    async def append(self, event: ConsentEvent, context: RequestContext) -> ConsentRecord:
        """Append one event; returns the record only when it is durable.

        The same event sent again gives the record that the first one made. Raises `NotFoundError` (unknown site),
        `RecordError` (unknown notice version, foreign page, no time), `ConflictError` (the event id stands for another
        decision) and `StoreUnavailable` (overloaded, disk full, shutting down), in each case with nothing stored.
        """
        record, _ = await self.append_encoded(event, context)
        return record

    async def append_encoded(
        self, event: ConsentEvent, context: RequestContext
    ) -> tuple[ConsentRecord, bytes]:
        """Append one event as `append` does; returns the record with its canonical JSON, as it is stored."""
        try:
            shown = self._shown.get(event.notice_version) or await self._looked_up(event.notice_version)
            record, entry = self._prepared(event, context, shown)
            earlier = await self._queue.append(entry)
        except Exception:
            self.counters.refused += 1
            raise
        return self.settled(event, record, entry.payload, earlier)

    def put(
        self, event: ConsentEvent, context: RequestContext, waiter: Waiter
    ) -> tuple[ConsentRecord, bytes] | None:
        """Begin to append one event; the waiter is told the rest, and has to call `settled` or `refused`.

        Returns the record and its canonical JSON as they will be; None, with nothing begun, where the notice has to be looked up
        first. Raises as `append` does, but counts nothing then: who calls this asks `append` next.
        """
        shown = self._shown.get(event.notice_version)
        if shown is None:
            return None
        record, entry = self._prepared(event, context, shown)
        self._queue.put(entry, waiter)
        return record, entry.payload

    def settled(
        self, event: ConsentEvent, record: ConsentRecord, payload: bytes, earlier: bytes | None
    ) -> tuple[ConsentRecord, bytes]:
        """Return what stands for an event by `Store.append`'s answer: its record, or the one that it made when it came before.

        Raises `ConflictError` where the event id stands for another decision.
        """
        if earlier is None:
            self.counters.appended += 1
            return record, payload
        record = decode_record(earlier)
        if not same_event(event, record):
            self.counters.refused += 1
            raise ConflictError(
                f"event_id {event.event_id!r} stands for another event of this visitor.",
                field="event_id",
                hint="Use a new random event_id for each event, and the same one only to repeat it.",
            )
        self.counters.repeated += 1
        return record, earlier

    def _prepared(
        self, event: ConsentEvent, context: RequestContext, shown: _Shown | None
    ) -> tuple[ConsentRecord, NewEntry]:
        known = self._sites.get(event.site)
        if known is None:
            raise NotFoundError(
                f"There is no site {event.site!r}.", hint="The widget's address has the site's id."
            )
        if shown is None or shown.site != event.site:
            raise RecordError(
                f"no notice with this version was published for {event.site!r}",
                field="notice_version",
                hint="Reload the page to get the current banner.",
            )
        origin, path = cut(event.page)
        if not known.owns(origin):
            raise RecordError(
                f"the page is not on a host of {event.site!r}",
                field="page",
                hint="Add the host to the site's hosts in sites.toml.",
            )
        new_id = self._new_id()
        id_bytes = new_id.bytes
        now = uuid7_time(id_bytes)
        client_time, sent = clamped(event.client_time, now)
        user_agent = reduced(context.user_agent)
        valid_ms = 0 if event.event is EventKind.NOTICE_SHOWN else known.valid_ms
        record = ConsentRecord(
            record_id=str(new_id),
            consent_id=event.consent_id,
            event_id=event.event_id,
            site=event.site,
            event=event.event,
            action=event.action,
            surface=event.surface,
            categories=event.categories,
            services=event.services,
            valid_until=rfc3339(now + valid_ms) if valid_ms else None,
            notice_version=event.notice_version,
            notice_sha256=event.notice_version,
            widget_version=event.widget_version,
            scan_id=shown.scan_id,
            language=event.language,
            jurisdiction=known.site.jurisdiction,
            gpc_header=context.gpc_header,
            gpc_js=event.gpc,
            gpc_honoured=event.gpc_honoured,
            page=origin + path,
            user_agent=user_agent,
            server_time=rfc3339(now),
            client_time=client_time,
            client_time_clamped=sent is not None,
            client_time_sent=sent,
            not_removed=event.not_removed,
            previous_record_id=event.previous_record_id,
            prompt_reason=event.prompt_reason,
            ms_since_shown=event.ms_since_shown
            if event.ms_since_shown and event.ms_since_shown > 0
            else UNSET,
            external_id_hash=event.external_id_hash,
            tc_string=event.tc_string,
            gpp_string=event.gpp_string,
            policy_version=shown.policy_version,
            policy_sha256=shown.policy_sha256,
            variant=event.variant,
            geo_rule=event.geo_rule,
            country=context.country or UNSET,
            bot=True if event.automated or user_agent.endswith(AUTOMATED) else UNSET,
            signals_sent=shown.signals if event.signals_sent is UNSET else event.signals_sent,
            shown_share=UNSET if valid_ms else known.shown_share,
        )
        entry = NewEntry(
            _RECORD,
            now,
            id_bytes,
            event.site,
            event.consent_id,
            event.event_id,
            (now + valid_ms) // 1000,
            encode_record(record),
        )
        return record, entry

    async def _looked_up(self, version: str) -> _Shown | None:
        """Look a notice up; of the many who ask at once after a publication, one does it for all."""
        async with self._looking:
            return self._shown.get(version) or await self._look_up(version)

    async def _look_up(self, version: str) -> _Shown | None:
        notice = await self.store.notice(version)
        if notice is None:
            return None
        shown = _Shown(notice.site, notice.scan_id)
        known = self._sites.get(notice.site)
        for publication in await self.store.publications():
            if publication.notice_version != version or known is None:
                continue
            content = await self.store.inventory(publication.inventory_sha256)
            if content is not None:
                inventory = decode_inventory(content)
                shown = shown._replace(
                    policy_version=inventory.policy_version or UNSET,
                    policy_sha256=inventory.policy_sha256 or UNSET,
                    signals=signals_of(known.site, inventory),
                )
        self._shown[version] = shown
        return shown

    async def history(self, consent_id: str) -> list[ConsentRecord]:
        """Return one visitor's records, oldest first; raises `NotFoundError` where there are none."""
        return [record for record, _ in await self.stored_history(consent_id)]

    async def stored_history(self, consent_id: str) -> list[tuple[ConsentRecord, StoredEntry]]:
        """Return one visitor's records with the entries that hold them, for a receipt."""
        entries = await self.store.history(consent_id)
        if not entries:
            raise NotFoundError("There is no record with this consent id.")
        return [(decode_record(entry.payload), entry) for entry in entries if entry.payload is not None]

    async def erase(
        self, consent_id: str, *, reason: Reason, of: Callable[[str], bool] = lambda _: True
    ) -> int:
        """Erase one visitor's records, those ``of`` the sites that it returns True for; returns how many.

        Raises `NotFoundError` where there are none, and `HeldError` where a legal hold keeps one of them. The chain still verifies: each leaves a tombstone, and the erasure itself is appended to the log.
        """
        entries = await self.store.history(consent_id)
        sites = {entry.site or "" for entry in entries if of(entry.site or "")}
        holds.refuse_held(await holds.active(self.store), sites=sites, consent_id=consent_id)
        count = 0
        while entries := [one for one in await self.store.history(consent_id) if of(one.site or "")]:
            count += await self._erase(entries[:ERASURE_BATCH], reason)
        if not count:
            raise NotFoundError("There is no record with this consent id.")
        return count

    async def purge(self, *, before_ms: int, site: str | None = None) -> int:
        """Erase the records whose validity had ended before a time; returns how many.

        What a legal hold keeps stays. Raises `HeldError` where the site that was asked for is held as a whole.
        """
        standing = await holds.active(self.store)
        held = {hold.site for hold in standing if not hold.subject}
        if site is not None:
            holds.refuse_held(standing, sites=[site], consent_id="")
        sites = [site]
        if held and site is None:
            sites = [one.site for one in await self.store.publications() if one.site not in held]
        subjects = {hold.subject for hold in standing if hold.subject}
        return sum([await self._purge(before_ms // 1000, one, subjects) for one in sites])

    async def _purge(self, before_s: int, site: str | None, held: set[str]) -> int:
        count = 0
        kept: set[bytes] = set()
        while entries := await self.store.expired(before_s, site=site, limit=ERASURE_BATCH + len(kept)):
            stay = {
                one.record_id for one in entries if held and holds.subject_of(one.consent_id or "") in held
            }
            going = [one for one in entries if one.record_id not in stay][:ERASURE_BATCH]
            if not going and stay <= kept:
                break
            kept |= stay
            if going:
                count += await self._erase(going, "retention")
        return count

    async def _erase(self, entries: list[StoredEntry], reason: Reason) -> int:
        await count_before_erasure(self.store)
        records = [entry.record_id for entry in entries]
        note = erasure_note([str(UUID(bytes=record)) for record in records], reason=reason)
        count = await self.store.erase(records, note)
        await rights_erasure.forget_requests(self.store, entries, reason)
        self.counters.erased += count
        return count


@asynccontextmanager
async def running(log: ConsentLog) -> AsyncIterator[ConsentLog]:
    """Start the log, and drain it at the end."""
    log.start()
    try:
        yield log
    finally:
        await log.close()


def _site(site: Site) -> _Site:
    share = site.banner.notice_shown_share
    return _Site(site, _owns(site), site.banner.consent_days * DAY_MS, share if share < 1 else UNSET)


def _owns(site: Site) -> Callable[[str], bool]:
    """Return whether an origin is the site's own, worked out once for each (bounded: clients send what they like)."""
    hosts = SiteHosts(site)
    return lru_cache(maxsize=4096)(lambda origin: hosts.owns(host_of(origin)))
