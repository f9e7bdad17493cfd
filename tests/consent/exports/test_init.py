from __future__ import annotations

from pathlib import Path

import pytest

from consent.exports import Selection, formats, of_visitor
from consent.model.errors import NotFoundError
from consent.times import parse_rfc3339
from tests.consent.exports.exporting import exported
from tests.consent.factories import consent_id, fill, opened_log


def test_each_format_is_found_by_the_name_of_its_file() -> None:
    assert list(formats()) == ["csv", "iso27560", "json", "kantara"]


@pytest.mark.parametrize("kind", ["csv", "iso27560", "json", "kantara"])
async def test_an_erased_record_is_in_no_export(tmp_path: Path, kind: str) -> None:
    async with opened_log(tmp_path) as (log, version):
        kept, gone = await fill(log, version, 2)
        await log.erase(gone.consent_id, reason="visitor")
        text = await exported(log, kind)
    assert kept.record_id in text
    assert gone.record_id not in text
    assert gone.consent_id not in text


async def test_an_export_can_be_of_one_site_and_of_one_span(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        first, second = await fill(log, version, 2)
        cut = parse_rfc3339(second.server_time)
        for selection, expected in (
            ({"site": "larkspur"}, 2),
            ({"site": "thyme"}, 0),
            ({"since_ms": cut + 1}, 0),
            ({"until_ms": parse_rfc3339(first.server_time)}, 0),
            ({"since_ms": parse_rfc3339(first.server_time), "until_ms": cut + 1}, 2),
        ):
            text = await exported(log, "json", **selection)  # type: ignore[arg-type]  # mixed on purpose
            assert text.count('"record_id"') == expected, selection


async def test_a_visitors_own_records_are_streamed_and_nobody_elses(tmp_path: Path) -> None:
    async with opened_log(tmp_path) as (log, version):
        visitor = consent_id()
        own = await fill(log, version, 2, consent_id=visitor)
        await fill(log, version, 1)
        assert [record async for record, _ in of_visitor(log, visitor)] == own
        with pytest.raises(NotFoundError):
            _ = [record async for record, _ in of_visitor(log, consent_id())]


def test_a_selection_without_bounds_wants_every_record() -> None:
    assert Selection() == Selection(site=None, since_ms=0, until_ms=None)
