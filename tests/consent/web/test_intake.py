"""What the route for events reads of a request and answers, without a server."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from aiohttp.test_utils import make_mocked_request

from consent.model.errors import NotFoundError, RecordError
from consent.model.records import ConsentRecord
from consent.web.app import make_app
from consent.web.base import ForeignOriginError
from consent.web.intake import INTAKE, Intake
from tests.consent.factories import CHROME, ORIGIN, PUBLIC_URL, body, published, settings


@pytest.fixture
async def intake(tmp_path: Path) -> Intake:
    async with published(tmp_path) as (store, _):
        return make_app(settings(), store, public_url=PUBLIC_URL)[INTAKE]


def sent(**fields: object) -> bytes:
    return json.dumps(body("a" * 64) | fields).encode()


async def test_an_event_is_read_with_what_its_request_tells(intake: Intake) -> None:
    request = make_mocked_request("POST", "/", {"Origin": ORIGIN, "Sec-GPC": "1", "User-Agent": CHROME})
    received = intake.read(request, intake.origin_of(request), sent())
    assert received.event.site == "larkspur"
    assert (received.context.gpc_header, received.context.user_agent) == (True, CHROME)
    assert ("Access-Control-Allow-Origin", ORIGIN) in received.allowed


async def test_without_an_origin_no_page_is_allowed_to_read_the_answer(intake: Intake) -> None:
    request = make_mocked_request("POST", "/")
    assert intake.origin_of(request) is None
    assert intake.read(request, None, sent()).allowed == ()


async def test_a_foreign_page_an_unknown_site_and_a_bad_event_are_refused(intake: Intake) -> None:
    foreign = make_mocked_request("POST", "/", {"Origin": "https://thief.example"})
    with pytest.raises(ForeignOriginError, match="any site here"):
        intake.origin_of(foreign)
    with pytest.raises(ForeignOriginError, match="larkspur"):
        intake.read(foreign, "https://thief.example", sent())
    with pytest.raises(NotFoundError, match="thyme"):
        intake.read(foreign, ORIGIN, sent(site="thyme"))
    with pytest.raises(RecordError):
        intake.read(foreign, ORIGIN, b"{")


async def test_the_answer_names_the_record_and_sets_the_cookie_unless_a_newer_one_came(
    tmp_path: Path, intake: Intake
) -> None:
    record = msgspec.convert(
        body("a" * 64)
        | {
            "record_id": "01930000-0000-7000-8000-000000000000",
            "valid_until": "2027-05-23T00:00:00.000Z",
            "notice_sha256": "a" * 64,
            "scan_id": "scan-1",
            "jurisdiction": "EU",
            "gpc_header": False,
            "gpc_js": None,
            "gpc_honoured": False,
            "user_agent": "Chrome 131; Windows; desktop",
            "server_time": "2026-11-24T00:00:00.000Z",
            "client_time": "2026-11-24T00:00:00.000Z",
        },
        ConsentRecord,
    )
    request = make_mocked_request("POST", "/")
    head, more, content = intake.answer(request, (), record, b"{}")
    assert head.startswith(b"HTTP/1.1 201 Created\r\n")
    assert b"Access-Control" not in head
    assert more.startswith(
        b"Location: /v1/consent/" + record.consent_id.encode() + b"\r\nSet-Cookie: consentry="
    )
    assert content == b'{"data":{"receipt_id":"01930000-0000-7000-8000-000000000000","record":{}}}'
    newer = "%7B%22v%22%3A1%2C%22id%22%3A%22x%22%2C%22n%22%3A%22y%22%2C%22t%22%3A9999999999%2C%22c%22%3A%22n%22%2C%22r%22%3A%22%22%7D"
    later = make_mocked_request("POST", "/", {"Cookie": f"consentry={newer}"})
    assert b"Set-Cookie" not in intake.answer(later, (), record, b"{}")[1]
