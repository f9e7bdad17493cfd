from __future__ import annotations

import json
from pathlib import Path

import msgspec
from hypothesis import given, settings

from consent.exports.kantara_export import kantara_receipt
from consent.model.categories import CONSENT_CATEGORIES
from consent.model.records import ConsentRecord, EventKind
from consent.times import parse_rfc3339
from tests.consent.exports.exporting import exported, holds_to, records, shown
from tests.consent.factories import fill, opened_log


async def test_the_export_keeps_to_the_specifications_fields(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 2)
        data = json.loads(await exported(log, "kantara"))
    holds_to("kantara", data)
    [controller] = data["data"][0]["piiControllers"]
    assert (controller["piiController"], controller["email"]) == (
        "Larkspur & Co Ltd",
        "privacy@larkspur.example",
    )
    advertising = data["data"][0]["services"][0]["purposes"][-1]
    assert (advertising["thirdPartyDisclosure"], advertising["thirdPartyName"]) == (True, "Google")


async def test_a_notice_that_was_only_shown_gives_no_receipt(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        await fill(log, version, 1, event=EventKind.NOTICE_SHOWN)
        assert json.loads(await exported(log, "kantara")) == {"data": []}


@given(records())
@settings(max_examples=50, deadline=None)
def test_what_was_consented_to_and_when_comes_back(record: ConsentRecord) -> None:
    made = json.loads(msgspec.json.encode(kantara_receipt(record, shown())))
    holds_to("kantara", {"data": [made]})
    granted = [name for name in CONSENT_CATEGORIES if record.categories[name] == "granted"]
    assert sum(len(service["purposes"]) for service in made["services"]) == len(granted)
    assert made["consentTimestamp"] == parse_rfc3339(record.server_time) // 1000
    assert (made["consentReceiptID"], made["piiPrincipalId"]) == (record.record_id, record.consent_id)
