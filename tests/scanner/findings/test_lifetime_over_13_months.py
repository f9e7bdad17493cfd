from __future__ import annotations

from scanner.findings.lifetime_over_13_months import find
from tests.scanner.factories import DAY, item, report


def test_395_days_are_allowed_and_one_more_is_not() -> None:
    assert list(find(report(items=(item(lifetime_s=395 * DAY),)))) == []
    (finding,) = find(
        report(items=(item(lifetime_s=396 * DAY, service="S"), item("b", lifetime_s=400 * DAY, service="S")))
    )
    assert finding.severity == "low"
    assert finding.title == "S: 2 cookies kept for up to 400 days"
    assert "Max-Age=34128000" in finding.fix


def test_session_cookies_and_storage_have_no_lifetime() -> None:
    assert (
        list(find(report(items=(item(lifetime_s=None), item(kind="local_storage", lifetime_s=None))))) == []
    )
