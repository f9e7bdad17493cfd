from __future__ import annotations

import pytest

from consent.model.categories import Party
from scanner.adequacy import TRANSFERS, recipients_of, transfer_to
from scanner.knowledge import Knowledge
from tests.scanner.factories import ACCEPT, BEFORE, item, report, request


@pytest.mark.parametrize(
    ("country", "transfer"),
    [
        ("IE", "eea"),
        ("NO", "eea"),
        ("CH", "adequate"),
        ("US", "adequate-dpf"),
        ("CN", "none"),
        ("", "unknown"),
    ],
)
def test_a_country_is_in_the_eea_adequate_or_neither(country: str, transfer: str) -> None:
    assert transfer_to(country) == transfer
    assert transfer in TRANSFERS


def test_each_vendor_is_a_recipient_with_its_seat_and_states() -> None:
    google = Knowledge.load().service("google.analytics").vendor
    seen = report(
        items=(item(vendor=google.name, service="Google Analytics", states=(BEFORE, ACCEPT)),),
        requests=(
            request(vendor=google.name, service="Google Ads", party=Party.THIRD),
            request(vendor="Nobody Knows Ltd"),
            request(vendor=""),
        ),
    )
    known, unknown = recipients_of(seen, Knowledge.load())
    assert (known.vendor, known.country, known.transfer) == (google.name, "US", "adequate-dpf")
    assert known.services == ("Google Ads", "Google Analytics")
    assert known.states == (BEFORE, ACCEPT)
    assert (unknown.vendor, unknown.transfer) == ("Nobody Knows Ltd", "unknown")
