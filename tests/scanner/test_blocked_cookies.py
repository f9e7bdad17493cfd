from __future__ import annotations

from consent.model.categories import Category, ConsentState, Party
from scanner.blocked_cookies import REASONS, blocked_cookies_of
from scanner.classify import Classifier
from scanner.knowledge import Knowledge
from scanner.observations import Observation
from tests.scanner.factories import SHOP

CLASSIFIER = Classifier(Knowledge.load(), site_host="www.larkspur.example")


def seen(name: str, host: str, *reasons: str, state: ConsentState = ConsentState.BEFORE) -> Observation:
    return Observation(
        kind="blocked_cookie",
        name=name,
        host=host,
        state=state,
        page=SHOP,
        initiators=(f"https://{host}/px", SHOP),
        details={"reasons": list(reasons), "url": f"https://{host}/px", "via": "header"},
    )


def test_a_refused_cookie_is_told_once_with_reason_party_and_who_tried() -> None:
    (one,) = blocked_cookies_of(
        [
            seen("IDE", "doubleclick.net", "SameSiteLax"),
            seen("IDE", "doubleclick.net", "SameSiteLax", state=ConsentState.REJECT),
        ],
        CLASSIFIER,
        site_host="www.larkspur.example",
    )
    assert (one.party, one.category, one.reasons) == (Party.THIRD, Category.ADVERTISING, ("SameSiteLax",))
    assert one.states == (ConsentState.BEFORE, ConsentState.REJECT)
    assert one.set_by[0] == "https://doubleclick.net/px"
    assert "another site" in REASONS[one.reasons[0]]


def test_a_name_that_cannot_be_written_is_made_so() -> None:
    (one,) = blocked_cookies_of(
        [seen("a\ud800", "x.example", "SyntaxError")], CLASSIFIER, site_host="www.larkspur.example"
    )
    assert one.name == "a?"
