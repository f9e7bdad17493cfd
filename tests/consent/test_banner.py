from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec
import pytest

from consent.banner import Banner, build
from consent.model.categories import Category, Party
from consent.model.errors import ConfigError
from consent.model.inventory import BlockingRule, Inventory, InventoryItem, InventoryService
from consent.model.sites import BannerSettings, Controller, Site, ThemeSettings
from widget import render
from widget.config import Rule

PUBLIC = "https://consent.larkspur.example/"


def site(banner: dict[str, Any] | None = None, **changes: Any) -> Site:
    values: dict[str, Any] = {
        "id": "larkspur",
        "url": "https://www.larkspur.example/",
        "name": "Larkspur & Co",
    }
    return Site(**(values | changes), banner=BannerSettings(**(banner or {})))


def inventory(**changes: Any) -> Inventory:
    values: dict[str, Any] = {
        "site": "larkspur",
        "scan_id": "scan-1",
        "created": "2026-11-24T10:00:00Z",
        "items": (
            InventoryItem(kind="cookie", name="_ga", host="larkspur.example", party=Party.FIRST, category=Category.PERFORMANCE, vendor="Google", lifetime_s=34_127_999.4),
            InventoryItem(kind="cookie", name="IDE", host="doubleclick.net", party=Party.THIRD, category=Category.ADVERTISING, vendor="Google", http_only=True),
            InventoryItem(kind="local_storage", name="ab", host="www.larkspur.example", party=Party.FIRST, category=Category.UNCLASSIFIED),
        ),
        "services": (InventoryService(service="Analytics", vendor="Google", category=Category.PERFORMANCE),),
        "rules": (BlockingRule(host="metrics.larkspur.example", category=Category.PERFORMANCE, service="Analytics", exact_host=True),),
    }  # fmt: skip
    return Inventory(**(values | changes))


def built(settings: Site | None = None, found: Inventory | None = None) -> Banner:
    return build(settings or site(), found or inventory(), public_url=PUBLIC)


def test_rules_and_items_come_from_the_inventory() -> None:
    config = built().config
    assert config.rules == (Rule("metrics.larkspur.example", "", "p", 1, "Analytics"),)
    assert [(item.kind, item.name, item.category, item.own, item.http_only) for item in config.items] == [
        ("l", "ab", "u", 1, 0),
        ("c", "IDE", "a", 0, 1),
        ("c", "_ga", "p", 1, 0),
    ]
    assert (config.server, config.always) == (
        "https://consent.larkspur.example",
        ("consent.larkspur.example",),
    )
    json.dumps(msgspec.to_builtins(config))


def test_own_domains_are_registrable_ones_of_url_and_hosts() -> None:
    config = built(site(hosts=("shop.larkspur.co.uk", "localhost"))).config
    assert config.own == ("larkspur.example", "larkspur.co.uk", "localhost")


def test_the_notice_version_is_the_digest_of_the_notice() -> None:
    banner = built()
    assert banner.notice_version == hashlib.sha256(banner.notice).hexdigest() == banner.config.notice
    content = json.loads(banner.notice)
    assert content["default_on"] == ["necessary"]
    assert content["texts"]["en"] == render.texts("en")
    assert [item["name"] for item in content["items"]] == ["ab", "IDE", "_ga"]
    assert content["items"][0] == {
        "kind": "local_storage",
        "name": "ab",
        "category": "advertising",
        "unclassified": True,
        "vendor": "Larkspur & Co",
        "purpose": "",
        "lifetime_s": None,
    }


def test_another_scan_that_found_the_same_makes_the_same_notice() -> None:
    items = list(inventory().items)
    items[0] = msgspec.structs.replace(items[0], lifetime_s=34_127_100.0)
    again = inventory(scan_id="scan-2", created="2026-12-01T10:00:00Z", items=tuple(reversed(items)))
    assert built(found=again).notice == built().notice


@pytest.mark.parametrize(
    "changed",
    [
        site({"texts": {"en": {"accept": "Yes"}}}),
        site({"accent": "#000000"}),
        site({"position": "center"}),
        site({"consent_days": 90}),
        site(languages=("en", "de")),
        site(controller=Controller(name="Larkspur Ltd")),
        site(policy_url="https://www.larkspur.example/privacy"),
    ],
)
def test_whatever_a_visitor_sees_changes_the_notice_version(changed: Site) -> None:
    assert built(changed).notice_version != built().notice_version


def test_what_no_visitor_sees_changes_nothing() -> None:
    assert (
        built(site({"release": "in_place", "reload_on_withdraw": False})).notice_version
        == built().notice_version
    )


def test_own_texts_replace_built_in_ones() -> None:
    texts = built(
        site({"texts": {"de": {"title": "Cookies im Teeladen"}}}, languages=("en", "de"))
    ).config.texts
    assert texts["de"]["title"] == "Cookies im Teeladen"
    assert texts["de"]["accept"] == render.texts("de")["accept"]
    assert list(texts) == ["en", "de"]


def test_vendors_that_the_scan_met_are_told_about_consent_unless_the_site_lists_them_itself() -> None:
    met = inventory(
        rules=(
            BlockingRule(host="bat.bing.com", category=Category.ADVERTISING),
            BlockingRule(host="www.clarity.ms", category=Category.PERFORMANCE),
            BlockingRule(host="notfacebook.com", category=Category.ADVERTISING),
        )
    )
    assert built(site(), met).config.signals == ("google", "uet", "clarity")
    assert built(site({"signals": ("matomo",)}), met).config.signals == ("matomo",)


@pytest.mark.parametrize(
    ("settings", "named", "told"),
    [
        (site(languages=("xx",)), "sites.larkspur.languages", "xx"),
        (site({"texts": {"de": {"title": "x"}}}), "sites.larkspur.banner.texts.de", "does not list"),
        (site({"texts": {"en": {"acept": "x"}}}), "sites.larkspur.banner.texts.en.acept", "Did you mean 'accept'?"),
        (site({"texts": {"en": {"accept": "  "}}}), "sites.larkspur.banner.texts.en.accept", "got nothing"),
        (site({"texts": {"en": {"controller": "Us"}}}), "sites.larkspur.banner.texts.en.controller", "{name}"),
        (site({"texts": {"en": {"accept": "Yes {name}"}}}), "sites.larkspur.banner.texts.en.accept", "expected the placeholders none"),
    ],
)  # fmt: skip
def test_a_text_that_cannot_be_used_is_named_with_what_to_do(settings: Site, named: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        built(settings)
    assert named in str(caught.value)
    assert told in str(caught.value)
    assert caught.value.hint


def test_a_theme_is_part_of_what_was_shown_and_must_be_legible() -> None:
    usual = built(site())
    themed = built(site({"theme": ThemeSettings(surface="#fdfaf3", text="#23281f")}))
    assert b"theme" not in usual.notice
    assert msgspec.json.decode(themed.notice)["style"]["theme"]["text"] == "#23281f"
    assert themed.config.theme.surface == "#fdfaf3"
    with pytest.raises(ConfigError, match=r"sites\.larkspur\.banner\.theme\.text: soft text"):
        built(site({"theme": ThemeSettings(surface="#ffffff", text="#888888")}))
