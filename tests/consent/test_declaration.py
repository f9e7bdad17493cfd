from __future__ import annotations

import msgspec

from consent.declaration import Published, declaration_of
from consent.declaration_changes import Change
from consent.model.categories import Category, Party
from consent.model.inventory import BlockingRule, InventoryItem
from consent.pages import render
from consent.wording import Wording
from tests.consent.factories import inventory, site


def item(**fields: object) -> InventoryItem:
    given: dict[str, object] = {
        "kind": "cookie",
        "name": "_ga",
        "host": "larkspur.example",
        "party": Party.FIRST,
        "category": Category.PERFORMANCE,
        "vendor": "Google",
        "service": "Google Analytics",
        "purpose": "Counts visits.",
    }
    return InventoryItem(**(given | fields))  # type: ignore[arg-type]  # a test varies single fields


def test_every_category_is_declared_in_the_order_of_the_banner() -> None:
    declared = declaration_of(site(), inventory(), "v" * 64)
    assert [one.category for one in declared.categories] == [
        "necessary",
        "performance",
        "functionality",
        "advertising",
    ]
    assert [len(one.items) for one in declared.categories] == [1, 0, 0, 1]
    [ide] = declared.categories[3].items
    assert (ide.provider, ide.lifetime, ide.third_party, ide.access) == (
        "Google",
        "13 months",
        True,
        "Google",
    )
    assert (ide.country, ide.country_name, ide.kind, ide.type) == ("US", "United States", "Cookie", "cookie")


def test_what_is_unclassified_stands_with_advertising_which_it_waits_for() -> None:
    unknown = item(name="x", host="x.example", party=Party.THIRD, category=Category.UNCLASSIFIED)
    declared = declaration_of(site(), inventory(items=(unknown,)), "v" * 64)
    assert [one.name for one in declared.categories[3].items] == ["x"]


def test_a_vendor_that_gets_requests_has_access_to_what_the_site_itself_keeps() -> None:
    rules = (
        BlockingRule(host="google-analytics.com", category=Category.PERFORMANCE, service="Google Analytics"),
        BlockingRule(
            host="larkspur.example", path="/matomo", category=Category.PERFORMANCE, service="Matomo"
        ),
        BlockingRule(
            host="metrics.larkspur.example",
            category=Category.PERFORMANCE,
            service="Adobe Analytics",
            exact_host=True,
        ),
    )
    found = inventory(
        items=(
            item(),
            item(name="_pk_id", vendor="Matomo", service="Matomo"),
            item(name="s_vi", vendor="Adobe", service="Adobe Analytics"),
        ),
        rules=rules,
    )
    declared = {one.name: one for one in declaration_of(site(), found, "v").categories[1].items}
    assert declared["_ga"].access_text == "Yes: Google"
    assert declared["_pk_id"].access_text == "No"  # runs on the site's own host
    assert declared["s_vi"].access == "Adobe"  # the site's own by name only


def test_what_no_vendor_is_known_for_is_the_controllers_or_the_foreign_hosts() -> None:
    found = inventory(
        items=(item(vendor="", service=""), item(vendor="", host="x.example", party=Party.THIRD, name="x"))
    )
    declared = declaration_of(site(), found, "v").categories[1].items
    assert [one.provider for one in declared] == ["Larkspur & Co Ltd", "x.example"]
    assert (
        declaration_of(site(controller=None), found, "v").categories[1].items[0].provider == "Larkspur & Co"
    )


def test_another_language_changes_words_and_nothing_else() -> None:
    english = declaration_of(site(), inventory(), "v")
    german = declaration_of(site(), inventory(), "v", language="de")
    assert german.texts["title"] == "Cookie-Erklärung"
    assert german.categories[3].items[0].lifetime == "13 Monate"
    assert german.categories[3].items[0].country_name == "Vereinigte Staaten"
    assert set(german.texts) == set(english.texts)
    assert [one.category for one in german.categories] == [one.category for one in english.categories]
    assert declaration_of(site(languages=("de", "en")), inventory(), "v").language == "de"


def test_changes_are_told_with_what_was_and_what_is() -> None:
    before, after = (
        item(lifetime_s=2 * 365 * 86_400),
        item(lifetime_s=390 * 86_400, category=Category.ADVERTISING),
    )
    published = Published(
        notice_version="v",
        first="2026-01-02T00:00:00.000Z",
        changes=(
            Change("2026-03-04T00:00:00.000Z", (item(name="n"),), (item(name="g"),), ((before, after),)),
        ),
    )
    [change] = declaration_of(site(), inventory(), published).changes
    assert (change.date_text, [one.name for one in change.new], [one.name for one in change.gone]) == (
        "March 4, 2026",
        ["n"],
        ["g"],
    )
    assert change.changed[0].details == ("Performance → Advertising", "Kept for: 2 years → 13 months")
    arabic = declaration_of(site(), inventory(), published, language="ar")
    assert "←" in arabic.changes[0].changed[0].details[0]
    assert arabic.direction == "rtl"


def test_the_page_shows_each_item_and_escapes_what_was_scanned() -> None:
    hostile = item(name="<img src=x>", vendor="<b>", purpose='"><script>', party=Party.THIRD)
    declared = declaration_of(site(), inventory(items=(hostile, *inventory().items)), "v" * 64)
    page = render(
        "declaration",
        declaration=declared,
        words=Wording(site(), "en"),
        scripts=(),
        names={"en": "English"} | dict.fromkeys(declared.languages, "x"),
    )
    assert "&lt;img src=x&gt;" in page.html
    assert "<img" not in page.html
    assert "<script" not in page.html
    assert "<bdi>DoubleClick</bdi> (<bdi>Google</bdi>, United States)" in page.html


def test_it_is_json_that_can_be_read_back() -> None:
    declared = declaration_of(site(), inventory(), "v")
    assert msgspec.json.decode(msgspec.json.encode(declared), type=type(declared)) == declared
