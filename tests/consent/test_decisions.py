from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from consent.decisions import (
    LARGEST,
    covers,
    decisions_of,
    read_toml,
    record,
    take_back,
    to_toml,
    with_decisions,
)
from consent.model.categories import Category, Party
from consent.model.errors import ConfigError, NotFoundError
from consent.model.inventory import InventoryItem
from consent.model.sites import Decision, load_sites
from consent.store import Store, open_store
from tests.consent.factories import inventory

BASKET = Decision(
    name='lk_"basket"_*',
    category=Category.NECESSARY,
    host="www.larkspur.example",
    purpose="Keeps the basket.\nWhile you shop.",
    reason="Set after something was put into it.",
    criterion="B",
    reviewer="M. Keane",
    decided=dt.date(2026, 3, 2),
    lifetime="session",
    set_by="larkspur.example",
)
LANG = Decision(
    name="lang", category=Category.FUNCTIONALITY, kind="local_storage", decided=dt.date(2026, 3, 3)
)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{tmp_path}/log.db")
    yield store
    await store.close()


async def test_what_was_decided_is_read_as_it_was_written(store: Store) -> None:
    await record(store, "larkspur", [BASKET, LANG])
    assert await decisions_of(store, "larkspur") == (BASKET, LANG)


async def test_a_decision_without_a_date_is_dated(store: Store) -> None:
    await record(store, "larkspur", [Decision(name="x", category=Category.ADVERTISING)])
    (decision,) = await decisions_of(store, "larkspur")
    assert decision.decided is not None
    assert abs(decision.decided - dt.datetime.now(tz=dt.UTC).date()) <= dt.timedelta(days=1)


async def test_one_decision_that_cannot_stand_keeps_all_of_them_out(store: Store) -> None:
    with pytest.raises(ConfigError, match=r"decisions\[1\] \(x\): criterion: .*; reason: "):
        await record(store, "larkspur", [LANG, Decision(name="x", category=Category.NECESSARY)])
    assert await decisions_of(store, "larkspur") == ()


async def test_a_decision_taken_back_leaves_the_item_to_the_rules(store: Store) -> None:
    await record(store, "larkspur", [BASKET, LANG])
    await take_back(
        store, "larkspur", name="lang", kind="local_storage", host="", reviewer="M. Keane", reason="gone"
    )
    assert await decisions_of(store, "larkspur") == (BASKET,)
    with pytest.raises(NotFoundError, match="Nothing is decided about the local_storage 'lang'"):
        await take_back(
            store, "larkspur", name="lang", kind="local_storage", host="", reviewer="M. Keane", reason="gone"
        )


def test_the_export_is_what_sites_toml_holds(tmp_path: Path) -> None:
    text = to_toml("larkspur", [BASKET, LANG])
    assert text.startswith("[[sites.larkspur.decisions]]\n")
    file = tmp_path / "sites.toml"
    file.write_text('[sites.larkspur]\nurl = "https://www.larkspur.example/"\n\n' + text, encoding="utf-8")
    assert load_sites(file).site("larkspur").decisions == (BASKET, LANG)
    assert read_toml(file, "larkspur") == (BASKET, LANG)
    assert "vendor" not in tomllib.loads(text)["sites"]["larkspur"]["decisions"][0]
    assert to_toml("larkspur", []) == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sites = 3", "there is no"),
        ("[sites]\nlarkspur = 3", "there is no"),
        ("x =", "is not valid TOML"),
        ('[[sites.larkspur.decisions]]\nname = "x"\ncategory = "necessary"', "2 mistake"),
        ('[[sites.larkspur.decisions]]\nnme = "x"\ncategory = "advertising"', "Did you mean 'name'"),
    ],
)
def test_a_file_of_decisions_with_a_mistake_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "d.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_toml(tmp_path / "d.toml", "larkspur")


def test_a_file_of_any_size_is_read_only_up_to_its_bound(tmp_path: Path) -> None:
    (tmp_path / "d.toml").write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(ConfigError, match="is larger than"):
        read_toml(tmp_path / "d.toml", "larkspur")
    with pytest.raises(ConfigError, match="cannot be read"):
        read_toml(tmp_path / "none.toml", "larkspur")


def seen(name: str = "lk_ab", **fields: object) -> InventoryItem:
    given: dict[str, object] = {
        "kind": "cookie",
        "name": name,
        "host": "www.larkspur.example",
        "party": Party.FIRST,
        "category": Category.UNCLASSIFIED,
    }
    return InventoryItem(**(given | fields))  # type: ignore[arg-type]  # a test varies single fields


def decide(**fields: object) -> Decision:
    given: dict[str, object] = {
        "name": "lk_*",
        "category": Category.PERFORMANCE,
        "purpose": "Compares two versions of a page.",
    }
    return Decision(**(given | fields))  # type: ignore[arg-type]  # a test varies single fields


@pytest.mark.parametrize(
    ("fields", "is_covered"),
    [
        ({}, True),
        ({"name": "lk_ab"}, True),
        ({"name": "lk"}, False),
        ({"name": "*_a"}, False),
        ({"kind": "local_storage"}, False),
        ({"host": ".Larkspur.example"}, True),
        ({"host": "www.larkspur.example"}, True),
        ({"host": "spur.example"}, False),
    ],
)
def test_a_decision_is_about_its_kind_hosts_and_names(fields: dict[str, str], is_covered: bool) -> None:
    assert covers(decide(**fields), seen()) is is_covered


def test_a_decision_about_a_pattern_is_about_the_item_with_that_pattern() -> None:
    assert covers(decide(name="lk_*_id"), seen("lk_*_id"))


def test_the_first_decision_about_an_item_counts_and_says_no_more_than_it_does() -> None:
    found = inventory(items=(seen(), seen("y", purpose="Said.")))
    filled = with_decisions(
        found, [decide(vendor="Larkspur"), decide(name="y", purpose=""), decide(purpose="Later.")]
    )
    assert [item.purpose for item in filled.items] == ["Compares two versions of a page.", "Said."]
    assert [(item.category, item.vendor) for item in filled.items] == [
        (Category.PERFORMANCE, "Larkspur"),
        (Category.PERFORMANCE, ""),
    ]
    assert with_decisions(found, []) is found
