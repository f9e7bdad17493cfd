from __future__ import annotations

from importlib.resources import files

import pytest

from widget import themes
from widget.colours import MINIMUM, contrast, mixed
from widget.themes import Theme

GREEN = Theme(
    surface="#fdfaf3", text="#23281f", dark_surface="#1a1f18", dark_text="#f0ede4", radius=4, font="Georgia"
)


def test_without_a_theme_only_the_accent_is_set() -> None:
    assert themes.styles("#1f4fd8", Theme()) == (
        ":host{--accent:#1f4fd8;--on-accent:#ffffff;--link:#1f4fd8}"
        "@media(prefers-color-scheme:dark){:host{--link:#7995e8}}"
    )


def test_a_theme_sets_each_scheme_apart_corners_and_font() -> None:
    css = themes.styles("#1f4fd8", GREEN)
    assert ";--radius:4px;font-family:Georgia,system-ui,sans-serif}" in css
    assert "@media not (prefers-color-scheme:dark){:host{--surface:#fdfaf3;--text:#23281f}}" in css
    assert "@media(prefers-color-scheme:dark){:host{--surface:#1a1f18;--text:#f0ede4;--link:" in css
    assert (
        themes.styles("#1f4fd8", Theme(dark_surface="#000000", dark_text="#ffffff")).count("--surface") == 1
    )


def test_links_stay_legible_on_the_sites_own_surface() -> None:
    dark_in_light = Theme(surface="#101010", text="#ffffff")
    link = themes.styles("#1f4fd8", dark_in_light).partition("--link:")[2][:7]
    assert contrast(link, mixed("#101010", "#ffffff", 0.06)) >= MINIMUM


@pytest.mark.parametrize(
    ("theme", "key", "told"),
    [
        (Theme(surface="#ffffff"), "text", "belong together"),
        (Theme(dark_text="#ffffff"), "dark_surface", "belong together"),
        (Theme(surface="#ffffff", text="#777777"), "text", "to 1 on surface"),
        (Theme(dark_surface="#444444", dark_text="#bbbbbb"), "dark_text", "expected at least 4.5"),
    ],
)
def test_what_could_not_be_read_is_told(theme: Theme, key: str, told: str) -> None:
    [problem] = themes.problems(theme)
    assert problem.startswith(f"{key}: ")
    assert told in problem


def test_what_can_be_read_is_taken() -> None:
    assert list(themes.problems(GREEN)) == []
    assert list(themes.problems(Theme())) == []


def test_the_shares_are_those_of_the_style_sheet() -> None:
    css = (files("widget") / "src" / "banner.css").read_text(encoding="utf-8")
    for name, share in (("soft", themes._SOFT), ("control", themes._CONTROL), ("muted", themes._MUTED)):
        assert f"--{name}: color-mix(in srgb, var(--text) {round(share * 100)}%, var(--surface));" in css
