"""What the tests of the exports share: one export's text, records that hypothesis makes, and the schemas."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
from hypothesis import strategies as st

from consent.banner import build
from consent.exports import Selection, formats, selected
from consent.exports.notices import Notices, Shown, content_of
from consent.log import ConsentLog, encode_record
from consent.model.categories import CONSENT_CATEGORIES, Category
from consent.model.records import Action, ConsentRecord, EventKind, PromptReason, Surface
from consent.times import rfc3339
from tests.consent.factories import PUBLIC_URL, inventory, settings, site

DOCS = Path(__file__).parents[3] / "docs"


async def exported(log: ConsentLog, kind: str, **selection: Any) -> str:
    stream = formats()[kind](
        selected(log.store, Selection(**selection)), Notices(log.store, settings().sites)
    )
    return b"".join([part async for part in stream]).decode()


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((DOCS / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def holds_to(name: str, data: object) -> None:
    validator(name).validate(data)


def shown() -> Shown:
    notice = build(site(), inventory(), public_url=PUBLIC_URL)
    return Shown(notice.notice_version, content_of(notice.notice), site())


async def stream_of(*records: ConsentRecord) -> AsyncIterator[tuple[ConsentRecord, bytes]]:
    for record in records:
        yield record, encode_record(record)


_words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
_hex = st.text("0123456789abcdef", min_size=64, max_size=64)
_unset = st.just(msgspec.UNSET)
_tokens = st.from_regex(r"\A[A-Za-z0-9_-]{22}\Z")
_times = st.integers(0, 4_000_000_000_000)


@st.composite
def records(draw: st.DrawFn) -> ConsentRecord:
    """Any record that the log could hold."""
    server = draw(_times)
    event = draw(st.sampled_from(EventKind))
    days = draw(st.integers(1, 395))
    version = draw(_hex)
    decisions = st.sampled_from(["granted", "denied", "not_asked"])
    return ConsentRecord(
        record_id=str(draw(st.uuids())),
        consent_id=draw(_tokens),
        event_id=draw(_tokens),
        site="larkspur",
        event=event,
        action=draw(st.sampled_from(Action)),
        surface=draw(st.sampled_from(Surface)),
        categories={Category.NECESSARY: "granted"} | {name: draw(decisions) for name in CONSENT_CATEGORIES},
        valid_until=None if event is EventKind.NOTICE_SHOWN else rfc3339(server + days * 86_400_000),
        notice_version=version,
        notice_sha256=version,
        widget_version=draw(_tokens),
        scan_id=draw(_tokens),
        language=draw(st.sampled_from(["en", "de", "pt-BR"])),
        jurisdiction=draw(st.sampled_from(["EU", "UK", "CH"])),
        gpc_header=draw(st.booleans()),
        gpc_js=draw(st.none() | st.booleans()),
        gpc_honoured=draw(st.booleans()),
        page="https://www.larkspur.example/" + draw(_words),
        user_agent=draw(_words),
        server_time=rfc3339(server),
        client_time=rfc3339(draw(_times)),
        client_time_clamped=draw(st.booleans()),
        client_time_sent=draw(st.none() | _times.map(rfc3339)),
        not_removed=tuple(draw(st.lists(_words, max_size=3))),
        previous_record_id=draw(st.none() | st.uuids().map(str)),
        prompt_reason=draw(_unset | st.sampled_from(PromptReason)),
        ms_since_shown=draw(_unset | st.integers(1, 10**9)),
        external_id_hash=draw(_unset | _tokens),
        tc_string=draw(_unset | _tokens),
        gpp_string=draw(_unset | _tokens),
        policy_version=draw(_unset | _tokens),
        policy_sha256=draw(_unset | _hex),
        variant=draw(_unset | _tokens),
        geo_rule=draw(_unset | _tokens),
        country=draw(_unset | st.sampled_from(["DE", "FR"])),
        bot=draw(_unset | st.just(True)),
        signals_sent=draw(_unset | st.lists(_tokens, max_size=3).map(tuple)),
        shown_share=draw(_unset | st.floats(0, 1, exclude_max=True)),
    )
