from __future__ import annotations

import msgspec

from consent.model.categories import Category
from consent.model.inventory import BlockingRule
from consent.signals import signals_of
from tests.consent.factories import inventory, site


def test_google_is_always_told_and_others_where_the_scan_met_them() -> None:
    assert signals_of(site(), inventory(rules=())) == ("google",)
    met = tuple(
        BlockingRule(host=host, category=Category.ADVERTISING)
        for host in ("www.facebook.com", "clarity.ms", "notclarity.ms")
    )
    assert signals_of(site(), inventory(rules=met)) == ("google", "clarity", "meta")


def test_what_the_site_lists_is_all() -> None:
    chosen = msgspec.structs.replace(site().banner, signals=("matomo",))
    assert signals_of(site(banner=chosen), inventory()) == ("matomo",)
    none = msgspec.structs.replace(site().banner, signals=())
    assert signals_of(site(banner=none), inventory()) == ()
