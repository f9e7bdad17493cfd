from __future__ import annotations

import msgspec

from consent.model.categories import ConsentState
from scanner.findings.banner_reject_later import ID, find
from tests.scanner.banners.made import audited, layer, look
from tests.scanner.factories import passed, report

BAD = look(first=layer("accept", "settings"))


def test_a_fair_banner_and_a_report_without_an_audit_have_no_such_finding() -> None:
    assert list(find(audited(look(), look(viewport="phone")))) == []
    assert list(find(report())) == []


def test_a_banner_that_fails_is_told_once_with_its_numbers_and_a_mend() -> None:
    (found,) = find(audited(BAD, msgspec.structs.replace(BAD, viewport="phone")))
    assert found.rule == ID
    assert found.evidence["viewports"] == ["desktop", "phone"]
    assert found.evidence["seen"]
    assert found.law
    assert found.fix


def test_what_fails_on_a_phone_alone_says_so() -> None:
    (found,) = find(audited(look(), msgspec.structs.replace(BAD, viewport="phone")))
    assert found.title.endswith(" (on a phone only)")


def test_where_no_layer_refuses_another_rule_tells_it() -> None:
    refused = passed(ConsentState.REJECT, applied=False, reason="no button that rejects was found")
    assert list(find(audited(BAD, passes=(refused,)))) == []
