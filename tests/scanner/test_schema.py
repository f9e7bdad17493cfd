from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from consent.model.categories import ConsentState
from scanner.observations import Observation
from scanner.report import Report, encode_report
from scanner.schema import encode_schema, report_schema
from scanner.signals import API_NAMES, signals_of
from tests.scanner.factories import judged, report, shop_report
from tests.schemas import OPEN, faults

PUBLISHED = Path(__file__).parents[2] / "docs" / "report.schema.json"

SAID: dict[str, dict[str, Any]] = {
    "google_consent_mode": {
        "calls": [["event", "x", {}], ["consent", "default", {"ad_storage": "denied", "region": ["DE"]}],
                  ["consent", "update", {"ad_storage": "granted"}]],
    },
    "tcf": {
        "ping": {"cmpStatus": "loaded", "displayStatus": "hidden", "gdprApplies": True, "cmpId": 7, "tcfPolicyVersion": 4},
        "data": {"eventStatus": "useractioncomplete"},
        "string": "COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA",
    },
    "gpp": {"ping": {"cmpStatus": "loaded", "applicableSections": [7], "supportedAPIs": ["7:usnat"]}, "string": "DBABMA~1YNN"},
    "data_layer": {"layers": ["dataLayer"], "events": {"gtm.js": 1}, "keys": ["event"]},
    "us_privacy": {"string": "1YNN"},
    "microsoft_uet": {"queued": ["consent|default|ad_storage=denied;"], "loaded": True},
    "microsoft_clarity": {"queued": ["consentv2|ad_Storage=granted;"], "loaded": False},
    "meta_pixel": {"queued": ["consent|revoke|", "init"]},
}  # fmt: skip


def decoded(made: Report) -> Any:
    return msgspec.json.decode(encode_report(made))


def test_the_schema_is_one_and_closed_nowhere_so_that_a_reader_survives_a_new_field() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())
    assert b"additionalProperties" not in encode_schema().replace(b'"additionalProperties": {', b"")
    assert faults(decoded(report()) | {"added_later": 1}) == []


def test_the_published_file_is_what_the_structures_give() -> None:
    assert PUBLISHED.read_bytes() == encode_schema(), "consentry schema report > docs/report.schema.json"


@pytest.mark.parametrize(
    "made", [shop_report(), judged(report()), report()], ids=["shop", "judged", "unjudged"]
)
def test_it_names_every_field_that_is_written(made: Report) -> None:
    assert faults(decoded(made), closed=True) == []


def test_the_values_of_each_consent_interface_are_described() -> None:
    assert {*SAID, "google_requests"} == API_NAMES.keys()
    asked = Observation(
        kind="request",
        name="https://www.google-analytics.com/g/collect?gcs=G101&gcd=13t3t3t3t5&npa=1",
        host="www.google-analytics.com",
        state=ConsentState.BEFORE,
        page="https://x.example/",
    )
    seen = [
        Observation(kind="signal", name=api, host="www.larkspur.example", state=ConsentState.BEFORE, page="https://x.example/", details=details)
        for api, details in SAID.items()
    ]  # fmt: skip
    signals = signals_of([asked, *seen, msgspec.structs.replace(seen[1], details={"string": "broken"})])
    assert len(signals) == len(API_NAMES) + 1
    made = report(signals=signals)
    assert faults(decoded(made), closed=True) == []
    purposes = [signal.values for signal in signals if signal.api == "tcf"]
    assert [any(key in values for values in purposes) for key in ("purposes", "error")] == [True, True]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"schema": 2}, "$.schema"),
        ({"site": None}, "$.site"),
        ({"items": [{"name": "x"}]}, "$.items[0]"),
        ({"summary": {"verdict": "clean"}}, "$.summary"),
        ({"tool": {"viewport": "wide"}}, "$.tool.viewport"),
        ({"findings": [{"rule": "x", "severity": "worst", "title": "", "subject": ""}]}, "$.findings[0].severity"),
        ({"signals": [{"api": "gpp", "state": "before", "page": "", "values": {"sections": "usnat"}}]}, "$.signals[0].values.sections"),
    ],
)  # fmt: skip
def test_it_refuses_what_no_report_holds(change: dict[str, Any], place: str) -> None:
    assert any(fault.startswith(place) for fault in faults(decoded(judged(report())) | change))


def test_only_evidence_is_left_open() -> None:
    assert set(report_schema()["$defs"]) >= OPEN
