from __future__ import annotations

import pytest

from scanner.policy.cookies import category_of, fits, pattern_of
from scanner.policy.language import language
from tests.scanner.policy.texts import cookies, page


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("_ga_<container-id>", "_ga_*"),
        ("_hjSession_{site_id}", "_hjSession_*"),
        ("_gac_####", "_gac_*"),
        ("_ga_XXXXXX", "_ga_*"),
        ("wp-settings-*", "wp-settings-*"),
        ("PHPSESSID", "PHPSESSID"),
    ],
)
def test_placeholders_become_a_star(written: str, pattern: str) -> None:
    assert pattern_of(written) == pattern


def test_a_declared_name_means_its_variants() -> None:
    assert fits("_ga_*", "_ga_4L2K9QW1", "_ga_*")
    assert fits("_hjSession", "_hjSession_123", "_hjSession_*")
    assert not fits("_ga", "_gat", "_gat")
    assert not fits("_ga", "_ga_4L2K9QW1", "_ga_*")


def test_a_table_gives_each_column_its_meaning() -> None:
    found = cookies(
        page(
            "<table><tr><th>Cookie</th><th>Provider</th><th>Purpose</th><th>Expiry</th><th>Type</th></tr>"
            "<tr><td><code>_fbp</code></td><td>Facebook</td><td>Adverts</td><td>3 months</td><td>Marketing</td></tr>"
            "<tr><td>cart, basket_id</td><td>us</td><td>The basket</td><td>Session</td><td>Strictly necessary</td></tr></table>"
        )
    )
    assert set(found) == {"_fbp", "cart", "basket_id"}
    fbp = found["_fbp"]
    assert (fbp.provider, fbp.purpose, fbp.lifetime, fbp.category) == (
        "Facebook",
        "Adverts",
        "3 months",
        "advertising",
    )
    assert found["cart"].lifetime_s == 0
    assert found["cart"].category == "necessary"


def test_a_table_about_something_else_names_no_cookies() -> None:
    assert (
        cookies(
            page(
                "<table><tr><th>Data</th><th>Purpose</th></tr><tr><td>Name</td><td>Parcels</td></tr></table>"
            )
        )
        == {}
    )


def test_a_table_without_headings_is_known_by_its_names() -> None:
    found = cookies("_ga | Counts visits | 2 years\n_gid | Counts visits | 1 day")
    assert {name: one.lifetime for name, one in found.items()} == {"_ga": "2 years", "_gid": "1 day"}


def test_lists_and_running_text_name_cookies() -> None:
    found = cookies(
        'Cookies\n\n_ga: Google Analytics, 2 years.\n\nWe set the cookie "larkspur_session", which expires after 30 minutes.\n\n'
        "Cookie name: PHPSESSID"
    )
    assert {name: one.lifetime for name, one in found.items()} == {
        "_ga": "2 years",
        "larkspur_session": "30 minutes",
        "PHPSESSID": "",
    }


def test_a_table_that_was_copied_cell_by_cell_is_understood() -> None:
    found = cookies("Our cookies\n\n_gid\n\nGoogle Analytics\n\nCounts visits\n\n24 hours")
    assert found["_gid"].lifetime == "24 hours"


@pytest.mark.parametrize(
    "text",
    [
        "We use cookies in third-party tools; opt-out at example.com/opt_out.html, or write to first_last@larkspur.example.",
        "_Last reviewed in March 2024 (cookies)_",
        "Cookies of HubSpot and YouTube are used by JavaScript.",
    ],
)
def test_other_words_are_no_cookies(text: str) -> None:
    assert cookies(text) == {}


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Absolutely necessary", "necessary"),
        ("Analytics", "performance"),
        ("Remarketing", "advertising"),
        ("Preference", "functionality"),
        ("Non-essential", ""),
        ("Chocolate", ""),
    ],
)
def test_a_policy_s_category_is_one_of_ours(name: str, category: str) -> None:
    assert category_of(name, language("en")) == category


def test_a_name_that_is_stuck_to_the_sentence_before_is_freed() -> None:
    assert set(cookies("Our cookies\n\n_ga: 2 years. Used to distinguish users._gid: 24 hours.")) == {
        "_ga",
        "_gid",
    }


def test_a_name_that_a_rule_knows_stands_alone() -> None:
    assert (
        cookies("Cookie\nType\nhubspotutk\nNecessary\nKeeps track of visitors for 6 months.")[
            "hubspotutk"
        ].lifetime
        == "6 months"
    )


def test_what_kind_of_cookies_they_are_is_no_name_nor_is_a_heading_in_capitals() -> None:
    assert (
        cookies("Our cookies are session cookies that end with the browser. Some cookies are persistent.")
        == {}
    )
    assert cookies("SHOP\n\nThe shop belongs to Shopify: cookies there are Shopify's.\n\nWe do more.") == {}
