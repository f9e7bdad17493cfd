from __future__ import annotations

from pathlib import Path

import pytest

from consent.model.categories import Party
from consent.model.errors import ConfigError
from scanner.knowledge.imported import (
    Fact,
    Imported,
    Source,
    cleaned,
    remove_source,
    store_source,
    stored_sources,
    usable_name,
)


def source(*facts: Fact, id: str = "a-list") -> Source:  # noqa: A002 - the field's word
    return Source(
        id=id,
        title="A list",
        format="ocd",
        licence="CC0",
        file="a.csv",
        sha256="0" * 64,
        imported="2026-11-24T00:00:00.000Z",
        facts=facts,
    )


def best(imported: Imported, name: str, host: str = "", party: Party | None = None) -> str | None:
    match = imported.match(name, host, party)
    return match.fact.category if match else None


def test_an_exact_name_goes_before_a_pattern_and_an_agreeing_host_before_none() -> None:
    imported = Imported(
        [
            source(
                Fact(name="visit*", category="performance"),
                Fact(name="visit_x", category="functionality"),
                Fact(name="visit_x", category="advertising", hosts=("ads.example",)),
            )
        ]
    )
    assert best(imported, "visit_y") == "performance"
    assert best(imported, "visit_x") == "advertising"  # no host known: the one that asks for most
    assert best(imported, "visit_x", "shop.example") == "functionality"
    assert best(imported, "visit_x", ".px.ads.example") == "advertising"
    assert best(imported, "visi") is None


def test_a_domain_that_a_source_names_is_honoured() -> None:
    imported = Imported([source(Fact(name="uid", category="advertising", hosts=("ads.example",)))])
    assert best(imported, "uid", "shop.example", Party.FIRST) is None
    both = Imported([source(Fact(name="uid", category="advertising", hosts=("ads.example",), own=True))])
    assert best(both, "uid", "shop.example", Party.FIRST) == "advertising"
    assert best(both, "uid", "other.example", Party.THIRD) is None
    own = Imported([source(Fact(name="uid", category="advertising", own=True))])
    assert best(own, "uid", "other.example", Party.THIRD) is None
    assert best(own, "uid", "shop.example", Party.FIRST) == "advertising"


def test_a_short_pattern_counts_only_on_its_own_host() -> None:
    imported = Imported([source(Fact(name="SR*", category="advertising"))])
    assert best(imported, "SRCHD") is None
    there = Imported([source(Fact(name="SR*", category="advertising", hosts=("bing.example",)))])
    assert best(there, "SRCHD", "www.bing.example") == "advertising"


def test_of_facts_that_are_as_good_the_strictest_is_taken_and_the_others_are_told() -> None:
    imported = Imported(
        [source(Fact(name="abcd", category="necessary"), Fact(name="abcd", category="performance"))]
    )
    match = imported.match("abcd")
    assert match is not None
    assert (match.fact.category, match.others) == ("performance", ("necessary",))


def test_stars_in_the_middle_match_and_a_name_of_any_length_costs_nothing() -> None:
    imported = Imported([source(Fact(name="*_cart_*_id", category="functionality"))])
    assert best(imported, "my_cart_77_id") == "functionality"
    assert best(imported, "_cart_" * 100_000) is None


@pytest.mark.parametrize(
    ("name", "usable"),
    [("_ga", "_ga"), ("a**", "a*"), ("*", ""), (" -_*", "-_*"), ("a*b*c*d*", ""), ("a\x1b[31mb", "a[31mb")],
)
def test_a_name_that_would_meet_everything_is_none(name: str, usable: str) -> None:
    assert usable_name(name) == usable


def test_text_of_a_source_cannot_command_a_terminal() -> None:
    assert cleaned("a\x1b]0;x\x07 b\n\u202ec") == "a]0;x b c"
    assert len(cleaned("x" * 10_000)) == 300
    assert cleaned(None) == ""


def test_an_import_is_kept_listed_and_removed(tmp_path: Path) -> None:
    assert Imported.load(tmp_path) is None
    kept = source(Fact(name="abcd", category="performance"))
    store_source(kept, tmp_path)
    assert stored_sources(tmp_path) == (kept,)
    assert Imported.load(tmp_path) is not None
    assert not remove_source("../imports/a-list", tmp_path)
    assert remove_source("a-list", tmp_path)
    assert stored_sources(tmp_path) == ()


def test_a_damaged_import_is_told(tmp_path: Path) -> None:
    store_source(source(), tmp_path).write_text('{"schema": 2}')
    with pytest.raises(ConfigError, match="is damaged"):
        stored_sources(tmp_path)
