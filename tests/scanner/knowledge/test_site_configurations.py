from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.configurations import Configuration
from consent.model.errors import ConfigError
from scanner.knowledge.site_configurations import read

KLARO = r"""
var klaroConfig = {
  cookieExpiresAfterDays: 500, mustConsent: true, lang: 'de', styling: { theme: ['light'] },
  translations: {
    de: { privacyPolicyUrl: 'https://www.larkspur.example/datenschutz',
          consentNotice: { title: ' Cookies\n bei uns ', description: 'Wir nutzen {purposes}.' },
          consentModal: { description: 'Sie <b>wählen</b>.' } },
    en: { consentModal: { title: 'Your choice' } }, zz: {}, 'pt-BR': {} },
  services: [
    { name: 'ga', title: 'Google Analytics', default: true, purposes: ['analytics'], description: 'Counts visits.',
      cookies: [/^_ga.*$/, ['_gid', '/', '.larkspur.example']] },
    { name: 'basket', purposes: ['functional'], required: true, cookies: ['lk_basket'] },
    { name: 'odd', purposes: ['social'], cookies: ['odd_one'] },
  ],
};
"""
COOKIEBOT = """
CookieConsentDialog.cookieTableNecessary = [["lk_session", "larkspur.example", "Keeps &amp; signs in", "Session", "HTTP", "1", "", ""]];
CookieConsentDialog.cookieTableStatistics = [["_ga_#", "larkspur.example", "Counts.", "2 years", "HTTP", "1", "^_ga_", "x"],
  ["collect", "google-analytics.com", "Sends.", "Session", "Pixel", "5", "", ""],
  ["lk.seen", "www.larkspur.example", "Seen", "Persistent", "HTML", "2", "", ""], ["short"], 7];
CookieConsentDialog.cookieTableUnclassified = [["what", "Larkspur & Co", "", "1 day", "HTTP", "1", "", ""]];
CookieConsentDialog.somethingElse = [["no", "x", "y", "z", "HTTP"]];
"""


def configuration(tmp_path: Path, text: str) -> Configuration:
    path = tmp_path / "given"
    path.write_text(text, encoding="utf-8")
    return read(path)


def left_of(found: Configuration) -> str:
    return "\n".join(found.left)


def test_a_klaro_configuration_gives_settings_texts_and_decisions(tmp_path: Path) -> None:
    found = configuration(tmp_path, KLARO)
    assert found.tool == "Klaro"
    assert found.settings == {
        "languages": ["de", "en", "zz", "pt"],
        "policy_url": "https://www.larkspur.example/datenschutz",
        "banner": {
            "consent_days": 395,
            "position": "center",
            "texts": {"de": {"title": "Cookies bei uns"}, "en": {"settings_title": "Your choice"}},
        },
    }
    assert [(one.name, one.category, one.host, one.vendor) for one in found.items] == [
        ("_ga*", "performance", "", "Google Analytics"),
        ("_gid", "performance", "larkspur.example", "Google Analytics"),
        ("lk_basket", "necessary", "", "basket"),
        ("odd_one", "unclassified", "", "odd"),
    ]
    for told in ("longer than 395 days", "ga: is on by default", "consentNotice.description", "styling"):
        assert told in left_of(found)


def test_cookiebots_script_gives_a_decision_for_each_row_that_stores_something(tmp_path: Path) -> None:
    found = configuration(tmp_path, COOKIEBOT)
    assert found.settings == {"banner": {"shims": ["cookiebot"]}}
    assert [(one.name, one.category, one.kind, one.host, one.filed) for one in found.items] == [
        ("lk_session", "necessary", "cookie", "larkspur.example", "necessary"),
        ("_ga_*", "performance", "cookie", "larkspur.example", "statistics"),
        ("lk.seen", "performance", "local_storage", "www.larkspur.example", "statistics"),
        ("what", "unclassified", "cookie", "", "unclassified"),
    ]
    assert "collect: is a Pixel" in left_of(found)
    assert "import_decisions" in left_of(found)


def test_cookiebots_tag_in_a_page_gives_language_and_framework(tmp_path: Path) -> None:
    page = (
        '<html><head><script id="Cookiebot" src="https://consent.cookiebot.com/uc.js" data-cbid="x" data-culture="DE"'
        ' data-blockingmode="auto" data-framework="TCFv2.2"></script></head></html>'
    )
    found = configuration(tmp_path, page)
    assert found.settings == {"languages": ["de"], "banner": {"shims": ["cookiebot"], "tcf": True}}
    assert "data-blockingmode" in left_of(found)
    assert found.items == ()


def test_cookies_as_json_are_read_too(tmp_path: Path) -> None:
    found = configuration(
        tmp_path,
        '{"cookies": [{"Name": "_ga", "Provider": "larkspur.example", "Category": "Statistics", "PurposeDescription": "Counts."}]}',
    )
    assert [(one.name, one.category, one.purpose) for one in found.items] == [
        ("_ga", "performance", "Counts.")
    ]


@pytest.mark.parametrize("text", ["", "{}", "var a = 1;", "<p>cookiebot</p>", "cookieTableNecessary"])
def test_another_file_is_refused_with_what_is_wanted(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="neither a Klaro nor a Cookiebot"):
        configuration(tmp_path, text)
