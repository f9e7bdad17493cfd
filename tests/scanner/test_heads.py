from __future__ import annotations

from consent.model.categories import Category, ConsentState
from scanner.classify import Classification, Classifier
from scanner.heads import heads_of, is_consent_tool
from scanner.knowledge import Knowledge
from scanner.observations import Observation
from tests.scanner.factories import SHOP

CLASSIFIER = Classifier(Knowledge.load(), site_host="www.larkspur.example")
GTM = "https://www.googletagmanager.com/gtm.js?id=GTM-K7LARK"
WIDGET = "https://consent.larkspur.example/w/larkspur.js"


def seen(page: str, *elements: tuple[str, str, str]) -> Observation:
    return Observation(
        kind="head",
        name=page,
        host="www.larkspur.example",
        state=ConsentState.BEFORE,
        page=page,
        details={"elements": [list(one) for one in elements]},
    )


def test_elements_are_named_and_the_banner_is_told_from_what_it_holds_back() -> None:
    (head,) = heads_of(
        [
            seen(
                SHOP,
                ("inline script", GTM, ""),
                ("script", WIDGET, "async"),
                ("preconnect", "https://a.test/", ""),
            )
        ],
        CLASSIFIER,
        site_host="www.larkspur.example",
    )
    tags, widget, hint = head.elements
    assert (tags.service, tags.category, tags.consent_tool) == (
        "Google Tag Manager",
        Category.PERFORMANCE,
        False,
    )
    assert (widget.consent_tool, widget.loading) == (True, "async")
    assert not hint.consent_tool


def test_pages_that_load_the_same_services_are_one_entry() -> None:
    heads = heads_of(
        [
            seen(SHOP, ("script", WIDGET, ""), ("image", f"{SHOP}a.png", "")),
            seen(f"{SHOP}teas", ("script", WIDGET, ""), ("image", f"{SHOP}b.png", "")),
            seen(f"{SHOP}old", ("script", GTM, "")),
        ],
        CLASSIFIER,
        site_host="www.larkspur.example",
    )
    assert [(head.page, head.page_count) for head in heads] == [(SHOP, 2), (f"{SHOP}old", 1)]


def test_a_consent_tool_is_ours_or_one_whose_rule_says_so() -> None:
    cookiebot = CLASSIFIER.request("https://consent.cookiebot.com/uc.js", type="script")
    assert is_consent_tool(cookiebot)
    assert not is_consent_tool(Classification(category=Category.ADVERTISING, purpose="Asks for consent"))
    assert not is_consent_tool(CLASSIFIER.request(f"{SHOP}app.js", type="script"))
