from __future__ import annotations

from typing import Any

import msgspec

from consent.declaration import declaration_of
from consent.model.categories import Category, Party
from consent.model.inventory import Inventory, InventoryItem
from consent.model.sites import Site
from scanner.knowledge.formats import Document, declaration
from scanner.knowledge.imported import Fact


def facts(data: Any) -> dict[str, Fact]:
    document = Document("d.json", msgspec.json.encode(data))
    return {fact.name: fact for fact in declaration.facts(document)}


def test_a_flat_list_with_a_category_on_each_entry_is_read() -> None:
    found = facts(
        {
            "cookies": [
                {"Name": "tp_id", "Provider": "teapot.example", "Category": "Statistics", "Expiry": "1 year"},
                {
                    "Name": "tp_ad",
                    "Provider": "Teapot Inc.",
                    "Category": "Marketing",
                    "PurposeDescription": "Offers.",
                },
                {"Name": "tp_x", "Provider": "Teapot Inc.", "Category": "Unclassified"},
            ]
        }
    )
    assert {name: fact.category for name, fact in found.items()} == {
        "tp_id": "performance",
        "tp_ad": "advertising",
        "tp_x": "",
    }
    assert found["tp_id"].hosts == ("teapot.example",)
    assert (found["tp_ad"].vendor, found["tp_ad"].purpose) == ("Teapot Inc.", "Offers.")


def test_groups_give_their_category_to_what_is_in_them() -> None:
    found = facts(
        {
            "Groups": [
                {
                    "GroupName": "Strictly Necessary Cookies",
                    "FirstPartyCookies": [{"Name": "lk_basket", "Host": "larkspur.example", "Length": "1"}],
                    "Hosts": [
                        {"HostName": "pay.example", "Cookies": [{"Name": "p_id", "Host": "pay.example"}]}
                    ],
                },
                {"GroupName": "Targeting Cookies", "FirstPartyCookies": [{"Name": "lk_ad", "Length": "9"}]},
            ],
            "cookieTableStatistics": [{"name": "lk_n", "domain": "larkspur.example"}],
        }
    )
    assert {name: fact.category for name, fact in found.items()} == {
        "lk_basket": "necessary",
        "p_id": "necessary",
        "lk_ad": "advertising",
        "lk_n": "performance",
    }


def test_our_own_declaration_is_read_back() -> None:
    item = InventoryItem(
        kind="cookie",
        name="lk_basket_*",
        host="www.larkspur.example",
        party=Party.FIRST,
        category=Category.NECESSARY,
        purpose="Keeps the basket.",
        service="Basket",
    )
    inventory = Inventory(site="larkspur", scan_id="s", created="2026-11-24T00:00:00Z", items=(item,))
    site = Site(id="larkspur", url="https://www.larkspur.example/")
    made = declaration_of(site, inventory, "n")
    found = facts(msgspec.to_builtins(made))
    fact = found["lk_basket_*"]
    assert (fact.category, fact.hosts, fact.own) == ("necessary", ("www.larkspur.example",), True)
    assert (fact.service, fact.purpose) == ("Basket", "Keeps the basket.")


def test_depth_is_bounded_and_other_json_says_nothing() -> None:
    deep: Any = {"name": "x", "host": "a.example"}
    for _ in range(declaration.DEEPEST + 5):
        deep = [deep]
    assert facts(deep) == {}
    assert not declaration.recognises(Document("p.json", b'{"name": "a package", "version": "1"}'))
    assert not declaration.recognises(Document("x.csv", b"name,host\n"))
