from __future__ import annotations

from typing import Any

from consent.model.categories import Category
from scanner.findings.cookie_syncing import find
from scanner.report import Sharing
from tests.scanner.factories import ACCEPT, BEFORE, REJECT, SHOP, passed, report


def shared(**fields: Any) -> Sharing:
    given = {
        "kind": "cookie",
        "name": "IDE",
        "owner": "Google Ads",
        "owner_host": "doubleclick.net",
        "to": "LinkedIn",
        "to_host": "px.ads.linkedin.com",
        "state": BEFORE,
        "page": SHOP,
        "category": Category.ADVERTISING,
        "part": "address",
        "encoding": "base64",
        "synced": True,
        "value_hash": "0a1b2c3d",
    }
    return Sharing(**(given | fields))


def test_a_pair_of_third_parties_is_told_once_a_state_with_the_way_and_no_value() -> None:
    (finding,) = find(report(sharing=(shared(), shared(name="uid"))))
    assert (finding.severity, finding.subject) == ("high", "Google Ads → LinkedIn")
    assert finding.evidence["names"] == ["IDE (cookie)", "uid (cookie)"]
    assert finding.evidence["encodings"] == ["base64 in the address"]
    assert finding.evidence["value_hashes"] == ["0a1b2c3d"]


def test_a_redirect_is_told_as_such() -> None:
    (finding,) = find(
        report(sharing=(shared(kind="parameter", part="redirect", encoding="made for the receiver"),))
    )
    assert finding.evidence["encodings"] == ["an identifier made for the receiver, by a redirect"]


def test_the_sites_own_identifier_is_medium() -> None:
    (finding,) = find(report(sharing=(shared(owner="larkspur.example", name="session", synced=False),)))
    assert finding.severity == "medium"
    assert "HttpOnly" in finding.fix


def test_consent_makes_it_information_and_only_where_nothing_worse_is_told() -> None:
    assert [one.severity for one in find(report(sharing=(shared(state=ACCEPT),)))] == ["info"]
    assert [one.state for one in find(report(sharing=(shared(state=ACCEPT), shared())))] == [BEFORE]


def test_a_pass_that_was_not_applied_says_nothing() -> None:
    rejected = report(sharing=(shared(state=REJECT),), passes=(passed(REJECT, applied=False),))
    assert list(find(rejected)) == []
