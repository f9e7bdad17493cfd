from __future__ import annotations

import pytest

from scanner.knowledge import Knowledge
from scanner.policy.names import Names, squeezed, tokens_of


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


@pytest.mark.parametrize(
    ("written", "vendor", "service"),
    [
        ("Google AdSense", "google", "google.adsense"),
        ("DoubleClick", "google", "google.ads"),
        ("convertfox", "gist", "gist.gist"),
        ("Convertful", "convertful", "convertful.widgets"),
        ("Constant Contact", "constant-contact", ""),
        ("Microsoft 365", "microsoft", "microsoft.account"),
        ("SendGrid", "twilio", "twilio.sendgrid"),
        ("Landbot", "landbot", ""),
        ("Hub Spot", "hubspot", ""),
        ("HUBSPOT, INC.", "hubspot", ""),
        ("Freshdesk", "freshworks", "freshworks.freshdesk"),
        ("AWS", "amazon", ""),
    ],
)
def test_a_name_leads_to_its_vendor(names: Names, written: str, vendor: str, service: str) -> None:
    tokens = tokens_of(written)
    found = names.longest(tokens)
    assert found is not None
    assert found[0].entity.vendor_id == vendor
    assert service == "" or service in found[0].entity.service_ids


def test_every_service_of_the_rules_can_be_named(names: Names) -> None:
    named = {service for name in names.by_tokens.values() for service in name.entity.service_ids}
    missing = {
        one.vendor.name
        for one in Knowledge.load().services
        if not one.vendor.generic and one.id not in named and one.hosts
    }
    assert len(missing) <= len(Knowledge.load().services) / 10, sorted(missing)


def test_every_alias_leads_to_a_vendor_of_the_rules_or_to_its_own(names: Names) -> None:
    assert names.by_tokens[("twitter",)].entity.vendor_id == "x"
    assert names.by_tokens[("hetzner", "online")].entity is names.by_tokens[("hetzner",)].entity


@pytest.mark.parametrize("word", ["convertfull", "whatsupp", "Mailchmp", "Hubsppot"])
def test_one_wrong_letter_is_forgiven(names: Names, word: str) -> None:
    assert names.nearly(word.lower()) is not None


@pytest.mark.parametrize(
    "word", ["platforms", "turning", "contact", "addition", "analytic", "gists", "watsupps"]
)
def test_other_words_are_no_misspelt_names(names: Names, word: str) -> None:
    assert names.nearly(word) is None


@pytest.mark.parametrize(
    "word", ["Gist", "Intercom", "Square", "Segment", "Drift", "Sharp", "Target", "X", "Front"]
)
def test_common_words_are_marked(names: Names, word: str) -> None:
    assert names.is_common(word)


@pytest.mark.parametrize(
    "words", ["contact", "us", "text", "live chat", "shop", "services", "other", "consent"]
)
def test_plain_words_are_no_names(names: Names, words: str) -> None:
    assert tokens_of(words) not in names.by_tokens


def test_names_are_compared_by_letters_and_digits() -> None:
    assert squeezed("1&1 IONOS") == squeezed("1 1-Ionos")
    assert tokens_of("Yahoo! 7") == ("yahoo", "7")


def test_a_service_keeps_its_own_name_whatever_else_bears_it() -> None:
    """A company in another rule's brackets, a host of a collective rule or a list of names must not take it: the scan's service would seem undeclared."""
    names = Names.load()
    for written, service in (
        ("Taboola", "taboola.content"),
        ("ZoomInfo", "zoominfo.companies"),
        ("etracker", "etracker.analytics"),
        ("Tripadvisor", "tripadvisor.travel"),
        ("iubenda", "iubenda.consent"),
        ("Adjust", "adjust.attribution"),
    ):
        assert service in names.by_tokens[tokens_of(written)].entity.service_ids, written
