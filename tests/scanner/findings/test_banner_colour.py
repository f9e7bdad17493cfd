from __future__ import annotations

import msgspec

from scanner.findings.banner_colour import ID, find
from tests.scanner.banners.made import audited, control, layer, look
from tests.scanner.factories import report

BAD = look(
    first=layer(controls=(control("accept"), control("reject", surface_contrast=1.0, border_contrast=1.0)))
)


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


def test_the_mend_has_the_acceptances_own_style() -> None:
    (found,) = find(audited(BAD))
    for line in ("background: #1a4f7a;", "color: #ffffff;", "font-size: 16px;", "min-height: 40px;"):
        assert f"      {line}" in found.fix
