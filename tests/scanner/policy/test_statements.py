from __future__ import annotations

import pytest

from scanner.policy.language import language
from scanner.policy.statements import places_in
from tests.scanner.policy.texts import document, statements, values


def test_all_rights_of_a_list_are_read() -> None:
    text = (
        "Your rights:\n- the right to access;\n- the right to rectification;\n- the right to erasure;\n- the right to restrict "
        "processing;\n- the right to object to processing;\n- the right to data portability;\n- the right to complain to a "
        "supervisory authority; and\n- the right to withdraw consent."
    )
    assert values(text, "right") == {
        "access", "rectification", "erasure", "restriction", "objection", "portability", "complaint", "withdraw-consent",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "date"),
    [
        ("Last Updated: 20 May 2018", "updated", "2018-05-20"),
        ("Effective Date: January 15, 2023", "effective", "2023-01-15"),
        ("Last updated\n\n17 May 2018", "updated", "2018-05-17"),
        ("This policy was last changed on 2024-01-31.", "updated", "2024-01-31"),
        ("Version of 3 February 2025", "updated", "2025-02-03"),
        ("Status: 1 October 2024", "updated", "2024-10-01"),
    ],
)
def test_the_date_of_a_policy_is_read(text: str, value: str, date: str) -> None:
    assert [(one.value, one.detail["date"]) for one in statements(text) if one.topic == "date"] == [
        (value, date)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We were founded on 17 May 2018.",
        "The GDPR was in force as of 25 May 2018.",
        "Orders before 1 June 2020 were updated.",
    ],
)
def test_other_dates_are_not_the_policy_s(text: str) -> None:
    assert not values(text, "date")


def test_addresses_numbers_and_officers_are_contacts() -> None:
    found = {
        one.value: one.detail
        for one in statements("Our Data Protection Officer: dpo@larkspur.example, call +49 6721 00000.")
        if one.topic == "contact"
    }
    assert found == {
        "dpo": {},
        "e-mail": {"address": "dpo@larkspur.example"},
        "phone": {"number": "+49 6721 00000"},
    }


def test_transfers_storage_and_safeguards_are_read_with_their_places() -> None:
    text = (
        "The information will be transferred out of your country to Tunisia. Our servers are located in France. The transfer "
        "rests on standard contractual clauses."
    )
    found = {(one.topic, one.value): one.detail for one in statements(text)}
    assert found["transfer", "outside"] == {"places": "TN"}
    assert found["storage-place", "stated"] == {"places": "FR"}
    assert ("safeguard", "standard-contractual-clauses") in found


def test_children_retention_and_change_notices_have_their_numbers() -> None:
    text = (
        "Our services are not directed to children under 16. We keep invoices for 10 years. We post a notice of changes on our "
        "site for 30 days."
    )
    found = {(one.topic, one.value): one.detail for one in statements(text)}
    assert found["children", "stated"] == {"age": "16"}
    assert found["retention", "stated"] == {"period": "10 years"}
    assert ("change", "notice-days") in found


def test_categories_are_read_with_their_definition() -> None:
    text = (
        "Cookies\n\nStrictly necessary cookies: without them the basket and the login of our shop would not work for you.\n\n"
        "We also use performance and marketing cookies."
    )
    found = [
        (one.value, one.detail["name"], one.detail["defined"])
        for one in statements(text)
        if one.topic == "category"
    ]
    assert found == [
        ("necessary", "Strictly necessary cookies", "yes"),
        ("performance", "performance cookies", "no"),
        ("advertising", "marketing cookies", "no"),
    ] or {one[0] for one in found} == {"necessary", "performance", "advertising"}


def test_claims_are_read_where_they_are_made_and_not_where_they_are_qualified() -> None:
    assert "session-only" in values(
        "We use session ID cookies that simply terminate once users close the browser.", "claim"
    )
    assert "session-only" not in values("We use session cookies and persistent cookies.", "claim")
    assert "no-third-parties" in values("We do not share your data with third parties.", "claim")
    assert "no-third-parties" not in values(
        "We do not share your data with third parties except our carriers.", "claim"
    )


def test_places_are_codes() -> None:
    assert places_in(
        "Stored in Germany, the UK and the United States; not in Parisian cafes.", language("en")
    ) == ["DE", "GB", "US"]


def test_every_statement_stands_where_it_says() -> None:
    text = "We keep invoices for 10 years.\nYou have the right to access your data.\nWrite to a@b.example."
    read_ = document(text)
    for one in statements(text):
        assert " ".join(read_.text[one.quote.start : one.quote.end].split()) == one.quote.text
