from __future__ import annotations

import msgspec
import pytest

from consent.model.errors import StoreError
from consent.scan_reports import ReportFinding, ReportPass, report_parts
from scanner.report import Finding, Pass


def test_what_is_shown_is_read_and_the_rest_is_skipped() -> None:
    parts = report_parts(
        b'{"items": [{"x": [1]}], "findings": [{"rule": "r", "severity": "low", "title": "t", "page": null}]}'
    )
    assert [(one.rule, one.page) for one in parts.findings] == [("r", None)]


def test_the_names_are_those_of_the_report() -> None:
    for own, scanners in ((ReportFinding, Finding), (ReportPass, Pass)):
        assert set(own.__struct_fields__) <= {one.name for one in msgspec.structs.fields(scanners)}


def test_pages_and_states_that_were_not_measured_are_told() -> None:
    parts = report_parts(
        b'{"summary": {"pages": {"planned": 9, "measured": 7}},'
        b' "passes": [{"state": "before", "applied": true}, {"state": "reject", "applied": false}]}'
    )
    assert (parts.pages, parts.unmeasured) == (7, ("reject",))
    assert report_parts(b'{"summary": {"pages": 7}}').pages is None


@pytest.mark.parametrize("content", [b"", b"[]", b'{"findings": 1}'])
def test_a_report_that_is_none_is_an_error(content: bytes) -> None:
    with pytest.raises(StoreError):
        report_parts(content)
