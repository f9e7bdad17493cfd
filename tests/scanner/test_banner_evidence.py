"""One finding of a rule's failures, and its mend."""

from __future__ import annotations

from scanner.banner_evidence import failures, or_ours, same_style, told
from tests.scanner.banners.made import audited, control, layer, look
from tests.scanner.factories import report


def test_reasons_of_both_viewports_are_told_once_each_with_the_pictures() -> None:
    bad = layer(controls=(control("accept"), control("reject", seen=0.0)), screenshot="banner-phone.png")
    made = audited(
        look(first=layer("accept", "reject", screenshot="banner-desktop.png")),
        look(viewport="phone", first=bad),
    )
    (found,) = told(made, "reject-in-view", rule="x", severity="low", title="Hidden", fix="")
    assert found.title == "Hidden (on a phone only)"
    assert found.evidence["seen"] == ["0 % of 'Reject all' shows in the viewport"]
    assert found.evidence["pictures"] == ["banner-phone.png"]
    assert found.evidence["reject_shows"] == 0.0


def test_a_report_without_an_audit_has_no_failures() -> None:
    assert failures(report(), "parity") == []
    assert list(told(report(), "parity", rule="x", severity="low", title="", fix="")) == []
    assert same_style(report(), "parity") == ""


def test_a_label_cannot_end_the_comment_of_a_snippet() -> None:
    hostile = control("reject", text="No */ body { display: none } /*", font_px=8.0)
    style = same_style(audited(look(first=layer(controls=(control("accept"), hostile)))), "parity")
    assert style.count("*/") == 1


def test_consentrys_banner_is_offered_besides() -> None:
    assert "consent.larkspur.example/w/larkspur.js" in or_ours(report(), "Mend it.")
