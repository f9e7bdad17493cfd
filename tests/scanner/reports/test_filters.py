from __future__ import annotations

import base64
import hashlib

from consent.model.categories import Party
from scanner.report import Finding
from scanner.reports.filters import MAX_VENDORS, filters_of, policy, script
from tests.scanner.factories import ACCEPT, BEFORE, item, report, request


def finding(**fields: object) -> Finding:
    given = {"rule": "before-consent", "severity": "high", "title": "t", "subject": "Google Analytics"}
    return Finding(**(given | fields))  # type: ignore[arg-type]


def test_the_policy_names_the_one_script_by_its_hash() -> None:
    digest = base64.b64encode(hashlib.sha256(script().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy()
    assert "unsafe-eval" not in policy()
    assert "default-src 'none'" in policy()
    assert "</script" not in script()


def test_rows_carry_what_can_be_chosen() -> None:
    seen = report(
        items=(item(vendor="Google LLC", service="Google Analytics"),), requests=(request(vendor="Acme Ads"),)
    )
    filters = filters_of(seen, (BEFORE, ACCEPT))
    assert filters.vendors == ("Acme Ads", "Google LLC")
    row = filters.row(category="performance", party=Party.FIRST, states=(BEFORE,), vendor="Google LLC")
    assert row.split() == ["r", "in-before", "c-performance", "p-first", "v1"]
    assert filters.row(category='x"><script>', vendor="nobody") == "r"
    about = filters.finding(finding(state=BEFORE, evidence={"category": "performance"}))
    assert about.split() == ["r", "in-before", "c-performance", "v1", "s-high"]
    assert {"in-before", "in-accept"} <= set(filters.finding(finding(subject="nothing")).split())


def test_rules_hold_no_word_of_the_site_and_are_bounded() -> None:
    seen = report(
        requests=tuple(request(f"https://h{n}.example/", vendor=f"</style>{n}") for n in range(500))
    )
    filters = filters_of(seen, (BEFORE,))
    assert len(filters.vendors) == MAX_VENDORS
    assert "<" not in filters.css()
    assert f".r:not(.v{MAX_VENDORS - 1})" in filters.css()
