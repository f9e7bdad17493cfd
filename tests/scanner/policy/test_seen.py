from __future__ import annotations

from consent.model.categories import Category, Party
from scanner.knowledge import Knowledge
from scanner.policy.seen import seen_of
from tests.scanner.factories import item, report, request


def test_things_are_grouped_by_their_service() -> None:
    found = seen_of(
        report(
            items=(item("_ga", rule="google.analytics._ga"), item("basket", category=Category.NECESSARY)),
            requests=(
                request("https://www.google-analytics.com/g/collect?tid=G-1", category=Category.PERFORMANCE),
                request("https://px.ads.example/collect"),
            ),
        ),
        Knowledge.load(),
    )
    assert [(one.service_id, one.label, len(one.items), len(one.requests)) for one in found] == [
        ("", "ads.example", 0, 1),
        ("google.analytics", "Google Analytics", 1, 1),
    ]


def test_the_site_s_own_requests_are_no_third_party() -> None:
    own = request("https://www.larkspur.example/x", party=Party.FIRST, category=Category.NECESSARY)
    assert seen_of(report(requests=(own,)), Knowledge.load()) == ()


def test_a_domain_is_known_by_its_name() -> None:
    (one,) = seen_of(report(requests=(request("https://lfeeder-like.example/x"),)), Knowledge.load())
    assert one.means("Lfeeder like")
    assert not one.means("feeder")
