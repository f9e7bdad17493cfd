from __future__ import annotations

from typing import Any

from consent.model.categories import Category, Party
from scanner.findings.cookie_refused import find
from scanner.report import BlockedCookie
from tests.scanner.factories import BEFORE, REJECT, SHOP, report


def refused(name: str = "sess", **fields: Any) -> BlockedCookie:
    given: dict[str, Any] = {
        "host": "widgets.example",
        "party": Party.THIRD,
        "category": Category.ADVERTISING,
        "reasons": ("SameSiteLax",),
        "states": (REJECT, BEFORE),
        "first_page": SHOP,
    }
    return BlockedCookie(name=name, **(given | fields))


def test_refused_cookies_of_one_host_and_reason_are_one_finding() -> None:
    (finding,) = find(report(blocked_cookies=(refused(), refused("other"))))
    assert finding.title == "widgets.example: 2 cookies refused (SameSite=Lax, from another site)"
    assert finding.severity == "info"
    assert finding.evidence["states"] == ["before", "reject"]
    assert "SameSite=None; Partitioned" in finding.fix


def test_a_wrong_domain_is_mended_otherwise() -> None:
    (finding,) = find(report(blocked_cookies=(refused(reasons=("InvalidDomain",)),)))
    assert "SameSite=None" not in finding.fix
    assert "a Domain that the host may not set" in finding.title
