"""Links to imprint and policies, as seen in a real browser."""

from __future__ import annotations

from tests.scanner.banners.conftest import Looks


def told(looks: Looks, name: str) -> dict[str, list[tuple[str, bool, str]]]:
    found: dict[str, list[tuple[str, bool, str]]] = {}
    for link in looks[name, "desktop"].links:
        found.setdefault(link.kind, []).append((link.text, link.in_banner, link.problem))
    return found


def test_a_policy_in_the_banner_and_an_imprint_on_the_page_are_in_reach(looks: Looks) -> None:
    assert told(looks, "fair") == {
        "imprint": [("Imprint", False, "")],
        "policy": [("privacy policy", True, "")],
    }


def test_german_links_are_known(looks: Looks) -> None:
    found = told(looks, "german")
    assert ("Impressum", True, "") in found["imprint"]
    assert ("Datenschutzerklärung", True, "") in found["policy"]


def test_what_the_banner_covers_and_what_cannot_be_scrolled_to_is_told(looks: Looks) -> None:
    assert {problem for _, _, problem in told(looks, "wall")["imprint"]} == {"the banner covers it"}
    assert {problem for _, _, problem in told(looks, "covered-imprint")["imprint"]} == {
        "the page cannot be scrolled to it"
    }


def test_a_frames_links_count_as_the_banners(looks: Looks) -> None:
    assert told(looks, "foreign-frame")["policy"] == [("Privacy policy", True, "")]
