from __future__ import annotations

import datetime as dt

import pytest

from consent.model.categories import Category, ConsentState, Party
from consent.model.sites import Decision
from scanner.classify import Classification, Classifier, ItemFacts
from scanner.knowledge import Knowledge

SITE = "www.larkspur.example"
YEAR = 365 * 86400.0


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return Knowledge.load()


@pytest.fixture
def classifier(knowledge: Knowledge) -> Classifier:
    return Classifier(knowledge, site_host=SITE)


def item(classifier: Classifier, name: str, host: str = "larkspur.example", **more: object) -> Classification:
    return classifier.item(ItemFacts(name=name, host=host, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "host", "category", "service"),
    [
        ("_ga", "larkspur.example", "performance", "google.analytics"),
        ("_ga_4L2K9QW1SZ", "larkspur.example", "performance", "google.analytics"),
        ("_gcl_au", "larkspur.example", "advertising", "google.ads"),
        ("IDE", "doubleclick.net", "advertising", "google.ads"),
        ("NID", "google.com", "advertising", "google.account"),
        ("SOCS", "google.com", "necessary", "google.account"),
        ("__gads", "larkspur.example", "advertising", "google.adsense"),
        ("_GRECAPTCHA", "www.google.com", "necessary", "google.recaptcha"),
        ("YSC", "youtube.com", "advertising", "google.youtube"),
        ("PREF", "youtube.com", "functionality", "google.youtube"),
        ("guest_id", "twitter.com", "advertising", "x.x"),
        ("lang", "twitter.com", "functionality", "x.x"),
        ("_twclid", "larkspur.example", "advertising", "x.ads"),
        ("_fbp", "larkspur.example", "advertising", "meta.pixel"),
        ("fr", "facebook.com", "advertising", "meta.pixel"),
        ("fbm_123456789", "larkspur.example", "functionality", "meta.messenger"),
        ("bcookie", "linkedin.com", "advertising", "linkedin.linkedin"),
        ("lang", "ads.linkedin.com", "functionality", "linkedin.linkedin"),
        ("li_gc", "linkedin.com", "necessary", "linkedin.linkedin"),
        ("li_fat_id", "larkspur.example", "advertising", "linkedin.insight"),
        ("__hstc", "larkspur.example", "performance", "hubspot.analytics"),
        ("__hs_opt_out", "larkspur.example", "necessary", "hubspot.banner"),
        ("messagesUtk", "larkspur.example", "functionality", "hubspot.chat"),
        ("_fc_uuid", "larkspur.example", "functionality", "freshworks.freshchat"),
        ("_fw_crm_v", "larkspur.example", "performance", "freshworks.freshmarketer"),
        ("_helpkit_session", "larkspur.freshdesk.com", "necessary", "freshworks.freshdesk"),
        ("AWSALBCORS", "larkspur.example", "necessary", "amazon.balancer"),
        ("aws-waf-token", "larkspur.example", "necessary", "amazon.waf"),
        ("ad-id", "amazon-adsystem.com", "advertising", "amazon.ads"),
        ("_clck", "larkspur.example", "performance", "microsoft.clarity"),
        ("MUID", "bing.com", "advertising", "microsoft.bing"),
        ("_uetsid", "larkspur.example", "advertising", "microsoft.ads"),
        ("ESTSAUTH", "login.microsoftonline.com", "necessary", "microsoft.account"),
        ("ARRAffinity", "larkspur.example", "necessary", "microsoft.azure"),
        ("ctct_open_12", "larkspur.example", "advertising", "constant-contact.email"),
        ("gist_id_xzgks4hj", "larkspur.example", "performance", "gist.gist"),
        ("conv_person", "larkspur.example", "advertising", "convertful.widgets"),
        ("landbot_customer", "larkspur.example", "functionality", "landbot.chat"),
        ("alore_visitor", "larkspur.example", "advertising", "alore.crm"),
        ("__cf_bm", "larkspur.example", "necessary", "cloudflare.security"),
        ("wordpress_logged_in_ab12", "larkspur.example", "necessary", "automattic.wordpress"),
        ("wp_lang", "larkspur.example", "functionality", "automattic.wordpress"),
        ("woocommerce_cart_hash", "larkspur.example", "necessary", "automattic.woocommerce"),
        ("tk_ai", "larkspur.example", "performance", "automattic.jetpack"),
        ("ajs_anonymous_id", "larkspur.example", "performance", "twilio.segment"),
    ],
)
def test_each_cookie_of_a_vendor_has_its_own_category(
    classifier: Classifier, name: str, host: str, category: str, service: str
) -> None:
    found = item(classifier, name, host)
    assert (found.category, found.service_id) == (category, service)
    assert found.confidence >= 0.7
    assert found.purpose
    assert found.rule.startswith(service + ".")


