from __future__ import annotations

from consent.model.categories import Category
from scanner.fixes import decision, entry_point, held_element, hold_back, site_id, widget_tag
from tests.scanner.factories import SHOP, item, report, request
from widget.render import snippet

EVIL = 'https://x.example/"><script>alert(1)</script>'


def test_markup_waits_for_its_category_and_escapes_the_address() -> None:
    markup = held_element(EVIL, Category.PERFORMANCE)
    assert 'data-category="performance"' in markup
    assert "<script>alert" not in markup


def test_the_unclassified_waits_for_advertising() -> None:
    assert 'data-category="advertising"' in held_element("https://x.example/", Category.UNCLASSIFIED)


def test_frames_and_images_have_their_own_markup() -> None:
    assert held_element("https://x.example/", Category.FUNCTIONALITY, "document").startswith(
        "<iframe data-category="
    )
    assert held_element("https://x.example/", Category.FUNCTIONALITY, "image").startswith(
        "<img data-category="
    )


def test_the_page_holds_back_the_outermost_script() -> None:
    chain = ("https://a.example/tag.js", "https://tm.example/gtm.js", SHOP)
    assert entry_point([item(set_by=chain)]) == ("https://tm.example/gtm.js", "script")
    assert entry_point([request("https://px.example/p.gif")]) == ("https://px.example/p.gif", "image")
    assert entry_point([item(set_by=(SHOP + "#top",))]) == ("", "")
    assert entry_point([item(set_by=("javascript:alert(1)",))]) == ("", "")


WIDGET = "https://consent.larkspur.example/w/larkspur.js"
TWIN = "https://consent.larkspur.example/w/larkspur.92b2a51d3ccb98a1.js"


def test_the_widget_is_never_told_to_wait_for_itself() -> None:
    chain = ("https://tm.example/gtm.js", TWIN, WIDGET, SHOP)
    assert entry_point([item(set_by=chain)]) == ("https://tm.example/gtm.js", "script")
    assert entry_point([request("https://px.example/p.gif", initiators=(SHOP, WIDGET))]) == (
        "https://px.example/p.gif",
        "image",
    )
    fix = hold_back(report(), [item(set_by=chain)], Category.PERFORMANCE)
    assert "already" in fix
    assert "consentry widget publish larkspur" in fix
    assert f'data-src="{WIDGET}"' not in fix


def test_the_lines_to_paste_are_those_of_the_widget() -> None:
    written = snippet("https://consent.larkspur.example/w/larkspur.js").splitlines()
    assert widget_tag(report()).splitlines() == written
    fix = hold_back(report(), [request("https://px.example/p.gif")], Category.PERFORMANCE)
    assert "\n".join(f"    {line}" for line in written) in fix


def test_a_cookie_of_a_response_is_mended_on_the_server() -> None:
    assert "let the server send Set-Cookie only when" in hold_back(
        report(), [item(via="header")], Category.PERFORMANCE
    )
    assert "a script in the page itself" in hold_back(report(), [item(via="script")], Category.PERFORMANCE)


def test_a_font_may_be_served_by_the_site_itself() -> None:
    fix = hold_back(report(), [request("https://f.example/a.woff2", type="font")], Category.FUNCTIONALITY)
    assert "from your own host" in fix


def test_a_host_as_site_becomes_an_id_that_sites_toml_accepts() -> None:
    assert site_id(report(site="Www.Shop.example:8443")) == "www-shop-example-8443"
    assert "/w/larkspur.js" in widget_tag(report())


def test_a_decision_on_the_necessary_asks_for_its_criterion() -> None:
    assert 'criterion = "B"' in decision(report(), item(), Category.NECESSARY)
    undecided = decision(report(), item())
    assert '# criterion = "B"  # only where necessary' in undecided
    assert 'reason = ""' in undecided
    assert "criterion" not in decision(report(), item(), Category.ADVERTISING)
