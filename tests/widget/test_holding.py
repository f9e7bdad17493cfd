from __future__ import annotations

from widget import holding
from widget.config import Item, Letter, Rule

from .test_render import bare


def test_a_necessary_name_that_a_pattern_would_take_along_is_spared_and_no_other_is_sent() -> None:
    def item(name: str, category: str, own: int = 1) -> Item:
        return Item(
            kind="c", name=name, category=category, own=own, http_only=0, vendor="", purpose="", lifetime=None
        )  # type: ignore[arg-type]  # a test varies them

    items = (item("lk_*", "p"), item("lk_session", "n"), item("cart", "n"), item("_ga", "p", own=0))
    assert holding.known(items) == [("c", "lk_session", "n", 0), ("c", "lk_*", "p", 0)]


def test_the_script_asks_before_each_request_wherever_the_shield_cannot_tell_what_waits() -> None:
    def rule(host: str, path: str = "", category: Letter = "a", service: str = "") -> Rule:
        return Rule(host, path, category, 0, service)

    apart = (rule("doubleclick.net", service="DoubleClick"), rule("www.youtube.com", category="f"))
    assert holding.shield_suffices(bare(rules=(*apart, rule("cdn.larkspur.example", category="n"))))
    for changes in (
        {"rules": (*apart, rule("metrics.larkspur.example"))},
        {"rules": (*apart, rule("maps.example", "/embed"))},
        {"rules": (*apart, rule("maps.example"), rule("maps.example", category="f"))},
        {"rules": (*apart, rule("tags.doubleclick.net", category="p"))},
        {"rules": (*apart, rule("tags.doubleclick.net", service="Another"))},
        {"rules": apart, "release": "in_place"},
        {"rules": apart, "unknown": "discover"},
        {"rules": apart, "reload_on_withdraw": False},
    ):
        assert not holding.shield_suffices(bare(**changes)), changes
