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


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Feedback after a stay is requested by Treuwohl, and parcels are tracked via Packelo.",
            {"Treuwohl", "Packelo"},
        ),
        (
            "Our tour comes from Rundschaura. Music is licensed from Tonwerk.fm.",
            {"Rundschaura", "Tonwerk.fm"},
        ),
        ("Members live in Vereinsio, our membership software.", {"Vereinsio"}),
        ("The quiz is a Fragomat widget.", {"Fragomat"}),
        ("If you pay online, Zahlwerk takes your card details.", {"Zahlwerk"}),
        ("Debts may be handed to Eintreiba. Our accountant is Prüfmars.", {"Eintreiba", "Prüfmars"}),
        (
            "Availability is synchronised with Bettfinda and Zimmoro via Kanalix.",
            {"Bettfinda", "Zimmoro", "Kanalix"},
        ),
        ("4.5 Gutschwerk GmbH, Karlsruhe - vouchers", {"Gutschwerk"}),
        ("Audio tours can be played thanks to izi.RUNDE.", {"izi.RUNDE"}),
    ],
)
def test_a_company_that_is_named_in_passing_is_found(text: str, names: set[str]) -> None:
    found = vendors(text)
    assert set(found) == names
    assert max(one.confidence for one in found.values()) < 0.75


@pytest.mark.parametrize(
    "text",
    [
        "Complaints are handled by Customer Care. Any customer may ask; we care.",
        "Data are governed by German law, stored on Monday and deleted by 31 December 2026.",
        "Decisions are made by Parliament. You may complain by way of Datenrat, a supervisory authority.",
        "This website is run by Larkspur Tea Ltd. It is looked after with Care. We care.",
        "Requests are answered by Mr Finch.",
        "In polls we ask: a poll is made using the Opinion Poll widget.",
    ],
)
def test_offices_laws_days_persons_and_the_operator_are_no_companies_in_passing(text: str) -> None:
    assert vendors(text) == {}


def test_whose_policy_it_is_does_not_count_as_one_that_it_uses() -> None:
    assert (
        vendors(
            "Privacy at Larkspur\n\nIf you visit us, Larkspur measures how. Visits are counted by Larkspur."
        )
        == {}
    )


def test_a_list_that_mostly_names_known_companies_names_companies() -> None:
    wanted = "We work with:\n\n- Criteo\n- Taboola\n- Quellspot\n- Everybody else\n- AdRoll (recommendations)\n- Tagfuchs, whose boxes you may see"
    assert set(vendors(wanted)) == {"Criteo", "Taboola", "Quellspot", "AdRoll", "Tagfuchs"}
    assert vendors("We keep:\n\n- Names\n- Addresses\n- Quellspot\n- Criteo").keys() == {"Criteo"}
