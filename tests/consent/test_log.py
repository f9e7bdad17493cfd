from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
import uuid_utils

from consent.log import ConsentLog, RequestContext, decode_record, encode_record, running
from consent.model.categories import CATEGORIES, Category
from consent.model.errors import ConflictError, NotFoundError, RecordError, StoreUnavailable
from consent.model.records import Action, ConsentRecord, EventKind
from consent.publication import publish
from consent.store.entries import EntryKind, NewEntry
from consent.store.notes import uuid7_time
from consent.times import DAY_MS, parse_rfc3339, rfc3339
from consent.verification import verify
from tests.consent.factories import (
    CHROME,
    PUBLIC_URL,
    consent_id,
    event,
    fill,
    inventory,
    opened_log,
    published,
    settings,
    site,
)

NOTHING = RequestContext()


def record(**fields: Any) -> ConsentRecord:
    """A record as the log makes it, without a store."""
    made: dict[str, Any] = {
        "record_id": str(uuid_utils.uuid7()),
        "consent_id": consent_id(),
        "event_id": "0123456789abcdef",
        "site": "larkspur",
        "event": "given",
        "action": "accept_all",
        "surface": "banner",
        "categories": dict.fromkeys(CATEGORIES, "granted"),
        "valid_until": "2027-05-23T10:00:00.000Z",
        "notice_version": "0123456789abcdef" * 4,
        "notice_sha256": "0123456789abcdef" * 4,
        "widget_version": "1_0",
        "scan_id": "scan-1",
        "language": "en",
        "jurisdiction": "EU",
        "gpc_header": False,
        "gpc_js": None,
        "gpc_honoured": False,
        "page": "https://www.larkspur.example/tea/green",
        "user_agent": "Chrome 131; Windows; desktop",
        "server_time": "2026-11-24T10:00:00.000Z",
        "client_time": "2026-11-24T10:00:00.000Z",
    }
    return msgspec.convert(made | fields, ConsentRecord)


async def test_a_record_holds_what_was_decided_what_was_shown_and_the_servers_context(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        sent = event(version, gpc=True, gpc_honoured=True, not_removed=("IDE",))
        made = await log.append(sent, RequestContext(gpc_header=True, user_agent=CHROME))
    assert UUID(made.record_id).version == 7
    assert made.server_time == rfc3339(uuid7_time(UUID(made.record_id).bytes))
    for name in ("consent_id", "event_id", "site", "event", "action", "surface", "categories", "language"):
        assert getattr(made, name) == getattr(sent, name), name
    assert made.notice_version == made.notice_sha256 == version
    assert made.scan_id == "scan-1"
    assert made.jurisdiction == "EU"
    assert (made.gpc_header, made.gpc_js, made.gpc_honoured) == (True, True, True)
    assert made.user_agent == "Chrome 131; Windows; desktop"
    assert made.not_removed == ("IDE",)


@pytest.mark.parametrize("days", [1, 180, 395])
async def test_a_decision_holds_as_long_as_the_site_says_for_yes_and_no_alike(
    tmp_path: Path, days: int
) -> None:
    async with published(tmp_path) as (store, version):
        own = site(banner=msgspec.structs.replace(site().banner, consent_days=days))
        log = ConsentLog(store, settings(own).sites)
        log.start()
        for kind, action in ((EventKind.GIVEN, Action.ACCEPT_ALL), (EventKind.REFUSED, Action.REJECT_ALL)):
            made = await log.append(event(version, event=kind, action=action), NOTHING)
            assert made.valid_until is not None
            assert parse_rfc3339(made.valid_until) - parse_rfc3339(made.server_time) == days * DAY_MS
        await log.close()


async def test_a_notice_that_was_only_shown_has_no_validity(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        shown = event(version, event=EventKind.NOTICE_SHOWN, action=Action.NONE)
        assert (await log.append(shown, NOTHING)).valid_until is None


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (
            "https://www.larkspur.example/tea?basket=1&mail=a@b.example#top",
            "https://www.larkspur.example/tea",
        ),
        ("https://www.larkspur.example#part", "https://www.larkspur.example"),
        ("https://www.larkspur.example/?q=/a/b", "https://www.larkspur.example/"),
        ("https://user:secret@www.larkspur.example/tea", "https://www.larkspur.example/tea"),
        ("https://shop.larkspur.example:8443/tea", "https://shop.larkspur.example:8443/tea"),
    ],
)
async def test_of_the_page_only_origin_and_path_are_kept(tmp_path: Path, page: str, kept: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        assert (await log.append(event(version, page=page), NOTHING)).page == kept


@pytest.mark.parametrize(
    "page",
    [
        "https://www.thyme.example/tea",
        "https://www.larkspur.example.evil.example/",
        "https://www.larkspur.example@evil.example/",
        "https://evil.example?https://www.larkspur.example/",
        "https:///tea",
        "https://[::1/tea",
    ],
)
async def test_a_page_of_somebody_else_is_refused(tmp_path: Path, page: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        with pytest.raises(RecordError) as refused:
            await log.append(event(version, page=page), NOTHING)
        assert refused.value.field == "page"


async def test_a_plausible_client_clock_is_kept_in_utc(tmp_path: Path) -> None:
    now = 1_795_000_000_000
    async with opened_log(tmp_path, new_id=lambda: id_at(now)) as (log, version):
        sent = "2026-11-18T12:06:40.500+01:00"
        made = await log.append(event(version, client_time=sent), NOTHING)
    assert made.server_time == "2026-11-18T11:06:40.000Z"
    assert (made.client_time, made.client_time_clamped, made.client_time_sent) == (
        "2026-11-18T11:06:40.500Z",
        False,
        None,
    )


def id_at(milliseconds: int) -> UUID:
    """A UUIDv7 of a time, with random bits as ever."""
    made = uuid_utils.uuid7().bytes
    return UUID(bytes=milliseconds.to_bytes(6, "big") + made[6:])


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2031-01-01T00:00:00Z", "2026-11-18T11:07:40.000Z"),
        ("1970-01-01T00:00:00Z", "2026-11-11T11:06:40.000Z"),
    ],
)
async def test_an_implausible_client_clock_is_clamped_and_kept_as_it_was_sent(
    tmp_path: Path, sent: str, kept: str
) -> None:
    async with opened_log(tmp_path, new_id=lambda: id_at(1_795_000_000_000)) as (log, version):
        made = await log.append(event(version, client_time=sent), NOTHING)
    assert (made.client_time, made.client_time_clamped, made.client_time_sent) == (kept, True, sent)


