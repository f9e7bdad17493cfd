from __future__ import annotations

import json
from pathlib import Path

import msgspec
from hypothesis import given, settings

from consent.exports.iso27560_export import STATES, iso_record
from consent.log import decode_record, encode_record
from consent.model.categories import CONSENT_CATEGORIES
from consent.model.records import ConsentRecord, EventKind
from consent.times import parse_rfc3339
from tests.consent.exports.exporting import exported, holds_to, records, shown
from tests.consent.factories import consent_id, fill, opened_log


async def test_the_export_keeps_to_the_standards_fields_for_every_kind_of_event(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        for event in EventKind:
            await fill(log, version, 1, consent_id=visitor, event=event)
        data = json.loads(await exported(log, "iso27560"))
    holds_to("iso27560", data)
    assert [one["events"][0]["event_state"] for one in data["data"]] == [str(event) for event in EventKind]
    assert {one["header"]["pii_principal_id"] for one in data["data"]} == {visitor}


async def test_parties_and_recipients_are_those_of_the_notice_that_was_shown(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 1)
        [made] = json.loads(await exported(log, "iso27560"))["data"]
    assert [party["party_name"] for party in made["party_identification"]] == ["Larkspur & Co Ltd", "Google"]
    purposes = {one["purpose"]: one for one in made["pii_processing"]["purposes"]}
    assert purposes["advertising"]["recipient_third_parties"] == ["vendor:Google"]
    assert purposes["advertising"]["pii_information"] == [{"pii_type": "cookie", "pii_optional": True}]
    assert purposes["performance"]["recipient_third_parties"] == []
    assert "necessary" not in purposes, "it is no purpose that rests on consent"


@given(records())
@settings(max_examples=50, deadline=None)
def test_a_record_comes_back_from_the_standards_own_fields_and_from_the_sealed_copy(
    record: ConsentRecord,
) -> None:
    payload = encode_record(record)
    made = json.loads(msgspec.json.encode(iso_record(record, payload, shown())))
    holds_to("iso27560", {"data": [made]})
    assert decode_record(json.dumps(made["consentry"])) == record
    [event] = made["events"]
    processing = made["pii_processing"]
    back = {STATES[state]: state for state in STATES}
    decided = {one["purpose"]: back[one["consent_state"]] for one in processing["purposes"]}
    assert decided == {str(name): record.categories[name] for name in CONSENT_CATEGORIES}
    assert (made["header"]["record_id"], event["event_state"]) == (record.record_id, record.event)
    assert (event["event_time"], processing["privacy_notice"]["sha256"]) == (
        record.server_time,
        record.notice_sha256,
    )
    seconds = int(event["validity_duration"][2:-1])
    until = parse_rfc3339(record.server_time) + seconds * 1000
    assert (until if seconds else None) == (record.valid_until and parse_rfc3339(record.valid_until))
