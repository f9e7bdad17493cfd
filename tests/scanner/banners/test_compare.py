"""What several rules ask of a look."""

from __future__ import annotations

import pytest

from scanner.banners.compare import clicks_to_reject, is_button, is_usable, optional_ticked
from scanner.banners.model import Tick
from tests.scanner.banners.made import control, layer, look


def test_a_surface_or_a_border_makes_a_button_and_a_picture_counts_as_surface() -> None:
    assert is_button(control("reject", surface_contrast=1.15))
    assert is_button(control("reject", surface_contrast=1.0, border_contrast=1.2))
    assert is_button(control("reject", surface_contrast=None))
    assert not is_button(control("reject", surface_contrast=1.0))


def test_a_control_is_usable_in_view_and_uncovered() -> None:
    assert is_usable(control("reject", seen=0.75))
    assert not is_usable(control("reject", seen=0.74))
    assert not is_usable(control("reject", covered=True))
    assert not is_usable(None)


def test_fixed_necessary_and_radio_boxes_are_no_preset_consent() -> None:
    ticks = (
        Tick(label="Marketing", kind="checkbox", checked=True),
        Tick(label="Necessary", kind="checkbox", checked=True),
        Tick(label="Basics", kind="switch", checked=True, fixed=True),
        Tick(label="All", kind="radio", checked=True),
        Tick(label="Statistics", kind="checkbox", checked=False),
    )
    assert [tick.label for tick in optional_ticked(ticks)] == ["Marketing"]


@pytest.mark.parametrize(
    ("first", "second", "clicks"),
    [
        (("accept", "reject"), None, 1),
        (("accept", "settings"), layer("accept", "reject"), 2),
        (("accept", "settings"), layer("save"), 2),
        (
            ("accept", "settings"),
            layer("save", ticks=(Tick(label="Ads", kind="checkbox", checked=True),)),
            3,
        ),
        (("accept", "settings"), None, None),
        (("accept", "settings"), layer("accept"), None),
    ],
)
def test_clicks_of_a_refusal_are_counted_over_both_layers(
    first: tuple[str, ...], second: object, clicks: int | None
) -> None:
    assert clicks_to_reject(look(first=layer(*first), second=second)) == clicks


def test_a_refusal_outside_the_banner_is_none_of_it() -> None:
    outside = layer("accept", controls=(control("accept"), control("reject", in_banner=False)))
    assert clicks_to_reject(look(first=outside, second=None)) is None
