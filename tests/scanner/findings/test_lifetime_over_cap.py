from __future__ import annotations

from scanner.findings.lifetime_over_cap import find
from tests.scanner.factories import DAY, item, report


def test_a_request_for_more_than_400_days_is_told() -> None:
    (finding,) = find(report(items=(item(lifetime_s=400 * DAY, requested_lifetime_s=730 * DAY),)))
    assert finding.severity == "info"
    assert finding.evidence["requested_days"] == 730


def test_400_days_are_what_a_browser_keeps() -> None:
    assert (
        list(find(report(items=(item(requested_lifetime_s=400 * DAY), item(requested_lifetime_s=None)))))
        == []
    )