@pytest.mark.parametrize("sent", ["", "now", "2026-11-24", "2026-11-24T10:00:00", "2026-13-24T10:00:00.000Z"])
async def test_a_client_time_that_is_none_is_refused_by_name(tmp_path: Path, sent: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        with pytest.raises(RecordError) as refused:
            await log.append(event(version, client_time=sent), NOTHING)
        assert refused.value.field == "client_time"
        assert await log.store.last_seal((await log.store.writers())[0]) is None


async def test_the_same_event_again_gives_the_same_record(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        sent = event(version)
        first = await log.append(sent, RequestContext(user_agent=CHROME))
        again = await log.append(sent, RequestContext(gpc_header=True))
        both = await asyncio.gather(*(log.append(sent, NOTHING) for _ in range(20)))
        assert {one.record_id for one in (first, again, *both)} == {first.record_id}
        assert again == first
        assert len(await log.history(sent.consent_id)) == 1
        assert (log.counters.appended, log.counters.repeated) == (1, 21)


async def test_twenty_tabs_that_send_one_event_at_once_make_one_record(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        sent = event(version)
        made = await asyncio.gather(*(log.append(sent, NOTHING) for _ in range(20)))
        assert len({one.record_id for one in made}) == 1
        assert [one.record_id for one in await log.history(sent.consent_id)] == [made[0].record_id]


async def test_an_event_id_that_stands_for_another_decision_is_a_conflict(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        first = event(version)
        await log.append(first, NOTHING)
        denied = first.categories | {Category.ADVERTISING: "denied"}
        other = msgspec.structs.replace(first, categories=denied)
        with pytest.raises(ConflictError) as refused:
            await log.append(other, NOTHING)
        assert refused.value.field == "event_id"
        assert len(await log.history(first.consent_id)) == 1


async def test_an_unknown_site_is_told(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        with pytest.raises(NotFoundError, match="'thyme'"):
            await log.append(event(version, site="thyme"), NOTHING)


async def test_a_notice_that_was_never_published_is_refused(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, _):
        with pytest.raises(RecordError) as refused:
            await log.append(event("0" * 64), NOTHING)
        assert refused.value.field == "notice_version"


async def test_a_notice_of_another_site_is_refused(tmp_path: Path) -> None:
    thyme = site(id="thyme", url="https://www.thyme.example/")
    async with published(tmp_path) as (store, version):
        log = ConsentLog(store, settings(site(), thyme).sites)
        log.start()
        with pytest.raises(RecordError, match="no notice with this version"):
            await log.append(event(version, site="thyme", page="https://www.thyme.example/"), NOTHING)
        await log.close()


async def test_an_earlier_notice_is_still_accepted_for_pages_that_were_open(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        renewed, _ = await publish(
            log.store, site(name="Larkspur"), inventory(items=()), public_url=PUBLIC_URL
        )
        assert renewed.notice_version != version
        for known in (version, renewed.notice_version):
            assert (await log.append(event(known), NOTHING)).notice_version == known


async def test_a_history_is_one_visitors_and_oldest_first(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        mine = [await log.append(event(version, consent_id=visitor), NOTHING) for _ in range(3)]
        await fill(log, version, 2)
        assert await log.history(visitor) == mine
        with pytest.raises(NotFoundError):
            await log.history(consent_id())


async def test_erasing_removes_one_visitor_and_the_log_still_verifies(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 3, consent_id=visitor)
        [other] = await fill(log, version, 1)
        assert await log.erase(visitor, reason="visitor") == 3
        with pytest.raises(NotFoundError):
            await log.history(visitor)
        assert await log.history(other.consent_id) == [other]
        result = await verify(log.store)
        assert (result.intact, result.records, result.erased, result.erasures) == (True, 1, 3, 1)
        with pytest.raises(NotFoundError):
            await log.erase(visitor, reason="visitor")


async def test_a_visitor_with_very_many_records_is_erased_in_several_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consent.log.ERASURE_BATCH", 2)
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        await fill(log, version, 5, consent_id=visitor)
        assert await log.erase(visitor, reason="operator") == 5
        result = await verify(log.store)
        assert (result.intact, result.erased, result.erasures) == (True, 5, 3)


async def test_purging_erases_what_ran_out_before_a_time_and_logs_it(tmp_path: Path) -> None:
    times = iter([1_700_000_000_000, 1_750_000_000_000, 1_795_000_000_000])
    async with opened_log(tmp_path, new_id=lambda: id_at(next(times))) as (log, version):
        old, middle, new = await fill(log, version, 3)
        assert await log.purge(before_ms=1_750_000_000_000 + 180 * DAY_MS + 1000, site="thyme") == 0
        assert await log.purge(before_ms=1_750_000_000_000 + 180 * DAY_MS + 1000, site="larkspur") == 2
        for gone in (old, middle):
            with pytest.raises(NotFoundError):
                await log.history(gone.consent_id)
        assert await log.history(new.consent_id) == [new]
        [writer] = await log.store.writers()
        last = (await log.store.entries(writer, after=3, limit=9))[-1]
        assert last.kind == EntryKind.ERASURE
        assert b'"reason":"retention"' in (last.payload or b"")


async def test_a_full_queue_refuses_and_what_waited_is_stored(tmp_path: Path) -> None:
    async with opened_log(tmp_path, limit=3) as (log, version):
        results = await asyncio.gather(
            *(log.append(event(version), NOTHING) for _ in range(10)), return_exceptions=True
        )
        refused = [one for one in results if isinstance(one, StoreUnavailable)]
        stored = [one for one in results if isinstance(one, ConsentRecord)]
        assert len(refused) + len(stored) == 10
        assert refused
        assert (await verify(log.store)).records == len(stored) == log.counters.appended


async def test_closing_makes_durable_what_waits_and_refuses_more(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await log.append(
            event(version), NOTHING
        )  # looks the notice up, so that those below stand in the queue at once
        waiting = [asyncio.create_task(log.append(event(version), NOTHING)) for _ in range(50)]
        for _ in range(3):
            await asyncio.sleep(0)
        await log.close()
        assert len(await asyncio.gather(*waiting)) == 50
        with pytest.raises(StoreUnavailable, match="shutting down"):
            await log.append(event(version), NOTHING)


def test_a_record_is_the_same_after_its_canonical_bytes() -> None:
    made = record(not_removed=("IDE",), client_time_sent="x", user_agent="other")
    assert decode_record(encode_record(made)) == made


def test_the_order_in_which_a_browser_sent_the_categories_does_not_reach_the_canonical_bytes() -> None:
    one = record()
    other = msgspec.structs.replace(one, categories=dict(reversed(one.categories.items())))
    assert encode_record(one) == encode_record(other)


async def test_services_are_recorded_where_they_were_chosen_and_else_the_record_has_no_such_field(
    tmp_path: Path,
) -> None:
    async with opened_log(tmp_path) as (log, version):
        chosen = event(version, event=EventKind.PARTIAL, services={"Hotjar": "denied"})
        record_, payload = await log.append_encoded(chosen, NOTHING)
        assert record_.services == {"Hotjar": "denied"}
        assert decode_record(payload).services == {"Hotjar": "denied"}
        assert (await log.append(chosen, NOTHING)).record_id == record_.record_id, "a repetition is the same"
        _, payload = await log.append_encoded(event(version), NOTHING)
        assert b"services" not in payload


async def test_a_record_holds_why_and_how_the_visitor_was_asked_and_what_was_known_of_the_policy(
    tmp_path: Path,
) -> None:
    async with opened_log(tmp_path) as (log, _):
        known = inventory(policy_version="2026-11", policy_sha256="ab" * 32)
        publication, _ = await publish(log.store, site(), known, public_url=PUBLIC_URL)
        version = publication.notice_version
        sent = event(
            version,
            prompt_reason="notice_changed",
            ms_since_shown=4200,
            tc_string="CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA.YAAAAAAAAAA",
            gpp_string="DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA",
            variant="b",
            geo_rule="eea",
        )
        made = await log.append(sent, RequestContext(country="DE", user_agent="Googlebot/2.1"))
    for name in ("prompt_reason", "ms_since_shown", "tc_string", "gpp_string", "variant", "geo_rule"):
        assert getattr(made, name) == getattr(sent, name), name
    assert (made.policy_version, made.policy_sha256) == ("2026-11", "ab" * 32)
    assert (made.country, made.bot, made.signals_sent) == ("DE", True, ("google",))
    assert made.shown_share is msgspec.UNSET


@pytest.mark.parametrize("shown", [0, -3])
async def test_what_there_is_nothing_to_say_about_is_not_in_the_record(tmp_path: Path, shown: int) -> None:
    async with opened_log(tmp_path) as (log, version):
        made = await log.append(event(version, ms_since_shown=shown), NOTHING)
    absent = {
        "prompt_reason",
        "ms_since_shown",
        "external_id_hash",
        "country",
        "bot",
        "shown_share",
        "tc_string",
    }
    assert not absent & set(msgspec.to_builtins(made))


async def test_a_sampled_notice_shown_says_of_how_many_visits_it_tells(tmp_path: Path) -> None:
    async with published(tmp_path) as (store, version):
        own = site(banner=msgspec.structs.replace(site().banner, notice_shown_share=0.1))
        async with running(ConsentLog(store, settings(own).sites)) as log:
            shown = await log.append(
                event(version, event=EventKind.NOTICE_SHOWN, action=Action.NONE), NOTHING
            )
            given = await log.append(event(version), NOTHING)
    assert (shown.shown_share, given.shown_share) == (0.1, msgspec.UNSET)


async def test_records_of_the_first_schema_are_read_verified_and_told_as_they_are(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        old = record(notice_version=version, notice_sha256=version, schema_version="consentry/1")
        time = uuid7_time(UUID(old.record_id).bytes)
        old = msgspec.structs.replace(old, server_time=rfc3339(time))
        assert old.valid_until is not None
        expires = parse_rfc3339(old.valid_until) // 1000
        ids = UUID(old.record_id).bytes, old.site, old.consent_id, old.event_id
        await log.store.append([NewEntry(EntryKind.RECORD, time, *ids, expires, encode_record(old))])
        await log.append(event(version), NOTHING)
        assert (await verify(log.store)).intact
        [(read, entry)] = await log.stored_history(old.consent_id)
        assert read == old
        assert encode_record(read) == entry.payload
        assert b"prompt_reason" not in (entry.payload or b"")
