from __future__ import annotations

import re

import pytest

from consent.model.errors import ConfigError
from consent.model.sites import BannerSettings, DeclarationSettings
from consent.wording import Wording, check_texts, chosen_language, languages, texts
from tests.consent.factories import site

DAY = 86_400.0


def words(language: str = "en", **fields: object) -> Wording:
    return Wording(site(**fields), language)


@pytest.mark.parametrize("language", languages())
def test_a_language_has_every_text_with_its_placeholders(language: str) -> None:
    reference, found = texts("en"), texts(language)
    assert list(found) == list(reference)
    for key, text in found.items():
        assert text.strip() == text != ""
        assert set(re.findall(r"\{(\w+)\}", text)) == set(re.findall(r"\{(\w+)\}", reference[key])), key
        assert "<" not in text
        if language != "en" and len(reference[key]) > 20:
            assert text != reference[key], f"{key} is not translated"


@pytest.mark.parametrize("language", languages())
def test_durations_dates_and_countries_are_told_in_every_language(language: str) -> None:
    told = words(language)
    for seconds in (30, 1_800, 7_200, 3 * DAY, 90 * DAY, 730 * DAY):
        lifetime = told.lifetime("cookie", seconds)
        assert re.search(r"\d|سن|שנ|שע|دق|ساع|خطف", lifetime), lifetime  # two of something may be one word
        assert "duration" not in lifetime
    assert "2026" in told.date("2026-11-24T10:00:00Z")
    assert told.country("US") != "US"
    assert told.direction == ("rtl" if language in {"ar", "he"} else "ltr")


@pytest.mark.parametrize(
    ("lifetime_s", "text"),
    [
        (30, "30 seconds"),
        (0, "1 second"),
        (60, "1 minute"),
        (1_799.5, "30 minutes"),
        (86_399.2, "1 day"),
        (7 * DAY, "7 days"),
        (90 * DAY, "3 months"),
        (365 * DAY, "1 year"),
        (390 * DAY, "13 months"),
        (400 * DAY, "13 months"),
        (2 * 365 * DAY - 1, "2 years"),
    ],
)
def test_a_cookies_lifetime_is_told_in_the_largest_unit_that_it_fills(lifetime_s: float, text: str) -> None:
    assert words().lifetime("cookie", lifetime_s) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("cookie", "until the browser is closed"),
        ("session_storage", "until the browser is closed"),
        ("local_storage", "until deleted"),
    ],
)
def test_what_has_no_end_of_its_own_says_when_it_ends(kind: str, text: str) -> None:
    assert words().lifetime(kind, None) == text


@pytest.mark.parametrize(
    ("months", "text"), [(1, "1 xahar"), (3, "3 xhur"), (13, "13-il xahar"), (22, "22 xahar")]
)
def test_maltese_counts_as_maltese_does(months: int, text: str) -> None:
    assert words("mt").lifetime("cookie", months * 30 * DAY) == text


def test_what_is_no_time_or_no_country_is_told_as_it_is() -> None:
    assert words().date("yesterday") == "yesterday"
    assert words().date(0) == "January 1, 1970"
    assert words().country("ZZX") == "ZZX"
    assert words().listed([]) == ""
    assert words("ja").listed(["A", "B"]) != words("en").listed(["A", "B"])


def test_values_keep_their_direction_in_a_text_that_is_read_from_the_right() -> None:
    assert "\u2068Criteo\u2069" in words("ar").text("access_by", provider="Criteo")
    assert words("de").text("access_by", provider="Criteo") == "Ja: Criteo"


def test_what_a_value_holds_is_not_filled_again() -> None:
    assert words().text("intro", site="{date}", date="today").startswith("What {date} stores")


def test_the_sites_own_texts_replace_the_built_in_ones() -> None:
    own = site(
        banner=BannerSettings(texts={"en": {"necessary": "Always"}}),
        declaration=DeclarationSettings(texts={"en": {"title": "Our cookies"}}),
    )
    check_texts(own)
    assert Wording(own, "en").text("title") == "Our cookies"
    assert Wording(own, "en").shared("necessary") == "Always"
    assert Wording(own, "de").text("title") == texts("de")["title"]


def test_a_purpose_may_be_told_in_another_language_by_the_items_name() -> None:
    purposes = {
        "de": {"_ga": "Zählt Besuche.", "_ga_*": "Hält den Besuch.", "_*": "Etwas.", "x[?]": "Genau."}
    }
    own = site(declaration=DeclarationSettings(purposes=purposes))
    check_texts(own)
    german = Wording(own, "de")
    told = [german.purpose(name, "Known.") for name in ("_ga", "_ga_X1", "_other", "x[?]", "x?", "lk")]
    assert told == ["Zählt Besuche.", "Hält den Besuch.", "Etwas.", "Genau.", "Known.", "Known."]
    assert Wording(own, "en").purpose("_ga", "Known.") == "Known."


@pytest.mark.parametrize(
    ("purposes", "told"),
    [
        ({"xx": {}}, r"purposes\.xx: there are no texts"),
        ({"de": {"_ga": " "}}, r"purposes\.de\._ga: expected a purpose"),
    ],
)
def test_purposes_that_cannot_be_used_are_told_with_their_key(
    purposes: dict[str, dict[str, str]], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        check_texts(site(declaration=DeclarationSettings(purposes=purposes)))


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"xx": {}}, r"declaration\.texts\.xx: there are no texts"),
        ({"en": {"titel": "Cookies"}}, r"texts\.en\.titel: there is no such text.*'title'"),
        ({"en": {"title": " "}}, r"texts\.en\.title: expected a text"),
        ({"en": {"intro": "What {site} keeps"}}, r"texts\.en\.intro: .*\{date\}, \{site\}"),
    ],
)
def test_own_texts_that_cannot_be_used_are_told_with_their_key(
    own: dict[str, dict[str, str]], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        check_texts(site(declaration=DeclarationSettings(texts=own)))
    assert re.search(told, str(refused.value), re.DOTALL)


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("fr", "", "fr"),
        ("fr-CA", "de", "fr"),  # asked for by name: any language that there is
        ("xx", "de", "de"),
        ("", "fr, de;q=0.5, en;q=0.7", "en"),  # only the site's own
        ("", "de-AT;q=0.9, en;q=0.2", "de"),
        ("", "de;q=0, en", "en"),
        ("", "de;q=much", "en"),
        ("", "", "en"),
        ("../../etc", "\x00", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_best_of_the_sites_own(
    asked: str, accepted: str, language: str
) -> None:
    assert chosen_language(site(languages=("en", "de")), asked, accepted) == language
