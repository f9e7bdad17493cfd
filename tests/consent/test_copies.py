from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from consent.copies import FORMATS, copy_of
from consent.model.errors import NotFoundError
from tests.consent.exports.exporting import holds_to
from tests.consent.factories import consent_id, fill, opened_log, settings


async def test_a_visitor_gets_their_records_in_every_format_and_nobody_elses(tmp_path: Path) -> None:
    pytest.importorskip("fpdf")
    assert FORMATS == ("json", "html", "pdf", "csv", "iso27560", "kantara")
    sites = settings().sites
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        own = await fill(log, version, 2, consent_id=visitor)
        [other] = await fill(log, version, 1)
        made = {kind: await copy_of(log, visitor, sites, kind) for kind in FORMATS}
        for kind in FORMATS:
            with pytest.raises(NotFoundError):
                await copy_of(log, consent_id(), sites, kind)
    wanted = [one.record_id for one in own]
    data = json.loads(made["json"].content)["data"]
    assert [one["record"]["record_id"] for one in data["records"]] == wanted
    rows = csv.DictReader(io.StringIO(made["csv"].content.decode()))
    assert [row["record_id"] for row in rows] == wanted
    holds_to("iso27560", json.loads(made["iso27560"].content))
    holds_to("kantara", json.loads(made["kantara"].content))
    assert made["html"].content.startswith(b"<!doctype html>")
    assert made["pdf"].content.startswith(b"%PDF-")
    assert [copy.media for copy in made.values()] == [
        "application/json", "text/html", "application/pdf", "text/csv", "application/json", "application/json",
    ]  # fmt: skip
    assert not [kind for kind, copy in made.items() if other.record_id.encode() in copy.content]
