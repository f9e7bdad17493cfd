from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from scanner.policy import read
from scanner.policy.names import Names, squeezed, tokens_of
from tests.scanner.policy.texts import SAMPLES, page, vendors

LABELS: dict[str, dict[str, Any]] = tomllib.loads((SAMPLES / "labels.toml").read_text(encoding="utf-8"))
SEEDS = Path(__file__).parents[4] / "shared" / "seeds"
OF_SEEDS = {
    "000": {"Kinsta", "AWS", "Freshdesk", "HubSpot", "SendGrid", "Microsoft 365 Business", "Google AdSense", "DoubleClick", "Twitter", "Facebook", "LinkedIn", "Google Analytics"},
    "001": {"Messenger", "viber", "whatsupp", "skype", "Facebook", "Twitter", "LinkedIn", "Google", "convertfox", "convertfull", "landbot", "Alore", "google analytics", "google search console", "AWS"},
    "002": {"Facebook", "Google Analytics", "Google", "Constant Contact"},
    "003": set(),
    "004": {"Google Analytics", "Facebook", "Twitter", "LinkedIn"},
}  # fmt: skip
"""What the five policies that the project began with name, as they write it."""


def spellings(written: str) -> set[str]:
    name = Names.load().by_tokens.get(tokens_of(written))
    return {squeezed(written)} | ({name.entity.key} if name else set())


def test_the_policies_of_this_folder_are_read_as_a_careful_reader_reads_them() -> None:
    right = wrong = missed = 0
    told: list[str] = []
    for stem, label in LABELS.items():
        found = {
            name: {squeezed(name)}.union(*(spellings(one) for one in vendor.written))
            for name, vendor in vendors(read.read_file(next(SAMPLES.glob(f"{stem}.*")))).items()
            if vendor.role != "denied"
        }
        wanted = {one: spellings(one) for one in label["vendors"]}
        allowed = [*wanted.values(), *(spellings(one) for one in label.get("also", []))]
        lost = [one for one, keys in wanted.items() if not any(keys & other for other in found.values())]
        false = [name for name, keys in found.items() if not any(keys & other for other in allowed)]
        right += len(wanted) - len(lost)
        missed += len(lost)
        wrong += len(false)
        told.append(f"{stem}: missed {lost}, wrong {false}")
    assert right / (right + wrong) >= 0.95, told
    assert right / (right + missed) >= 0.95, told


@pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the five policies that the project began with are not on this machine"
)
@pytest.mark.parametrize("number", OF_SEEDS)
def test_the_five_first_policies_name_what_they_name(number: str) -> None:
    found = vendors(read.read_file(next(SEEDS.glob(f"{number}_*.txt"))))
    assert {squeezed(one) for vendor in found.values() for one in vendor.written[:1]} == {
        squeezed(one) for one in OF_SEEDS[number]
    }


@pytest.mark.parametrize(
    "text",
    [
        "We segment customers, drift with the times and square accounts.",
        "Contact us, or read the gist of it here.",
        "Target audiences are chosen by us. Convert your data. Front desk staff read it.",
        "Session Data and Contact Information are kept on our Site.",
        "Set up Google Chrome, Microsoft Edge, Safari or Firefox to refuse cookies; Windows and Android have settings too.",
        "A list of authorities is at https://ec.europa.eu/justice/data-protection and https://ico.org.uk/concerns.",
        "Write to privacy@larkspur.example.",
    ],
)
def test_common_words_browsers_and_authorities_are_no_vendors(text: str) -> None:
    assert vendors(text) == {}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("We use Segment to collect events.", "Segment"),
        ("Chat is offered by Drift.", "Drift"),
        ("Our letters are sent with HubSpot, Intercom and Zapier.", "Intercom"),
        ("Square, Inc. handles cards.", "Square"),
        ("Gist's privacy policy tells more.", "Gist"),
        ("Payments: Stripe (https://stripe.com/privacy)", "Stripe"),
    ],
)
def test_a_common_word_is_a_vendor_where_the_sentence_shows_it(text: str, name: str) -> None:
    assert any(name.startswith(one) or one.startswith(name) for one in vendors(text))


def test_once_shown_a_common_word_is_a_vendor_everywhere() -> None:
    found = vendors("Segment\n\nSegment is a tool. We use Segment to collect events.")
    assert len(found["Segment"].mentions) == 3


def test_a_link_names_its_owner() -> None:
    found = vendors(
        page("<p>Our letters go out by <a href='https://mailchimp.com/legal/privacy'>our partner</a>.</p>")
    )
    assert set(found) == {"Mailchimp"}


def test_the_site_s_own_company_is_no_vendor() -> None:
    assert vendors('Acme Widgets Ltd ("we", "us") uses cookies. Acme Widgets Ltd shares nothing.') == {}
    assert "HubSpot" not in vendors("HubSpot respects privacy. Write to privacy@hubspot.com.")


def test_denied_and_linked_vendors_have_their_role() -> None:
    found = vendors(
        "We do not use Google Analytics. Our site has links to other websites such as YouTube. We use Matomo."
    )
    assert {name: one.role for name, one in found.items()} == {
        "Google Analytics": "denied",
        "YouTube": "mentioned",
        "Matomo": "used",
    }


def test_former_names_are_told() -> None:
    assert vendors("We use convertfox.")["Gist"].renamed == "Gist"


def test_a_misspelt_name_has_less_confidence() -> None:
    found = vendors("We use convertfull.")
    assert found["Convertful"].written == ("convertfull",)
    assert found["Convertful"].confidence < 0.8


def test_every_mention_is_quoted_at_its_place() -> None:
    read_ = read.read_file(SAMPLES / "saas.txt")
    for vendor in vendors(read_).values():
        assert vendor.mentions
        for said in vendor.mentions:
            assert " ".join(read_.text[said.start : said.end].split()) == said.text
            assert any(one in said.text for one in vendor.written)