@pytest.mark.parametrize(
    ("url", "category", "service"),
    [
        ("https://www.google-analytics.com/g/collect?v=2&tid=G-1", "performance", "google.analytics"),
        ("https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js", "advertising", "google.adsense"),
        ("https://securepubads.g.doubleclick.net/tag/js/gpt.js", "advertising", "google.ads"),
        ("https://fonts.googleapis.com/css2?family=Inter", "functionality", "google.fonts"),
        ("https://maps.googleapis.com/maps/api/js", "functionality", "google.maps"),
        ("https://www.youtube.com/embed/abc", "advertising", "google.youtube"),
        ("https://static.ads-twitter.com/uwt.js", "advertising", "x.ads"),
        ("https://platform.twitter.com/widgets.js", "functionality", "x.x"),
        ("https://snap.licdn.com/li.lms-analytics/insight.min.js", "advertising", "linkedin.insight"),
        ("https://js.hs-scripts.com/123.js", "performance", "hubspot.analytics"),
        ("https://js.hs-banner.com/123.js", "necessary", "hubspot.banner"),
        ("https://wchat.freshchat.com/js/widget.js", "functionality", "freshworks.freshchat"),
        ("https://u1.ct.sendgrid.net/ls/click?upn=u001", "performance", "twilio.sendgrid"),
        ("https://larkspur.kinstacdn.com/x.png", "necessary", "kinsta.hosting"),
        ("https://d1.cloudfront.net/x.js", "functionality", "amazon.cloudfront"),
        ("https://www.clarity.ms/tag/abc", "performance", "microsoft.clarity"),
        ("https://bat.bing.com/bat.js", "advertising", "microsoft.ads"),
        ("https://login.microsoftonline.com/common/oauth2", "necessary", "microsoft.account"),
        (
            "https://static.ctctcdn.com/js/signup-form-widget/current/signup-form-widget.min.js",
            "functionality",
            "constant-contact.forms",
        ),
        ("https://cdn.getgist.com/x.js", "functionality", "gist.gist"),
        ("https://app.convertful.com/Convertful.js", "advertising", "convertful.widgets"),
        ("https://cdn.landbot.io/landbot-3/landbot-3.0.0.js", "functionality", "landbot.chat"),
        ("https://challenges.cloudflare.com/turnstile/v0/api.js", "necessary", "cloudflare.turnstile"),
        ("https://static.cloudflareinsights.com/beacon.min.js", "performance", "cloudflare.analytics"),
        ("https://stats.wp.com/e-202501.js", "performance", "automattic.jetpack"),
    ],
)
def test_each_request_of_a_vendor_has_its_own_category(
    classifier: Classifier, url: str, category: str, service: str
) -> None:
    found = classifier.request(url)
    assert (found.category, found.service_id) == (category, service)


def test_the_reason_names_rule_company_and_what_agrees(classifier: Classifier) -> None:
    found = item(classifier, "IDE", "doubleclick.net", setters=("https://googleads.g.doubleclick.net/x",))
    assert found.reason == (
        "Known name IDE of Google Ads and DoubleClick by Google LLC, kept on that company's own host, set by its own script."
    )
    assert found.confidence == 0.99


def test_a_setter_of_another_company_weakens_a_name(classifier: Classifier) -> None:
    alone = item(classifier, "_fbp")
    other = item(classifier, "_fbp", setters=("https://static.hotjar.com/c/hotjar-1.js",))
    assert other.category is Category.ADVERTISING
    assert other.confidence < alone.confidence
    assert "though set by a script of Hotjar" in other.reason


def test_a_tag_manager_is_no_evidence_of_who_sets(classifier: Classifier) -> None:
    found = item(classifier, "zzq9", setters=("https://www.googletagmanager.com/gtm.js?id=GTM-1",))
    assert found.category is Category.UNCLASSIFIED


def test_an_unknown_cookie_that_a_vendors_script_sets_is_the_vendors(classifier: Classifier) -> None:
    found = item(classifier, "zzq9", setters=("https://static.hotjar.com/c/hotjar-1.js",))
    assert (found.category, found.vendor) == (Category.PERFORMANCE, "Hotjar Limited (Contentsquare)")


def test_a_collector_under_the_sites_own_name_is_recognised_by_what_it_asks(classifier: Classifier) -> None:
    collector = "https://metrics.larkspur.example/g/collect?v=2&tid=G-LARK&cid=1.2"
    asked = classifier.request(collector)
    assert (asked.category, asked.service) == (Category.PERFORMANCE, "Google Analytics")
    assert "under the site's own name" in asked.reason
    kept = item(classifier, "zzq9", "metrics.larkspur.example", setters=(collector,))
    assert (kept.category, kept.service) == (Category.PERFORMANCE, "Google Analytics")


