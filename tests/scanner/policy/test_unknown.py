from __future__ import annotations

import pytest

from tests.scanner.policy.texts import vendors


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Data are processed by Quellwerk GmbH on our behalf.", "Quellwerk"),
        ("We use Trippelscan to read receipts.", "Trippelscan"),
        ("See Trippelscan's privacy policy.", "Trippelscan"),
        ("Our servers are hosted by Nordhafen Rechenzentrum.", "Nordhafen Rechenzentrum"),
    ],
)
def test_a_company_that_nobody_knows_is_found_with_little_confidence(text: str, name: str) -> None:
    found = vendors(text)
    assert list(found) == [name]
    assert found[name].confidence < 0.7
    assert found[name].vendor_id == ""


@pytest.mark.parametrize(
    "text",
    [
        "We use Contact Information to answer you.",
        "We use Personal Data for our Services.",
        "We use HTTPS to protect the site. We use JavaScript to show it.",
        "The Processing is done by the Controller.",
        'Larkspur Tea Ltd (hereinafter "we") uses data. Larkspur Tea Ltd shares nothing.',
    ],
)
def test_defined_terms_techniques_and_the_own_company_are_none(text: str) -> None:
    assert vendors(text) == {}


def test_a_company_that_nobody_knows_is_found_in_a_list_of_known_ones() -> None:
    wanted = {"Stripe", "Quellpay", "Klarna"}
    assert set(vendors("Payments go through Stripe, Quellpay and Klarna.")) == wanted
    assert set(vendors("Payments go through Stripe, Klarna and Quellpay.")) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Letters go out by Mailchimp (The Rocket Science Group, Atlanta) and HubSpot.",
        "We use Mailchimp, Cookies and HubSpot. We use Mailchimp in Germany, Firefox and HubSpot.",
    ],
)
def test_places_and_other_words_in_a_list_are_none(text: str) -> None:
    assert set(vendors(text)) == {"Mailchimp", "HubSpot"}
