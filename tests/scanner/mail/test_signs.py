from __future__ import annotations

import pytest

from scanner.mail.html_content import Loaded
from scanner.mail.signs import counter_of, is_tiny, is_token_path, pixel_of

TOKEN = "Kx7Qm2Zt9LpB4wYs8RnD"


@pytest.mark.parametrize(
    ("one", "identifiers", "is_pixel"),
    [
        (Loaded("https://x.example/p?r=1", "image", "1x1"), (), True),
        (Loaded("https://x.example/spacer.gif", "image", "1x1"), (), False),
        (Loaded("https://x.example/dot.gif", "image", "1x1"), (), False),
        (Loaded("https://x.example/dot.gif", "image", "1x1"), ("path",), True),
        (Loaded("https://x.example/phone.png", "image", "", "display: none"), (), False),
        (Loaded("https://x.example/a.png", "image", "", "display: none"), ("parameter r",), True),
        (Loaded("https://x.example/track/open?r=1", "image", "20x20"), ("parameter r",), True),
        (Loaded("https://x.example/openair/tent.png", "image", "600x300"), ("path",), False),
        (Loaded("https://x.example/f", "font", "1x1"), ("path",), False),
    ],
)
def test_pixels_are_told_from_spacers_and_pictures(
    one: Loaded, identifiers: tuple[str, ...], is_pixel: bool
) -> None:
    assert bool(pixel_of(one, "", identifiers, "")) is is_pixel


def test_a_known_address_is_a_pixel_whatever_its_size() -> None:
    assert "counts openings" in pixel_of(Loaded("https://x.example/", "image", "600x300"), "SendGrid", (), "")


@pytest.mark.parametrize(
    ("url", "target", "is_counter"),
    [
        ("https://out.example/r?u=x", "https://www.larkspur.example/", True),
        ("https://www.facebook.com/sharer/sharer.php?u=x", "https://www.larkspur.example/", False),
        (f"https://click.larkspur.example/{TOKEN}", "", True),
        (f"https://www.larkspur.example/{TOKEN}", "", False),
        ("https://click.larkspur.example/teas", "", False),
        ("https://www.larkspur.example/login?next=x", "https://shop.larkspur.example/", False),
    ],
)
def test_counters_are_told_from_links_and_share_buttons(url: str, target: str, is_counter: bool) -> None:
    assert bool(counter_of(url, "", target)) is is_counter


def test_a_known_counter_is_one() -> None:
    assert "counts clicks" in counter_of("https://x.example/", "SendGrid", "")


def test_sizes_and_paths() -> None:
    assert is_tiny("1x0")
    assert not is_tiny("2x1")
    assert not is_tiny("")
    assert is_token_path(f"/a/{TOKEN}/b")