def test_a_third_partys_unknown_cookie_follows_its_host(classifier: Classifier) -> None:
    found = item(classifier, "zzq9", "ads.criteo.com")
    assert (found.category, found.vendor) == (Category.ADVERTISING, "Criteo SA")
    assert "the name itself is not known" in found.reason


def test_an_unknown_long_lived_cookie_of_a_necessary_service_stays_unclassified(
    classifier: Classifier,
) -> None:
    found = item(classifier, "zzq9", "m.stripe.com", lifetime_s=YEAR)
    assert found.category is Category.UNCLASSIFIED
    assert found.vendor == "Stripe, Inc."
    assert found.reason.startswith("Too little evidence to decide (necessary would be 40% sure)")


def test_a_framework_session_gives_way_to_what_the_host_is_known_for(classifier: Classifier) -> None:
    assert item(classifier, "PHPSESSID").category is Category.NECESSARY
    assert item(classifier, "PHPSESSID", "ads.criteo.com").category is Category.ADVERTISING
    assert item(classifier, "PHPSESSID", "unknown.test").category is Category.UNCLASSIFIED


def test_a_sites_own_session_name_is_necessary_only_while_it_is_short(classifier: Classifier) -> None:
    assert item(classifier, "larkspur_sess", lifetime_s=None).category is Category.NECESSARY
    assert item(classifier, "larkspur_sess", lifetime_s=2 * YEAR).category is not Category.NECESSARY


def test_a_name_that_comes_only_after_consent_is_less_sure_to_be_necessary(classifier: Classifier) -> None:
    always = item(classifier, "my_basket", states=(ConsentState.BEFORE, ConsentState.ACCEPT))
    late = item(classifier, "my_basket", states=(ConsentState.ACCEPT,))
    assert always.category is Category.NECESSARY
    assert late.confidence < always.confidence
    assert "only after consent" in late.reason


def test_a_language_code_on_the_sites_own_host_is_functionality(classifier: Classifier) -> None:
    found = item(classifier, "zzq9", value="de-AT", lifetime_s=YEAR)
    assert found.category is Category.FUNCTIONALITY


@pytest.mark.parametrize("value", ["", "1", "8f14e45f-ceea-467a-9575-28eb0a2d1c3e", "1613227200", "{}"])
def test_weak_evidence_gives_no_guess_but_says_what_was_considered(
    classifier: Classifier, value: str
) -> None:
    found = item(classifier, "zzq9", value=value, lifetime_s=YEAR)
    assert found.category is Category.UNCLASSIFIED
    assert "no rule knows the name" in found.reason
    assert "it lasts 1 year" in found.reason


def test_no_value_or_lifetime_alone_makes_anything_necessary(classifier: Classifier) -> None:
    for name in ("zzq9", "x", "_q", "a.b"):
        for value in ("", "1", "en", "{}", "abc", "1613227200"):
            for host in ("larkspur.example", "unknown.test", ""):
                for lifetime in (None, 60.0, YEAR):
                    found = item(classifier, name, host, value=value, lifetime_s=lifetime)
                    assert found.category is not Category.NECESSARY


def test_the_threshold_is_a_setting(knowledge: Knowledge) -> None:
    strict = Classifier(knowledge, site_host=SITE, threshold=0.9)
    assert item(strict, "_ga").category is Category.PERFORMANCE
    assert item(strict, "site_lang").category is Category.UNCLASSIFIED
    assert "functionality would be 70% sure" in item(strict, "site_lang").reason


def test_a_decision_outranks_every_rule(knowledge: Knowledge) -> None:
    decision = Decision(
        name="_ga_*",
        category=Category.NECESSARY,
        criterion="A",
        host="larkspur.example",
        reason="counted without recognition",
        reviewer="A. Reyes",
        decided=dt.date(2026, 1, 2),
    )
    decided = Classifier(knowledge, site_host=SITE, decisions=(decision,), threshold=0.99)
    found = item(decided, "_ga_ABC", "www.larkspur.example")
    assert found.category is Category.NECESSARY
    assert found.confidence == 1.0
    assert found.vendor == "Google LLC"
    assert found.reason == (
        "Decided for this site by A. Reyes on 2026-01-02: counted without recognition. "
        "It is exempt from consent by criterion A of WP194."
    )
    assert item(decided, "_ga_ABC", "elsewhere.test").rule != "decision"
    assert item(decided, "_ga_ABC", kind="local_storage").rule != "decision"


