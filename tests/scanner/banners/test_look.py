"""What is seen of the banners of pages.py, in a real browser."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from scanner.banners.model import Look
from scanner.practices import audit_of
from tests.scanner.banners.conftest import Looks
from tests.scanner.banners.pages import LOOKS
from tests.scanner.factories import item, report


def failed(seen: Look) -> set[str]:
    audit = audit_of((seen,), report(items=(item("_ga"),)))
    assert audit is not None
    return {one.rule for one in audit.answers if one.verdict == "failed"}


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_a_fair_banner_passes_every_practice(looks: Looks, viewport: str) -> None:
    audit = audit_of((looks["fair", viewport],), report())
    assert audit is not None
    verdicts = {one.rule: one.verdict for one in audit.answers if one.letter not in {"F", "G", "J"}}
    assert {rule for rule, verdict in verdicts.items() if verdict != "passed"} == {"closing"}
    assert verdicts["closing"] == "not applicable"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("preticked", {"preticked"}),
        ("pale", {"link-for-button", "colour", "contrast", "parity"}),
        ("second-only", {"reject-first-layer"}),
        ("link", {"link-for-button", "colour", "parity"}),
        ("wall", {"reject-first-layer", "cookie-wall", "in-reach"}),
        ("covered-imprint", {"in-reach"}),
        ("no-way-back", {"withdraw-control"}),
        ("german", set()),
        (
            "french",
            {
                "link-for-button", "colour", "contrast", "parity", "legitimate-interest", "implied-consent",
                "purposes-named", "withdrawal-told",
            },
        ),
        ("scroll", {"implied-consent"}),
        ("cross", {"closing"}),
        ("gradient", set()),
        ("shadow", {"withdrawal-told"}),
        ("own-frame", {"withdrawal-told"}),
        ("foreign-frame", {"withdrawal-told"}),
        ("forging", {"reject-first-layer"}),
        ("phone-only", set()),
        ("none", set()),
        ("busy", set()),
    ],
)  # fmt: skip
def test_each_defect_fails_its_own_practices_and_no_others(looks: Looks, name: str, rules: set[str]) -> None:
    assert failed(looks[name, "desktop"]) == rules


def test_a_refusal_that_only_a_phone_hides_fails_on_the_phone_alone(looks: Looks) -> None:
    assert failed(looks["phone-only", "phone"]) == {"reject-in-view"}


def test_the_numbers_of_a_pale_refusal_are_those_of_its_style(looks: Looks) -> None:
    first = looks["pale", "desktop"].first
    assert first is not None
    accept, reject = first.control("accept"), first.control("reject")
    assert accept is not None
    assert reject is not None
    assert (accept.text_contrast, accept.surface_contrast, accept.font_px) == (8.59, 8.59, 16)
    # #555 at 35 % on white is #c4c4c4, which has 1.75:1.
    assert (reject.text_colour, reject.text_contrast, reject.font_px) == ("#c4c4c4", 1.75, 11)


def test_of_elements_within_each_other_the_button_itself_is_measured(looks: Looks) -> None:
    first = looks["nested", "desktop"].first
    assert first is not None
    assert [(one.meaning, one.tag) for one in first.controls] == [
        ("reject", "button"),
        ("accept", "button"),
        ("settings", "div"),
    ]


def test_a_modern_colour_and_a_gradient_are_measured(looks: Looks) -> None:
    first = looks["gradient", "desktop"].first
    assert first is not None
    reject = first.control("reject")
    assert reject is not None
    assert reject.behind == "#f8f8f8", "the mean of the gradient's stops"
    assert reject.surface_contrast is not None
    assert reject.surface_contrast > 6


def test_banners_in_shadow_roots_and_frames_are_found_and_told_apart(looks: Looks) -> None:
    assert [looks[name, "desktop"].frame for name in ("shadow", "own-frame", "foreign-frame", "fair")] == [
        "shadow",
        "own frame",
        "foreign frame",
        "page",
    ]


def test_controls_in_a_frame_are_placed_in_the_pages_own_viewport(looks: Looks) -> None:
    first = looks["foreign-frame", "desktop"].first
    assert first is not None
    reject = first.control("reject")
    assert reject is not None
    assert reject.x >= 100
    assert 640 < reject.y < 800


def test_a_videos_own_notice_is_no_banner_of_the_page(looks: Looks) -> None:
    seen = looks["video", "desktop"]
    assert (seen.found, seen.reason) == (False, "no consent banner was found")


def test_the_second_layer_is_measured_with_its_boxes(looks: Looks) -> None:
    second = looks["fair", "phone"].second
    assert second is not None
    assert [(tick.label, tick.checked, tick.fixed) for tick in second.ticks] == [
        ("Necessary", True, True),
        ("Advertising", False, False),
    ]
    assert second.control("save") is not None


def test_the_way_back_is_found_at_the_pages_end(looks: Looks) -> None:
    seen = looks["fair", "desktop"].withdrawal
    assert seen is not None
    assert (seen.accepted, seen.found, seen.place) == (True, True, "end of page")


def test_closing_is_tried_and_what_it_stores_is_told(looks: Looks) -> None:
    seen = looks["cross", "desktop"].closing
    assert seen is not None
    assert (seen.closed, seen.stored) == (True, ("_ga",))


def test_half_a_surrogate_pair_cannot_spoil_the_report(looks: Looks) -> None:
    second_half = looks["half", "desktop"]
    assert second_half.first is not None
    assert [tick.label for tick in second_half.first.ticks] == ["Ads \ufffd"]
    assert msgspec.json.encode(second_half)


def test_a_huge_page_is_bounded_and_judged(looks: Looks) -> None:
    seen = looks["huge", "desktop"]
    assert seen.first is not None
    assert len(seen.first.ticks) == 200
    assert len(seen.first.controls) < 40


def test_a_page_that_never_lets_go_is_no_verdict(looks: Looks) -> None:
    seen = looks["busy", "desktop"]
    assert not seen.found
    assert seen.reason != "no consent banner was found"


def test_screenshots_of_both_layers_are_taken(looks: Looks, shots: Path) -> None:
    assert looks["fair", "phone"].first is not None
    names = {path.name for path in (shots / "fair").iterdir()}
    assert names == {
        "banner-desktop.png",
        "banner-desktop-settings.png",
        "banner-phone.png",
        "banner-phone-settings.png",
    }


def test_no_look_fails_by_an_error_of_ours(looks: Looks) -> None:
    assert [key for key in LOOKS if looks[key].reason.startswith("the look failed")] == []
