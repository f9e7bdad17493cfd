from __future__ import annotations

import pytest

from consent.cookie_policy import cookie_policy
from consent.declaration import declaration_of
from consent.model.categories import Category
from consent.model.inventory import InventoryService
from consent.model.sites import BannerSettings
from consent.wording import languages
from tests.consent.factories import inventory, site


@pytest.mark.parametrize("language", languages())
def test_every_language_tells_basis_withdrawal_transfers_and_rights(language: str) -> None:
    known = site(banner=BannerSettings(consent_days=90))
    policy = cookie_policy(known, declaration_of(known, inventory(), "v", language=language))
    assert [section.list for section in policy.sections] == [False, False, False, True, False]
    everything = " ".join(text for section in policy.sections for text in section.paragraphs)
    assert "2002/58" in everything
    assert "90" in everything
    assert "{" not in everything + policy.title
    assert len(policy.sections[3].paragraphs) == 1  # Google is in the United States


def test_the_countries_outside_the_area_are_named_once_each() -> None:
    services = tuple(
        InventoryService(service=name, vendor=name, category=Category.ADVERTISING, country=country)
        for name, country in (("a", "US"), ("b", "US"), ("c", "FR"), ("d", "CN"), ("e", ""))
    )
    policy = cookie_policy(site(), declaration_of(site(), inventory(services=services), "v"))
    assert policy.sections[3].paragraphs == (
        "Some providers are outside the European Economic Area: China, United States.",
    )
    inside = declaration_of(site(), inventory(services=services[2:3]), "v")
    assert cookie_policy(site(), inside).sections[3].paragraphs == ()


def test_the_control_is_named_as_it_is_on_the_site() -> None:
    own = site(banner=BannerSettings(texts={"en": {"reopen": "Privacy at Larkspur"}}))
    policy = cookie_policy(own, declaration_of(own, inventory(), "v"))
    assert "“Privacy at Larkspur”" in policy.sections[2].paragraphs[0]
