"""The contract of a store: every module in consent/store that opens URLs passes all of this."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uuid_utils

from consent.model.errors import ConfigError, StoreError, StoreUnavailable
from consent.store import Store, chain, open_store, store_modules
from consent.store.entries import (
    DecisionRow,
    EntryKind,
    NewEntry,
    NewPublication,
    PictureRow,
    StoredEntry,
    TokenRow,
)
from consent.store.notes import audit_note, erasure_note, uuid7_time


@pytest.fixture(params=store_modules())
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of this test's own; a new store brings a fixture ``NAME_url``."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    yield store
    await store.close()


def entry(
    visitor: str = "visitor", event: str = "event", *, site: str = "larkspur", expires_s: int = 2_000
) -> NewEntry:
    new = uuid_utils.uuid7()
    payload = f'{{"visitor":"{visitor}","event":"{event}"}}'.encode()
    return NewEntry(
        EntryKind.RECORD, uuid7_time(new.bytes), new.bytes, site, visitor, event, expires_s, payload
    )


async def everything(store: Store) -> list[StoredEntry]:
    return [
        one for writer in await store.writers() for one in await store.entries(writer, after=0, limit=10_000)
    ]


async def test_a_batch_is_stored_in_its_order_under_one_seal(store: Store) -> None:
    batch = [entry(event=str(number)) for number in range(5)]
    assert await store.append(batch) == [None] * 5
    stored = await everything(store)
    assert [one.payload for one in stored] == [one.payload for one in batch]
    assert [one.position for one in stored] == [1, 2, 3, 4, 5]
    writer = stored[0].writer
    [seal] = await store.seals(writer, after=0, limit=10)
    lines = [chain.line(e.kind, e.time, e.record_id, chain.commitment_of(e) or b"") for e in stored]
    commitments = [chain.commitment_of(e) or b"" for e in stored]
    assert seal == chain.seal(writer, chain.genesis(writer), seal.sealed, lines, commitments)
    assert await store.last_seal(writer) == seal


async def test_each_seal_follows_from_the_one_before(store: Store) -> None:
    for number in range(3):
        await store.append([entry(event=str(number))])
    [writer] = await store.writers()
    head = chain.genesis(writer)
    for stored, seal in zip(
        await everything(store), await store.seals(writer, after=0, limit=10), strict=True
    ):
        commitment = chain.commitment_of(stored) or b""
        line = chain.line(stored.kind, stored.time, stored.record_id, commitment)
        assert seal == chain.seal(writer, head, seal.sealed, [line], [commitment])
        head = chain.after(seal)


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 700])
async def test_a_batch_of_any_size_is_stored_whole(store: Store, size: int) -> None:
    await store.append([entry(event=str(number)) for number in range(size)])
    assert [one.event_id for one in await everything(store)] == [str(number) for number in range(size)]


async def test_a_repeated_event_answers_with_the_earlier_payload_and_stores_nothing(store: Store) -> None:
    first = entry()
    await store.append([first])
    again = entry()
    assert await store.append([entry(event="other"), again]) == [None, first.payload]
    assert [one.event_id for one in await everything(store)] == ["event", "other"]


async def test_an_event_that_is_twice_in_one_batch_is_stored_once(store: Store) -> None:
    first, again = entry(), entry()
    assert await store.append([first, again]) == [None, first.payload]
    assert len(await everything(store)) == 1


async def test_two_visitors_may_use_the_same_event_id(store: Store) -> None:
    assert await store.append([entry("a"), entry("b")]) == [None, None]


async def test_what_was_appended_is_there_after_opening_again(url: str) -> None:
    store = await open_store(url)
    await store.append([entry(event="1")])
    before = await everything(store)
    await store.close()
    again = await open_store(url)
    try:
        assert await everything(again) == before
        await again.append([entry(event="2")])
        assert [one.position for one in await everything(again)] == [1, 2]
    finally:
        await again.close()


async def test_a_visitors_history_is_theirs_alone_and_oldest_first(store: Store) -> None:
    await store.append([entry("a", "1"), entry("b", "1"), entry("a", "2")])
    assert [one.event_id for one in await store.history("a")] == ["1", "2"]
    assert await store.history("nobody") == []


async def test_an_entry_is_found_by_its_record_id(store: Store) -> None:
    wanted = entry(event="2")
    await store.append([entry(event="1"), wanted])
    [found] = await store.find(wanted.record_id)
    assert found.payload == wanted.payload
    assert await store.find(bytes(16)) == []


async def test_records_are_found_by_time_and_site_the_latest_first_and_no_further_than_asked(
    store: Store,
) -> None:
    sites = ["larkspur", "thyme"]
    batch = [entry(event=str(number), site=sites[number % 2]) for number in range(6)]
    await store.append([*batch, audit_note(actor="cli:ada", action="test")])
    whole: dict[str, Any] = {
        "since": bytes(16),
        "before": b"\xff" * 16,
        "sites": sites,
        "limit": 10,
        "examine": 100,
    }
    ids = [one.record_id for one in batch]

    async def found(**given: Any) -> tuple[list[bytes], bytes]:
        page, floor = await store.records(**(whole | given))
        return [one.record_id for one in page], floor

    assert await found() == (ids[::-1], bytes(16))
    assert await found(sites=["thyme"]) == (ids[5::-2], bytes(16))
    assert await found(sites=[]) == ([], bytes(16))
    assert await found(since=ids[1], before=ids[4]) == ([ids[3], ids[2], ids[1]], ids[1])
    assert await found(limit=2) == ([ids[5], ids[4]], ids[4])
    # The note of the audit is looked at, too: with the five latest records that makes six.
    assert await found(sites=["larkspur"], examine=6) == ([ids[4], ids[2]], ids[1])
    await store.erase([ids[5]], erasure_note([""], reason="visitor"))
    assert (await found(before=ids[5] + b"\xff"))[0] == ids[4::-1]


async def test_erasing_leaves_a_tombstone_that_keeps_only_what_the_seal_needs(store: Store) -> None:
    gone, kept = entry("a"), entry("b")
    await store.append([gone, kept])
    commitment = chain.commitment_of((await everything(store))[0])
    note = erasure_note(["x"], reason="visitor")
    assert await store.erase([gone.record_id], note) == 1
    tombstone, other, logged = await everything(store)
    assert tombstone == StoredEntry(
        tombstone.writer, 1, EntryKind.RECORD, gone.time, gone.record_id, None, None, None, None, None, None,
        commitment, note.record_id,
    )  # fmt: skip
    assert other.payload == kept.payload
    assert (logged.kind, logged.payload) == (EntryKind.ERASURE, note.payload)
    assert await store.history("a") == []


async def test_erasing_what_is_not_there_erases_nothing_at_all(store: Store) -> None:
    there = entry()
    await store.append([there])
    with pytest.raises(StoreError):
        await store.erase([there.record_id, bytes(16)], erasure_note(["x"], reason="visitor"))
    assert [one.payload for one in await everything(store)] == [there.payload]
    await store.append([entry(event="next")])
    assert [one.position for one in await everything(store)] == [1, 2]


async def test_an_erased_visitor_may_use_an_event_id_again(store: Store) -> None:
    first = entry()
    await store.append([first])
    await store.erase([first.record_id], erasure_note(["x"], reason="visitor"))
    assert await store.append([entry()]) == [None]


async def test_expired_records_are_found_by_time_and_site(store: Store) -> None:
    await store.append(
        [entry(event="late", expires_s=300), entry(event="early", expires_s=100), entry(event="far", expires_s=900),
         entry(event="other", expires_s=50, site="thyme")]
    )  # fmt: skip
    assert [one.event_id for one in await store.expired(300, site=None, limit=10)] == ["other", "early"]
    assert [one.event_id for one in await store.expired(901, site="larkspur", limit=2)] == ["early", "late"]


async def test_the_seal_over_each_position_is_found(store: Store) -> None:
    for size in (3, 1, 2):
        await store.append([entry(event=f"{size}-{number}") for number in range(size)])
    [writer] = await store.writers()
    seals = [await store.seal_over(writer, position) for position in range(8)]
    assert [seal.number if seal else 0 for seal in seals] == [0, 1, 1, 1, 2, 3, 3, 0]


async def test_an_unknown_writer_has_no_chain(store: Store) -> None:
    await store.append([entry()])
    assert await store.entries(bytes(16), after=0, limit=1) == []
    assert await store.seals(bytes(16), after=0, limit=1) == []
    assert await store.last_seal(bytes(16)) is None
    assert await store.seal_over(bytes(16), 1) is None


def publication(site: str = "larkspur", notice: str = "n1", inventory: str = "i1") -> NewPublication:
    return NewPublication(site, f"scan-{inventory}", notice, notice.encode(), inventory, inventory.encode())


async def test_publishing_makes_the_latest_publication_of_a_site_the_current_one(store: Store) -> None:
    await store.publish(publication(), 1)
    await store.publish(publication("thyme", "n2", "i2"), 2)
    latest = await store.publish(publication(notice="n3", inventory="i3"), 3)
    current = await store.publications()
    assert [(one.site, one.notice_version) for one in current] == [("larkspur", "n3"), ("thyme", "n2")]
    assert current[0] == latest
    assert await store.inventory("i3") == b"i3"
    assert await store.inventory("none") is None


async def test_every_notice_that_was_ever_published_stays(store: Store) -> None:
    for notice in ("n1", "n2", "n3"):
        await store.publish(publication(notice=notice), 1)
    assert await store.notice_versions() == ["n1", "n2", "n3"]
    notice = await store.notice("n1")
    assert notice is not None
    assert (notice.content, notice.site) == (b"n1", "larkspur")
    assert await store.notice("none") is None


async def test_publishing_the_same_notice_from_a_new_scan_names_the_new_scan(store: Store) -> None:
    await store.publish(publication(inventory="i1"), 1)
    await store.publish(publication(inventory="i2"), 2)
    notice = await store.notice("n1")
    assert notice is not None
    assert notice.scan_id == "scan-i2"


async def test_the_publication_version_grows_with_each_publication_and_with_nothing_else(
    store: Store,
) -> None:
    before = await store.publication_version()
    await store.append([entry()])
    assert await store.publication_version() == before
    await store.publish(publication(), 1)
    first = await store.publication_version()
    await store.publish(publication(), 1)
    assert before < first < await store.publication_version()


async def test_the_history_of_a_site_has_each_inventory_that_was_another_than_the_one_before(
    store: Store,
) -> None:
    assert await store.publication_history("larkspur", limit=9) == []
    assert await store.first_publication("larkspur") is None
    for time, inventory in enumerate(("i1", "i1", "i2", "i1"), start=1):
        await store.publish(publication(notice=f"n{time}", inventory=inventory), time)
        await store.publish(publication("thyme", f"t{time}", "i9"), time)
    found = await store.publication_history("larkspur", limit=9)
    assert [(one.published, one.inventory_sha256) for one in found] == [(1, "i1"), (3, "i2"), (4, "i1")]
    assert [one.published for one in await store.publication_history("larkspur", limit=2)] == [3, 4]
    first = await store.first_publication("larkspur")
    assert first is not None
    assert (first.published, first.notice_version) == (1, "n1")


def decision(name: str = "lk_basket", **fields: object) -> DecisionRow:
    row = DecisionRow(
        site="larkspur",
        kind="cookie",
        name=name,
        host="",
        category="functionality",
        criterion=None,
        vendor="",
        purpose="Keeps the basket.",
        reason="",
        reviewer="M. Keane",
        decided=1_000,
        lifetime="session",
        set_by="larkspur.example",
    )
    return row._replace(**fields)


async def test_the_latest_decision_about_an_item_holds_and_the_earlier_ones_are_kept(store: Store) -> None:
    first, second = decision(), decision(category="advertising", decided=2_000)
    other = decision(host="shop.example")
    await store.decide([first, other])
    await store.decide([second, decision(site="elsewhere")])
    assert await store.decisions("larkspur") == [second, other]
    assert await store.decision_history("larkspur") == [first, other, second]
    assert await store.decisions("nowhere") == []


async def test_a_decision_that_is_taken_back_no_longer_holds_and_can_be_made_again(store: Store) -> None:
    await store.decide([decision(), decision(category=None, decided=2_000)])
    assert await store.decisions("larkspur") == []
    await store.decide([decision(decided=3_000)])
    assert await store.decisions("larkspur") == [decision(decided=3_000)]


@pytest.mark.parametrize("lacking", [{"criterion": None}, {"reason": ""}])
async def test_no_decision_calls_something_necessary_without_criterion_and_reason(
    store: Store, lacking: dict[str, object]
) -> None:
    exempt = decision(category="necessary", criterion="B", reason="The visitor filled the basket.")
    with pytest.raises(StoreError):
        await store.decide([decision("kept_out"), exempt._replace(**lacking)])
    assert await store.decisions("larkspur") == []  # none of the call
    await store.decide([exempt])
    assert await store.decisions("larkspur") == [exempt]


async def test_what_administrators_did_is_found_among_the_records_the_latest_first(store: Store) -> None:
    notes = [audit_note(actor="cli:ada", action=f"action.{number}") for number in range(5)]
    for number, note in enumerate(notes):
        await store.append([entry(event=str(number)), note])
    assert await store.append([notes[0]._replace(record_id=uuid_utils.uuid7().bytes)]) == [None]
    found = await store.audit(before=notes[4].record_id, limit=3)
    assert [one.payload for one in found] == [one.payload for one in (notes[3], notes[2], notes[1])]
    assert {one.kind for one in found} == {EntryKind.AUDIT}
    assert [one.record_id for one in await store.audit(before=found[-1].record_id, limit=9)] == [
        notes[0].record_id
    ]
    assert len(await store.audit(before=None, limit=99)) == 6


def token(token_id: str = "0123456789ab", **fields: object) -> TokenRow:
    row = TokenRow(token_id, "backup", b"h" * 32, "read erase", "", 1_000, 2_000, None)
    return row._replace(**fields)


async def test_tokens_are_kept_by_their_ids(store: Store) -> None:
    first, second = token(), token("ffffffffffff", sites="larkspur", expires=None, created=2_000)
    for row in (second, first):
        await store.add_token(row)
    assert await store.tokens() == [first, second]
    assert await store.token(second.id) == second
    assert await store.token("unknown") is None
    with pytest.raises(StoreError):
        await store.add_token(token(name="another"))
    assert await store.token(first.id) == first


async def test_a_token_is_ended_once_and_stays_in_the_list(store: Store) -> None:
    await store.add_token(token())
    assert await store.revoke_token("0123456789ab", 1_500)
    assert not await store.revoke_token("0123456789ab", 1_600)
    assert not await store.revoke_token("unknown", 1_600)
    assert await store.tokens() == [token(revoked=1_500)]


async def test_probing_writes_and_changes_nothing(store: Store) -> None:
    await store.append([entry()])
    before = await everything(store), await store.writers()
    await store.probe()
    assert (await everything(store), await store.writers()) == before
    await store.append([entry(event="next")])
    await store.close()
    with pytest.raises(StoreUnavailable):
        await store.probe()


async def test_two_programs_may_write_in_turns_to_one_chain(url: str, store: Store) -> None:
    other = await open_store(url)
    try:
        await store.append([entry(event="1")])
        await other.append([entry(event="2")])
        await store.append([entry(event="3")])
        stored = await everything(store)
        assert [one.event_id for one in stored] == ["1", "2", "3"]
        [writer] = await store.writers()
        assert [seal.number for seal in await store.seals(writer, after=0, limit=9)] == [1, 2, 3]
    finally:
        await other.close()


async def test_batches_and_reads_at_the_same_time_do_not_disturb_each_other(store: Store) -> None:
    async def write(number: int) -> None:
        await store.append([entry(str(number), str(number))])

    async def read(number: int) -> None:
        assert len(await store.history(str(number))) <= 1

    await asyncio.gather(*(write(n) for n in range(40)), *(read(n) for n in range(40)))
    assert sorted(one.position for one in await everything(store)) == list(range(1, 41))


async def test_a_closed_store_says_so(url: str) -> None:
    store = await open_store(url)
    await store.ping()
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.append([entry()])
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.ping()


async def test_nothing_in_the_settings_of_a_usual_storage_is_doubtful(store: Store) -> None:
    assert await store.doubts() == []


async def test_a_store_whose_library_is_missing_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "consent.store.postgresql", raising=False)
    monkeypatch.delitem(sys.modules, "consent.store.postgresql_server", raising=False)
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(ConfigError, match="needs asyncpg") as refused:
        await open_store("postgresql://db.example/log")
    assert "consentry[postgres]" in refused.value.hint


async def test_a_database_that_is_not_there_is_not_made_where_it_is_only_to_be_read(url: str) -> None:
    with pytest.raises(ConfigError, match="no such database"):
        await open_store(url, create=False)
    with pytest.raises(ConfigError, match="no such database"):
        await open_store(url, create=False)


async def test_an_unknown_scheme_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"'mysql': no store has this scheme \(known: .*sqlite"):
        await open_store("mysql://localhost/consent")
    with pytest.raises(ConfigError, match="no store has this scheme"):
        await open_store("consentry.db")


async def test_a_picture_of_a_notice_is_kept_once(store: Store) -> None:
    made = await store.publish(publication(), 1_000)
    row = PictureRow("a" * 64, made.notice_version, "desktop", "b" * 64, b"\x89PNG")
    await store.add_picture(row)
    await store.add_picture(row)
    assert await store.pictures(made.notice_version) == [row]
    assert await store.pictures("0" * 64) == []
    with pytest.raises(StoreError):
        await store.add_picture(row._replace(sha256="c" * 64, notice_version="0" * 64))