def test_consentrys_own_cookie_and_requests_are_necessary_on_the_site_only(classifier: Classifier) -> None:
    assert item(classifier, "consentry").category is Category.NECESSARY
    assert item(classifier, "consentry", "unknown.test").category is not Category.NECESSARY
    assert classifier.request("https://consent.larkspur.example/w/larkspur.js").service == "Consentry"
    assert classifier.request("https://consent.larkspur.example/v1/consent").category is Category.NECESSARY
    assert classifier.request("https://unknown.test/v1/consent").category is Category.UNCLASSIFIED


def test_a_request_to_the_site_itself_is_necessary_and_to_a_stranger_unclassified(
    classifier: Classifier,
) -> None:
    assert classifier.request("https://cdn.larkspur.example/app.js").category is Category.NECESSARY
    stranger = classifier.request("https://unknown.test/x.js", type="script")
    assert stranger.category is Category.UNCLASSIFIED
    assert stranger.reason == "Nothing is known of unknown.test, a third party to which this script goes."
    assert classifier.request("data:text/plain,x").category is Category.NECESSARY
    assert classifier.request("https://unknown.test/", party=Party.FIRST).category is Category.NECESSARY


@pytest.mark.parametrize(
    "path",
    [
        "/tag/tea",
        "/analytics/main.js",
        "/event?s=1",
        "/collections/tea?pid=3&fmt=grid2",
        "/js/script.js",
        "/nr-news",
        "/challenge.js",
        "/tr/cay?ev=1",
        "/collect?tid=UA",
        "/gtag/js",
        "/api/collect",
        "/x/wt?p=1",
    ],
)
def test_a_sites_own_ordinary_address_is_no_tracker(classifier: Classifier, path: str) -> None:
    found = classifier.request(f"https://www.larkspur.example{path}")
    assert (found.category, found.service) == (Category.NECESSARY, "")


def test_further_hosts_of_the_site_count_as_its_own(knowledge: Knowledge) -> None:
    classifier = Classifier(knowledge, site_host=SITE, own_hosts=("larkspur-static.test",))
    assert classifier.request("https://img.larkspur-static.test/x.png").category is Category.NECESSARY


def test_a_name_known_as_a_cookie_is_a_little_less_sure_in_storage(classifier: Classifier) -> None:
    stored = item(classifier, "_ga", kind="local_storage")
    assert stored.category is Category.PERFORMANCE
    assert stored.confidence < item(classifier, "_ga").confidence


def test_a_name_without_a_host_that_others_use_too_is_less_sure(classifier: Classifier) -> None:
    found = item(classifier, "uuid2", "")
    assert found.category is Category.ADVERTISING
    loose = item(classifier, "c_user", "")
    assert loose.confidence <= 0.6
    assert "which others use too" in loose.reason
    assert item(classifier, "JSESSIONID", "").service_id == ""
    assert item(classifier, "JSESSIONID", "").category is Category.NECESSARY


@pytest.mark.parametrize("name", ["", "\x00", "a" * 100_000, "🍪", "(((", "^x$", "*"])
def test_a_hostile_name_is_classified_like_any_other(classifier: Classifier, name: str) -> None:
    assert item(classifier, name, "larkspur.example", value="x" * 100_000).category in set(Category)


def test_the_pattern_shows_the_changing_part_as_a_star(classifier: Classifier) -> None:
    assert item(classifier, "_ga_4L2K9QW1SZ").pattern == "_ga_*"
    assert item(classifier, "_ga").pattern == "_ga"
    assert item(classifier, "zz_8f14e45fceea167a").pattern == "zz_*"


@pytest.mark.parametrize(
    ("name", "host", "criterion"),
    [
        ("AWSALB", "larkspur.example", "A"),
        ("BIGipServerab12-app_https-mktoweb.com", "larkspur.example", "A"),
        ("PHPSESSID", "larkspur.example", "B"),
        ("OptanonConsent", "larkspur.example", "B"),
        ("consentry", "larkspur.example", "B"),
        ("_ga", "larkspur.example", ""),
        ("zzqq", "larkspur.example", ""),
    ],
)
def test_what_is_necessary_has_the_criterion_of_its_exemption_and_nothing_else_has(
    classifier: Classifier, name: str, host: str, criterion: str
) -> None:
    assert item(classifier, name, host).criterion == criterion


def test_no_rule_calls_something_necessary_without_a_criterion(knowledge: Knowledge) -> None:
    for service in knowledge.services:
        for rule in service.items:
            assert bool(rule.criterion) == (rule.category is Category.NECESSARY), rule.id


def test_what_is_too_unsure_to_be_necessary_has_no_criterion(knowledge: Knowledge) -> None:
    strict = Classifier(knowledge, site_host=SITE, threshold=0.99)
    found = item(strict, "PHPSESSID")
    assert (found.category, found.criterion) == (Category.UNCLASSIFIED, "")
